/**
 * Accounts on the page in a real browser: registering, changing the password, devices, and who is a guest.
 *
 * @module
 */

import type { Locator, Page } from "playwright-core";
import { ChatError, connect } from "../../server/wire/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { testWith } from "../skips.ts";
import { CHROMIUM, look, seriousFaults, setStage } from "./stage.ts";

const NEEDS = [CHROMIUM];
const SECRET = "correct horse battery";
const NEXT = "another horse battery";

function inputOf(page: Page): Locator {
  return page.getByLabel("Message", { exact: true });
}

async function enter(page: Page, text: string): Promise<void> {
  await inputOf(page).fill(text);
  await inputOf(page).press("Enter");
}

testWith(NEEDS, "a guest makes its name an account, and changes its password", async () => {
  await using stage = await setStage();
  await using browser = await look(stage.dashboard.url);
  const { page, complaints } = browser;
  await page.getByRole("button", { name: "Make Reader yours" }).click();
  const form = page.getByRole("form", { name: "Make Reader yours" });
  await form.getByLabel("New password").fill(SECRET);
  await form.getByLabel("The same again").fill(`${SECRET}?`);
  for (const field of await form.locator("input:not([autocomplete=username])").all()) {
    assertEquals(await field.getAttribute("type"), "password");
    assertEquals(await field.getAttribute("autocomplete"), "new-password");
  }
  assertEquals(await seriousFaults(page), []);
  await form.getByRole("button", { name: "Register" }).click();
  await form.getByText("The two are not the same.").waitFor();
  await form.getByLabel("The same again").fill(SECRET);
  await form.getByRole("button", { name: "Register" }).click();
  await page.getByRole("log").getByText("The name Reader is yours now.").waitFor();
  await form.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Make Reader yours" }).waitFor({ state: "detached" });
  assert(await inputOf(page).evaluate((element) => element.matches(":focus")));

  await enter(page, "/devices");
  await page.getByRole("log").getByText(/: .*, this one/).waitFor();
  await enter(page, `/password ${SECRET} ${NEXT}`);
  const change = page.getByRole("form", { name: "Change your password" });
  await change.getByLabel("Old password").fill("wrong horse");
  await change.getByLabel("New password").fill(NEXT);
  await change.getByLabel("The same again").fill(NEXT);
  await change.getByRole("button", { name: "Change" }).click();
  await change.getByRole("alert").getByText(/./).waitFor();
  await change.getByLabel("Old password").fill(SECRET);
  await change.getByRole("button", { name: "Change" }).click();
  await page.getByRole("log").getByText("Your password is changed. No other device is logged in.")
    .waitFor();

  // Neither the page's text nor what Up brings back has a password in it.
  await inputOf(page).press("ArrowUp");
  assertEquals(await inputOf(page).inputValue(), "/devices");
  const html = await page.content();
  assert(!html.includes("horse"), "a password is in the document");
  assertEquals(await page.evaluate("JSON.stringify({ ...localStorage })"), "{}");
  assertEquals(complaints, []);

  // Who has another device's token is in all the same, and it is said how to end that.
  const { port } = stage.server;
  await using laptop = connect({ port, name: "Reader", password: NEXT, deviceName: "the laptop" });
  await laptop.online();
  await enter(page, "/password");
  await change.getByLabel("Old password").fill(NEXT);
  await change.getByLabel("New password").fill(SECRET);
  await change.getByLabel("The same again").fill(SECRET);
  await change.getByRole("button", { name: "Change" }).click();
  await page.getByRole("log").getByText(
    /This other device stays logged in without it:\s*\w+: the laptop, seen [^]*\/revoke ID logs one out/,
  ).waitFor();
  await using stranger = connect({ port, name: "Reader", reconnect: false });
  await assertRejects(stranger.online(), ChatError);
  await using second = connect({ port, name: "Reader", password: SECRET });
  assertEquals((await second.online()).account, true);
});

testWith(
  NEEDS,
  "guests have a sign beside accounts: in the log, in lists, and by their titles",
  async () => {
    await using stage = await setStage();
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    const log = page.getByRole("log");
    const ben = await stage.enter("Ben");
    await ben.say("I am nobody's");
    await log.getByText("I am nobody's").waitFor();
    await log.getByText("Ben", { exact: true }).waitFor();
    const { port } = stage.server;
    await using anna = connect({ port, name: "Anna", password: SECRET, register: true });
    await anna.say("I am myself");
    await log.getByText("I am myself").waitFor();
    await log.getByText("Anna", { exact: true }).waitFor();
    await log.getByText("~Ben", { exact: true }).waitFor();
    assertEquals(
      await log.locator("bdi", { hasText: "Ben" }).getAttribute("title"),
      "Ben, a guest",
    );
    await enter(page, "/list");
    await log.getByText(/Anna, ~Ben, ~Reader \(~ is a guest\)/).waitFor();
    await page.getByRole("button", { name: "3 here" }).click();
    const people = page.getByRole("list", { name: "People in lobby" });
    await people.getByRole("button", { name: "~Ben" }).waitFor();
    await people.getByRole("button", { name: "Anna", exact: true }).waitFor();
  },
);
