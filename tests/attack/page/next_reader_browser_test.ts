/**
 * Several people at one browser, one after the other or in several tabs: nobody reads what another wrote and did not say, is kept from what
 * is meant for them, or is logged out by another.
 *
 * @module
 */

import type { Page } from "playwright-core";
import { connect } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { CHROMIUM } from "../../dashboard/stage.ts";
import { within } from "../../harness.ts";
import { comeIn, isIn, opened, say, setPageStage } from "../../server/page/page_stage.ts";
import { testWith } from "../../skips.ts";

const NEEDS = [CHROMIUM];
const PASSWORD = "correct horse battery";

/** Makes the name an account of this browser's. */
async function register(page: Page, name: string): Promise<void> {
  await page.bringToFront();
  await page.getByLabel("Make this name mine").check();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("The same again").fill(PASSWORD);
  await comeIn(page, name);
  await isIn(page, name);
}

async function leave(page: Page, by: "Leave" | "Log out"): Promise<void> {
  await page.bringToFront();
  await page.getByRole("button", { name: by, exact: true }).click();
  await page.getByRole("button", { name: "Come in" }).waitFor();
}

const fieldOf = (page: Page) => page.getByRole("textbox", { name: "Message" });

/** Waits until the browser keeps, or does not keep any more, what is described. */
async function until(page: Page, expression: string): Promise<void> {
  const looking = page.evaluate(`(async () => {
    while (!(${expression})) await new Promise((resolve) => setTimeout(resolve, 20));
  })()`);
  await within(looking, expression);
}

testWith(
  NEEDS,
  "a guest's draft goes with the tab, and is nobody's who comes in later",
  async () => {
    await using stage = await setPageStage();
    const context = await stage.browser();
    const anna = await opened(context, stage.url);
    await comeIn(anna, "Anna");
    await isIn(anna, "Anna");
    await fieldOf(anna).fill("not for Bob");
    await until(anna, "sessionStorage['chat.drafts'] !== undefined");
    await anna.close();
    const bob = await opened(context, stage.url);
    await comeIn(bob, "Bob");
    await isIn(bob, "Bob");
    assertEquals(await fieldOf(bob).inputValue(), "");
    assertEquals(stage.complaints, []);
  },
);

testWith(
  NEEDS,
  "an account's draft outlives the tab, and goes when another device logs this browser out",
  async () => {
    await using stage = await setPageStage();
    const context = await stage.browser();
    const first = await opened(context, stage.url);
    await register(first, "Anna");
    await fieldOf(first).fill("half a thought");
    await until(first, "localStorage['chat.drafts'] !== undefined");
    await first.close();
    const anna = await opened(context, stage.url);
    await isIn(anna, "Anna");
    assertEquals(await fieldOf(anna).inputValue(), "half a thought");

    await using other = connect({ port: stage.server.port, name: "Anna", password: PASSWORD });
    await within(other.online(), "the other device");
    const { devices } = await other.accounts.devices();
    const browser = devices.find(({ name }) => name.startsWith("Chrome"));
    await other.accounts.revokeDevice(browser?.id ?? "");
    await anna.getByRole("button", { name: "Come in" }).waitFor();
    await until(anna, "localStorage['chat.who'] === undefined");
    await anna.reload();
    await comeIn(anna, "Eve");
    await isIn(anna, "Eve");
    assertEquals(await fieldOf(anna).inputValue(), "");
    assertEquals(await anna.evaluate("JSON.stringify(localStorage).includes('thought')"), false);
    assertEquals(stage.complaints, []);
  },
);

testWith(NEEDS, "whom one ignores the next at this browser reads", async () => {
  await using stage = await setPageStage();
  const page = await opened(await stage.browser(), stage.url);
  await register(page, "Anna");
  await using ben = connect({ port: stage.server.port, name: "Ben" });
  await within(ben.online(), "Ben's login");
  await say(page, "/ignore Ben");
  await page.getByText("is hidden, until").waitFor();
  await leave(page, "Log out");
  await comeIn(page, "Zora");
  await isIn(page, "Zora");
  await ben.say("Zora, are you there?");
  await page.getByRole("log").getByText("are you there?").waitFor();
  await say(page, "/ignore");
  await page.getByText("You ignore nobody.").waitFor();
  // Anna ignores him still.
  await leave(page, "Leave");
  await comeIn(page, "Anna", PASSWORD);
  await isIn(page, "Anna");
  await say(page, "/ignore");
  await page.getByText("You ignore Ben.").waitFor();
  assertEquals(stage.complaints, []);
});

testWith(NEEDS, "who leaves in one tab logs nobody else out in another", async () => {
  await using stage = await setPageStage();
  const context = await stage.browser();
  const guest = await opened(context, stage.url);
  await comeIn(guest, "Gast");
  await isIn(guest, "Gast");
  const vera = await opened(context, stage.url);
  await register(vera, "Vera");
  await guest.bringToFront();
  await guest.getByRole("button", { name: "Leave", exact: true }).click();
  // This browser is hers now.
  await isIn(guest, "Vera");
  await vera.reload();
  await isIn(vera, "Vera");
  assertEquals(stage.complaints, []);
});

testWith(NEEDS, "a tab that hears late of its logout leaves in who came in since", async () => {
  await using stage = await setPageStage();
  const context = await stage.browser();
  const one = await opened(context, stage.url);
  await register(one, "Hans");
  const late = await context.newPage();
  let isCut = false;
  let cut: (() => void) | undefined;
  await late.routeWebSocket(/\/ws\?page$/, (socket) => {
    if (isCut) return void socket.close();
    const server = socket.connectToServer();
    cut = () => {
      void server.close();
      void socket.close();
    };
  });
  await late.goto(stage.url);
  await isIn(late, "Hans");
  isCut = true;
  cut?.();
  await late.getByText("Trying again").first().waitFor();
  await leave(one, "Log out");
  await register(one, "Ines");
  isCut = false;
  await late.bringToFront();
  await late.getByRole("button", { name: "Come in" }).waitFor();
  await one.reload();
  await isIn(one, "Ines");
});

testWith(NEEDS, "two tabs of an account keep each the drafts that were written there", async () => {
  await using stage = await setPageStage();
  const context = await stage.browser();
  const one = await opened(context, stage.url);
  await register(one, "Anna");
  await say(one, "/join tea");
  await one.getByRole("heading", { name: "tea" }).waitFor();
  const other = await opened(context, stage.url);
  await isIn(other, "Anna");
  await fieldOf(one).fill("milk in tea");
  await until(one, "localStorage['chat.drafts']?.includes('milk')");
  await fieldOf(other).fill("hello lobby");
  await until(other, "localStorage['chat.drafts'].includes('hello')");
  assertEquals(await one.evaluate("localStorage['chat.drafts'].includes('milk')"), true);
});
