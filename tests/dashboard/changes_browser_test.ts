/**
 * What is edited, answered, reacted to and taken back changes on the page in a real browser, and for whom the page talks to.
 *
 * @module
 */

import { assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";
import { CHROMIUM, look, seriousFaults, setStage } from "./stage.ts";

testWith(
  [CHROMIUM],
  "what was said changes in its place on the page, by command, key and click",
  async () => {
    await using stage = await setStage({});
    const ben = await stage.enter("Ben");
    const { seq } = await ben.say("shall we meet?");
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    const input = page.getByLabel("Message", { exact: true });
    const row = (text: string | RegExp) => page.locator(".row", { hasText: text });
    await row("shall we meet?").waitFor();

    await ben.changes.edit({ seq }, "shall we meet at three?");
    await row("shall we meet at three? (edited)").waitFor();
    await ben.changes.react({ seq }, "👍");
    const reaction = page.getByRole("button", { name: "👍 1" });
    await reaction.click();
    await page.getByRole("button", { name: "👍 2*", pressed: true }).waitFor();

    await input.fill("/quote yess");
    await input.press("Enter");
    await row(/↪ Ben: shall we meet at three\?\s*yess/).waitFor();
    await input.press("ArrowUp");
    assertEquals(await input.inputValue(), "yess");
    await page.getByText("Editing what you said at").waitFor();
    await input.press("Backspace");
    await input.press("Enter");
    await row(/yes \(edited\)/).waitFor();
    assertEquals(await page.getByText("What you are editing").count(), 0);
    assertEquals(await seriousFaults(page), []);

    await ben.changes.delete({ seq });
    await row("× (deleted)").first().waitFor();
    assertEquals(await page.getByText("shall we meet at three?").count(), 0);
    await input.fill("/delete");
    await input.press("Enter");
    await row(/yes \(edited\)/).waitFor({ state: "detached" });
    // What was taken back is what is reported, and not what stands above it.
    await input.fill("/report rude");
    await input.press("Enter");
    await row(/What Ben said last was deleted: it is reported as that/).waitFor();
    await row(/Reader reports Ben \(rude\)/).waitFor();
    const { messages } = await ben.history();
    assertEquals(messages.map(({ content, deleted }) => [content, deleted]), [["", true], [
      "",
      true,
    ]]);
    // What comes while a command is typed is not meant by it.
    await ben.say("the first");
    await row("the first").waitFor();
    await input.fill("/quote he");
    await ben.say("the second");
    await row("the second").waitFor();
    await input.fill("/quote hello");
    await input.press("Enter");
    await row(/↪ Ben: the first\s*hello/).waitFor();
  },
);

testWith(
  [CHROMIUM],
  "who edits what is changed or taken back elsewhere meanwhile hears of it, and keeps the words in the field",
  async () => {
    await using stage = await setStage({});
    await using here = await look(stage.dashboard.url);
    await using there = await look(stage.dashboard.url);
    const [input, other] = [here, there].map(({ page }) =>
      page.getByLabel("Message", { exact: true })
    );
    await input?.fill("at two?");
    await input?.press("Enter");
    await there.page.locator(".row", { hasText: "at two?" }).waitFor();
    await here.page.locator("[data-said]", { hasText: "at two?" }).waitFor();
    await input?.press("ArrowUp");
    const changedElsewhere = async (words: string) => {
      await other?.fill(`/edit ${words}`);
      await other?.press("Enter");
      await here.page.locator("[data-said]", { hasText: words }).waitFor();
    };
    await changedElsewhere("at three?");
    assertEquals(await input?.inputValue(), "at three?", "nothing was written yet");
    await input?.press("!");
    await changedElsewhere("at four?");
    await here.page.getByText("What you are editing has other words meanwhile").first().waitFor();
    assertEquals(await input?.inputValue(), "at three?!");
    await input?.press("Backspace");
    await input?.press("Enter");
    await there.page.locator("[data-said]", { hasText: "at three?" }).waitFor();
    await here.page.getByText("Editing what you said").first().waitFor({ state: "detached" });
    assertEquals(await here.page.getByText("has other words meanwhile").count(), 1);
    await input?.press("ArrowUp");
    await input?.press("!");
    await other?.fill("/delete");
    await other?.press("Enter");
    await here.page.getByText("What you are editing was deleted").first().waitFor();
    assertEquals(await input?.inputValue(), "at three?!");
    assertEquals(await there.page.getByText("What you are editing").count(), 0);
  },
);
