/**
 * The page while more is said than anybody reads.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";
import { CHROMIUM, look, setStage } from "./stage.ts";

/** Messages: more than the page keeps, and more than its process lets wait for a slow page. */
const MANY = 5_000;
/** Messages said before the next ones are. */
const AT_ONCE = 100;
/** Rows in the document at the end of a conversation: what 900 pixels show, and a little above. */
const ROWS_MAX = 70;

testWith(
  [CHROMIUM],
  "thousands of messages leave a small document that ends with the newest, without a hole",
  async () => {
    await using stage = await setStage({ serve: { limits: { messagesPerSecond: 0 } } });
    const anna = await stage.enter("Anna");
    await using browser = await look(stage.dashboard.url);
    const { page, complaints } = browser;
    const log = page.getByRole("log");
    await log.getByText("Nothing was said here yet.").waitFor();
    let told = 0;
    page.on("websocket", (socket) => socket.on("framereceived", () => told++));
    await page.reload();
    await log.getByText("Nothing was said here yet.").waitFor();
    for (let said = 0; said < MANY; said += AT_ONCE) {
      await Promise.all(
        Array.from({ length: AT_ONCE }, (_, n) => anna.say(`message number ${said + n + 1}.`)),
      );
    }
    await log.getByText(`message number ${MANY}.`).waitFor();
    const numbers = (await log.locator(".row").allTextContents()).map((text) =>
      Number(/message number (\d+)\./.exec(text)?.[1])
    );
    assertEquals(numbers, Array.from(numbers, (_, n) => MANY - numbers.length + n + 1));
    assert(
      numbers.length > 0 && numbers.length <= ROWS_MAX,
      `${numbers.length} rows are in the document`,
    );
    assert(told < MANY / 4, `The page was told something ${told} times`);
    const below = await log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
    assert(below < 1, `The end is ${below} pixels below`);
    assertEquals(complaints, []);
  },
);
