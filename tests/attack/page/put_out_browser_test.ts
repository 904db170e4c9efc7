/**
 * Who is put out of a room while they write, on the server's own page in a real browser.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { CHROMIUM } from "../../dashboard/stage.ts";
import { comeIn, isIn, opened, say, setPageStage } from "../../server/page/page_stage.ts";
import { testWith } from "../../skips.ts";

const NEEDS = [CHROMIUM];

testWith(
  NEEDS,
  "who is put out while writing says the rest of it nowhere else, and who leaves by themselves writes on",
  async () => {
    await using stage = await setPageStage();
    await using boss = await stage.server.frames("Boss");
    await boss.send({ type: "Join", room: "team", id: "j" });
    await boss.nextOf("Ack");
    const page = await opened(await stage.browser(), stage.url);
    await comeIn(page, "Anna");
    await isIn(page, "Anna");
    await say(page, "/join team");
    await page.getByRole("heading", { name: "team" }).waitFor();
    const field = page.getByRole("textbox", { name: "Message" });
    await field.focus();
    await page.keyboard.type("between us: the secret");
    await boss.send({ type: "Kick", room: "team", user: "Anna", id: "k" });
    await page.getByRole("heading", { name: "lobby" }).waitFor();
    await page.keyboard.type(" is 42");
    await page.keyboard.press("Enter");
    assertEquals(await field.inputValue(), "");
    // By a click they mean the lobby.
    await field.click();
    await page.keyboard.type("hello");
    await page.keyboard.press("Enter");
    await page.getByRole("log").locator("[data-said]").getByText("hello").waitFor();
    await boss.send({ type: "History", id: "h" });
    const { messages } = await boss.nextOf("HistoryPage");
    assertEquals(messages.map(({ content }) => content), ["hello"]);

    await say(page, "/join tea");
    await page.getByRole("heading", { name: "tea" }).waitFor();
    await field.focus();
    await page.keyboard.type("/leave");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "lobby" }).waitFor();
    await page.keyboard.type("back again");
    assertEquals(await field.inputValue(), "back again");
    assertEquals(stage.complaints, []);
  },
);
