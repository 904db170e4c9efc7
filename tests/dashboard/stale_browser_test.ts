/**
 * A page whose figures are not of now says so, whoever it is that has gone silent.
 *
 * @module
 */

import type { Page } from "playwright-core";
import { connect } from "../../server/wire/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { startChat } from "../cli/program.ts";
import { within } from "../harness.ts";
import { testWith } from "../skips.ts";
import { serveHere, urlOf } from "./place.ts";
import { CHROMIUM, look } from "./stage.ts";

/** Waits until the page shows figures of now. */
async function isLive(page: Page): Promise<void> {
  await page.getByText("live", { exact: true }).waitFor();
  await page.getByText(/^\d+ connections?$/).waitFor();
  await page.locator(".stale").waitFor({ state: "detached" });
}

/** Waits until the page says that its figures are old, and why. */
async function isStale(page: Page, why: string): Promise<void> {
  await page.locator("#panel-server.stale").waitFor();
  await page.locator("#panel-server .old").getByText(/^\d+ s old$/).waitFor();
  await page.locator("#panel-server").getByText(why).waitFor();
  await page.locator(".time-now .old").waitFor();
  assertEquals(await page.getByText("live", { exact: true }).count(), 0);
  const opacity: string = await page.evaluate(
    "getComputedStyle(document.querySelector('#panel-server .figures')).opacity",
  );
  assert(Number(opacity) < 1, `It is drawn with an opacity of ${opacity}`);
}

testWith(
  [CHROMIUM],
  "a server that is stopped makes its figures old and then unknown, and they are of now again when it goes on",
  async () => {
    await using place = await serveHere();
    await using dashboard = startChat(["dashboard", "-s", place.where, "-n", "Maria"], place.env);
    await using browser = await look(await urlOf(dashboard));
    const { page } = browser;
    await isLive(page);
    await page.getByRole("button", { name: "1 here" }).waitFor();
    Deno.kill(place.pid, "SIGSTOP");
    try {
      await isStale(page, "the server does not answer");
      // What is not known is not told as if nothing happened, or nobody were there.
      const figure = (name: string) => page.getByRole("figure", { name, exact: true });
      for (const name of ["Users online", "Messages per second", "Farthest behind", "Memory"]) {
        await figure(name).locator(".value").getByText("–", { exact: true }).waitFor();
      }
      await figure("Farthest behind").getByText("not known").waitFor();
      await page.getByRole("button", { name: "– here" }).waitFor();
      await page.getByText("no answer").waitFor();
    } finally {
      Deno.kill(place.pid, "SIGCONT");
    }
    await isLive(page);
  },
);

testWith([CHROMIUM], "a server that is gone makes its figures old, and says so", async () => {
  await using place = await serveHere();
  await using dashboard = startChat(["dashboard", "-s", place.where, "-n", "Maria"], place.env);
  await using browser = await look(await urlOf(dashboard));
  const { page } = browser;
  await isLive(page);
  Deno.kill(place.pid, "SIGKILL");
  await isStale(page, "the server cannot be reached");
});

testWith(
  [CHROMIUM],
  "a dashboard that is stopped or killed leaves no page behind that looks as if it were of now",
  async () => {
    await using place = await serveHere();
    await using dashboard = startChat(["dashboard", "-s", place.where, "-n", "Maria"], place.env);
    await using browser = await look(await urlOf(dashboard));
    const { page } = browser;
    await isLive(page);
    dashboard.child.kill("SIGSTOP");
    try {
      await isStale(page, "the dashboard does not answer");
    } finally {
      dashboard.child.kill("SIGCONT");
    }
    await isLive(page);
    dashboard.child.kill("SIGKILL");
    await isStale(page, "the dashboard cannot be reached");
  },
);

testWith(
  [CHROMIUM],
  "a page that nobody tells of rooms and bytes shows no zeros for them",
  async () => {
    await using place = await serveHere();
    // Somebody else's directory: the server's operator token is not in it.
    const env = { ...place.env, CHAT_DATA: `${place.env["CHAT_DATA"]}/none` };
    const anna = connect({
      port: Number(place.where.split(":")[1]),
      name: "Anna",
      rooms: ["hidden"],
    });
    await within(anna.online(), "Anna's login");
    await using dashboard = startChat(["dashboard", "-s", place.where, "-n", "Maria"], env);
    await using browser = await look(await urlOf(dashboard));
    const { page } = browser;
    const rooms = page.getByRole("figure", { name: "Rooms" });
    const cells = (room: RegExp) => rooms.getByRole("row", { name: room }).getByRole("cell");
    await cells(/hidden/).first().waitFor();
    assertEquals(await cells(/hidden/).allTextContents(), ["–", "–"]);
    assertEquals(await cells(/lobby/).allTextContents(), ["0/s", "–"]);
    await rooms.locator(".value").getByText("–", { exact: true }).waitFor();
    await anna.close();
  },
);
