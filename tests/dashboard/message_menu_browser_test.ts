/**
 * What can be done about a message and about who said it, in a real browser, by somebody who knows no command: by mouse, by
 * keys, and with a finger on a narrow screen.
 *
 * @module
 */

import type { Locator, Page } from "playwright-core";
import { assert, assertEquals } from "../assert.ts";
import { within } from "../harness.ts";
import { testWith } from "../skips.ts";
import { CHROMIUM, look, seriousFaults, setStage } from "./stage.ts";

const NEEDS = [CHROMIUM];

function inputOf(page: Page): Locator {
  return page.getByLabel("Message", { exact: true });
}

function rowOf(page: Page, text: string | RegExp): Locator {
  return page.locator(".row", { hasText: text });
}

async function say(page: Page, text: string): Promise<void> {
  await inputOf(page).fill(text);
  await inputOf(page).press("Enter");
  await rowOf(page, text).and(page.locator("[data-said]")).first().waitFor();
}

testWith(
  NEEDS,
  "by mouse: reply, react, report, delete what others said, and ban them",
  async () => {
    await using stage = await setStage();
    const ben = await stage.enter("Ben");
    const rude = "<img src=x onerror=alert(1)>";
    await ben.say(rude);
    await using browser = await look(stage.dashboard.url);
    const { page, complaints } = browser;
    const row = rowOf(page, rude).first();
    await row.hover();
    await row.getByRole("button", { name: "React with 👍" }).click();
    await row.getByRole("button", { name: "👍 1*", pressed: true }).waitFor();
    await row.getByRole("button", { name: "Reply", exact: true }).click();
    await page.getByRole("status").getByText(`Reply to Ben: ${rude}`).waitFor();
    await inputOf(page).fill("no pictures here");
    await inputOf(page).press("Enter");
    await rowOf(page, /↪ Ben: <img[^]*no pictures here/).waitFor();
    await page.getByText("Reply to Ben").first().waitFor({ state: "hidden" });

    await row.hover();
    await row.getByRole("button", { name: "More" }).click();
    const menu = page.getByRole("menu", { name: "Message of Ben" });
    await menu.getByRole("menuitem", { name: "Ban Ben…" }).waitFor();
    assertEquals(await seriousFaults(page), []);
    await menu.getByRole("menuitem", { name: "Report to the moderators…" }).click();
    const report = page.getByRole("form", { name: "Report what Ben said" });
    await report.getByLabel("What is wrong with it").fill("a picture");
    await report.getByRole("button", { name: "Report" }).click();
    await page.getByRole("log").getByText(/Reader reports[^]*a picture/).first().waitFor();

    await row.hover();
    await row.getByRole("button", { name: "More" }).click();
    await menu.getByRole("menuitem", { name: "Delete…" }).click();
    await page.getByRole("form", { name: "Delete this message" })
      .getByRole("button", { name: "Delete" }).click();
    await rowOf(page, "× (deleted by Reader)").first().waitFor();
    // Neither in its place nor in the reply that quotes it; what was reported stays in the report.
    assertEquals(await page.locator("[data-said]", { hasText: rude }).count(), 0);

    // Who is in the list of people has the same menu.
    await page.getByRole("button", { name: "2 here" }).click();
    await page.getByRole("button", { name: "More about Ben" }).click();
    await page.getByRole("menuitem", { name: "Ban Ben…" }).click();
    const ban = page.getByRole("form", { name: "Ban Ben" });
    await ban.getByLabel("For how long").selectOption("1 hour");
    await ban.getByLabel("Why").fill("spam");
    assertEquals(await seriousFaults(page), []);
    await ban.getByRole("button", { name: "Ban" }).click();
    await page.getByRole("log").getByText(/Ben[^]*spam/).first().waitFor();
    assertEquals(complaints, []);
  },
);

