/**
 * Where the time of a message went, in a real browser: asked for in the message's menu, by an operator.
 *
 * @module
 */

import type { Locator, Page } from "playwright-core";
import { assert, assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";
import { CHROMIUM, look, seriousFaults, setStage } from "./stage.ts";

async function ask(page: Page, row: Locator): Promise<void> {
  await row.hover();
  await row.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Where its time went" }).click();
}

testWith(
  [CHROMIUM],
  "the first question begins the following, and what is said then has its waterfall",
  async () => {
    await using stage = await setStage();
    const ben = await stage.enter("Ben");
    await ben.say("before anybody asked");
    await using browser = await look(stage.dashboard.url);
    const { page, complaints } = browser;
    await ask(page, page.locator(".row", { hasText: "before anybody asked" }).first());
    const panel = page.getByRole("region", { name: "Where its time went" });
    await panel.getByText("Nothing is kept of this message.").waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });

    await ben.say("and after");
    await ask(page, page.locator(".row", { hasText: "and after" }).first());
    await panel.getByRole("cell", { name: "is published" }).waitFor();
    await panel.getByText(/ went to /).waitFor();
    await panel.getByText("to Reader").waitFor();
    await panel.getByText("The kernel is not watched.").waitFor();
    assertEquals(await seriousFaults(page), []);
    // As many bars as steps, none of them beyond the others' edge.
    const widths = await panel.locator("td.way-bars").evaluateAll((cells) =>
      cells.map((cell) => {
        const [bar] = cell.children;
        const [inner, outer] = [bar?.getBoundingClientRect(), cell.getBoundingClientRect()];
        return inner !== undefined && inner.left >= outer.left - 1 &&
          inner.right <= outer.right + 3;
      })
    );
    assert(widths.length >= 4 && widths.every(Boolean), `${widths}`);
    assertEquals(complaints, []);
  },
);
