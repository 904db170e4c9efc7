/**
 * The server's own page, in a real browser, while its server is away: that what was written is not lost by that.
 *
 * @module
 */

import { chatPage } from "../../../observe/dashboard/mod.ts";
import { connect } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { CHROMIUM } from "../../dashboard/stage.ts";
import { startServer, within } from "../../harness.ts";
import { testWith } from "../../skips.ts";
import { comeIn, isIn, opened, say, setPageStage } from "./page_stage.ts";

const NEEDS = [CHROMIUM];

testWith(
  NEEDS,
  "an installed page opens also where a proxy answers that it does not reach the server",
  async () => {
    await using stage = await setPageStage();
    const page = await opened(await stage.browser(360), stage.url);
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
    await stage.server[Symbol.asyncDispose]();
    for (const status of [502, 503, 504]) {
      await using _proxy = Deno.serve({
        hostname: "127.0.0.1",
        port: Number(new URL(stage.url).port),
        onListen: () => {},
      }, () => new Response("nobody is there", { status }));
      await page.reload();
      await page.getByText("The server cannot be reached.").first().waitFor();
    }
  },
);

testWith(
  NEEDS,
  "what was said while the server was away is there after a reload, and is said once when one tries again",
  async () => {
    await using stage = await setPageStage();
    const { port } = new URL(stage.url);
    const page = await opened(await stage.browser(), stage.url);
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
    await stage.server[Symbol.asyncDispose]();
    await page.getByText("Trying again").first().waitFor();
    await say(page, "are you there?");
    await say(page, "never mind");
    await page.locator(".pending").nth(1).waitFor();
    await page.reload();
    await page.locator(".pending").nth(1).waitFor();

    await using server = startServer({
      http: { port: Number(port), page: await chatPage("open") },
    });
    await isIn(page, "Anna");
    await page.getByText("Trying again").first().waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Give up" }).nth(1).click();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".pending").waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("log").getByText("are you there?").waitFor();
    assertEquals(await page.locator(".pending").count(), 0);
    await using ben = connect({ port: server.port, name: "Ben" });
    const { messages } = await ben.history({ room: "lobby" });
    assertEquals(messages.map(({ content }) => content), ["are you there?"]);
  },
);

testWith(
  NEEDS,
  "what was stored, and whose answer was lost with the page, stands there once after a reload",
  async () => {
    await using stage = await setPageStage();
    const page = await (await stage.browser()).newPage();
    let isDeaf = false;
    await page.routeWebSocket(/\/ws\?page$/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((message) => {
        if (!isDeaf) socket.send(message);
      });
    });
    await page.goto(stage.url);
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    await using ben = connect({ port: stage.server.port, name: "Ben" });
    await within(ben.online(), "Ben's login");
    isDeaf = true;
    await say(page, "hello Ben");
    const heard = async () => {
      for await (const event of ben) if (event.type === "NewMessage") return event.content;
    };
    assertEquals(await within(heard(), "what was said"), "hello Ben");
    isDeaf = false;
    await page.reload();
    await page.getByRole("log").locator("[data-said]").getByText("hello Ben").waitFor();
    await page.locator(".pending").waitFor({ state: "detached" });
  },
);