testWith(
  NEEDS,
  "by keys: the conversation's messages, their menus, and older words of one's own",
  async () => {
    await using stage = await setStage();
    const ben = await stage.enter("Ben");
    await ben.say("good morning");
    await using browser = await look(stage.dashboard.url);
    const { page, complaints } = browser;
    await rowOf(page, "good morning").waitFor();
    const input = inputOf(page);
    await say(page, "first words");
    await say(page, "second words");

    // Up picks what was said last, Up again what was said before it, Down goes back, and Escape lets both be.
    await input.press("ArrowUp");
    assertEquals(await input.inputValue(), "second words");
    await input.press("ArrowUp");
    assertEquals(await input.inputValue(), "first words");
    await input.press("ArrowUp");
    assertEquals(await input.inputValue(), "first words", "there is nothing older");
    await input.press("ArrowDown");
    assertEquals(await input.inputValue(), "second words");
    await input.press("Escape");
    assertEquals(await input.inputValue(), "");
    await page.getByText("Editing what you said").waitFor({ state: "hidden" });
    await input.press("ArrowUp");
    await input.press("ArrowUp");
    await input.pressSequentially("!");
    await input.press("Enter");
    await rowOf(page, "first words! (edited)").waitFor();
    assertEquals(await input.inputValue(), "");
    await input.fill("half a thought");

    // Into the log, up to the oldest message, and into its menu.
    await page.getByRole("log").focus();
    await page.keyboard.press("ArrowUp");
    assert(await rowOf(page, "second words").evaluate((element) => element.matches(":focus")));
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    assert(await rowOf(page, "good morning").evaluate((element) => element.matches(":focus")));
    await page.keyboard.press("Enter");
    const menu = page.getByRole("menu", { name: "Message of Ben" });
    await menu.waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await rowOf(page, "good morning").getByRole("button", { name: "❤️ 1*" }).waitFor();
    assertEquals(await menu.count(), 0);
    await page.keyboard.press("Enter");
    await menu.waitFor();
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
    const more = rowOf(page, "good morning").getByRole("button", { name: "More" });
    assert(await more.evaluate((element) => element.matches(":focus")), "the keys are back");

    // An edit from the buttons puts back what was being written.
    await rowOf(page, "second words").hover();
    await rowOf(page, "second words").getByRole("button", { name: "Edit" }).click();
    await input.fill("second thoughts");
    await input.press("Enter");
    await rowOf(page, "second thoughts (edited)").waitFor();
    assertEquals(await input.inputValue(), "half a thought");
    const { messages } = await within(ben.history(), "the history");
    assertEquals(messages.map(({ content }) => content), [
      "good morning",
      "first words!",
      "second thoughts",
    ]);
    assertEquals(complaints, []);
  },
);

testWith(
  NEEDS,
  "with a finger at 360 pixels: a tap shows buttons large enough, the menu lies at the edge",
  async () => {
    await using stage = await setStage();
    const ben = await stage.enter("Ben");
    await ben.say("good morning");
    await using browser = await look(stage.dashboard.url, { width: 360, height: 640, touch: true });
    const { page, complaints } = browser;
    const here = page.getByRole("button", { name: "2 here" });
    await here.tap();
    const people = page.getByRole("list", { name: "People in lobby" });
    const middles = await Promise.all([people.getByText("Ben"), people.getByText("Reader")].map(
      async (name) => {
        const { y = 0, height = 0 } = await name.first().boundingBox() ?? {};
        return Math.round(y + height / 2);
      },
    ));
    assertEquals(middles[0], middles[1], "all stand on one line");
    await here.tap();
    const row = rowOf(page, "good morning");
    await row.tap();
    const more = row.getByRole("button", { name: "More" });
    const box = await more.boundingBox();
    assert(box !== null && box.width >= 44 && box.height >= 36, JSON.stringify(box));
    await more.tap();
    const item = page.getByRole("menuitem", { name: "Whisper to Ben" });
    const place = await page.getByRole("menu").boundingBox();
    assertEquals([place?.x, place?.width, (place?.y ?? 0) + (place?.height ?? 0)], [0, 360, 640]);
    assertEquals(await seriousFaults(page), []);
    await item.tap();
    await page.getByRole("heading", { name: "Ben" }).waitFor();

    // However many places there are, the bar above is as high as it was, and shows the one that is looked at.
    const bar = page.getByRole("navigation", { name: "Rooms and conversations" });
    const high = (await bar.boundingBox())?.height;
    for (const name of ["Anastasia", "Bartholomew", "Clementine", "Dorothea"]) {
      await inputOf(page).fill(`/query ${name}`);
      await inputOf(page).press("Enter");
      const here = bar.getByRole("button", { name, exact: true });
      await here.and(page.locator("[aria-current=true]")).waitFor();
      const { x = -1, width = 0 } = await here.boundingBox() ?? {};
      assert(x >= 0 && Math.floor(x + width) <= 360, `${name} is at ${x} + ${width}`);
      assertEquals((await bar.boundingBox())?.height, high);
    }
    await bar.getByRole("button", { name: "Make Reader yours" }).click();
    await page.getByRole("form").getByText("With a password nobody else can be it.").waitFor();
    assertEquals(await seriousFaults(page), []);
    assertEquals(complaints, []);
  },
);
