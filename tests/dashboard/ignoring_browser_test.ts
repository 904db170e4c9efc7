/**
 * Ignoring somebody on the page, in a real browser: from the menu, whatever they do, until they are read again.
 *
 * @module
 */

import { assertEquals } from "../assert.ts";
import { within } from "../harness.ts";
import { testWith } from "../skips.ts";
import { CHROMIUM, look, setStage } from "./stage.ts";

testWith(
  [CHROMIUM],
  "who is ignored is neither heard nor seen, on every page, until read again",
  async () => {
    await using stage = await setStage();
    const ben = await stage.enter("Ben");
    const anna = await stage.enter("Anna");
    const { seq } = await ben.say("I am Ben");
    const annas = await anna.say("I am Anna");
    await using browser = await look(stage.dashboard.url);
    const { page, complaints } = browser;
    const log = page.getByRole("log");
    const row = page.locator(".row", { hasText: "I am Ben" });
    await row.hover();
    await row.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Ignore Ben" }).click();
    await log.getByText("What Ben says and does from now on is hidden").waitFor();

    await ben.say("Reader, hear me");
    await ben.whisper("Reader", "hear me");
    await ben.setTopic("Ben's topic");
    await ben.changes.edit({ seq }, "I was Ben");
    await ben.changes.react({ seq: annas.seq }, "👍");
    const file = { filename: "ben.txt", size: 3 };
    await within(ben.offerFile(file, { user: "Reader" }), "the offer");
    await anna.say("the next one");
    await log.getByText("the next one").waitFor();
    const nothing = async (): Promise<void> => {
      const text = await page.locator("body").innerText();
      for (const word of ["hear me", "Ben's topic", "I was Ben", "👍 1", "ben.txt"]) {
        assertEquals(text.includes(word), false, word);
      }
      assertEquals(await page.title(), "chat");
    };
    await nothing();
    // Another page ignores him, too: it is the reader who does.
    await page.reload();
    await log.getByText("the next one").waitFor();
    assertEquals((await page.locator("body").innerText()).includes("hear me"), false);
    assertEquals(await page.getByText("ben.txt").count(), 0);
    const input = page.getByLabel("Message", { exact: true });
    await input.fill("/ignore");
    await input.press("Enter");
    await log.getByText("You ignore Ben.").waitFor();

    await input.fill("/unignore ben");
    await input.press("Enter");
    await log.getByText("You read ben again.").waitFor();
    await ben.say("at last");
    await log.getByText("at last").waitFor();
    assertEquals(complaints, []);
  },
);
