/**
 * The page's chat in a real browser, against what the terminal client does.
 *
 * @module
 */

import type { Locator, Page } from "playwright-core";
import { assert, assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";
import { CHROMIUM, type Look, look, seriousFaults, setStage, type Stage } from "./stage.ts";

const NEEDS = [CHROMIUM];
const FAST = { serve: { limits: { messagesPerSecond: 0 } } } as const;
/** How far the page and its columns are higher than what can be seen of them. */
const HIGHER = `[document.documentElement, document.querySelector(".instruments")]
  .map((one) => one.scrollHeight - one.clientHeight)`;

function inputOf(page: Page): Locator {
  return page.getByLabel("Message", { exact: true });
}

/** Says lines, opens the page and loads all of them. */
async function lookAtLines(stage: Stage, lines: readonly string[]): Promise<Look> {
  const ben = await stage.enter("Ben");
  await Promise.all(lines.map((line) => ben.say(line)));
  const browser = await look(stage.dashboard.url);
  const input = inputOf(browser.page);
  await browser.page.getByText(lines.at(-1) ?? "", { exact: true }).waitFor();
  await input.fill("/history 500");
  await input.press("Enter");
  await browser.page.getByText(`${lines.length - 100} older messages stand above.`).waitFor();
  return browser;
}

testWith(
  NEEDS,
  "a search counts and marks what it finds, goes to lines that are not in the document, and back",
  async () => {
    await using stage = await setStage(FAST);
    const lines = Array.from(
      { length: 600 },
      (_, i) => i % 100 === 50 ? `a Needle in line ${i}` : `line ${i}`,
    );
    await using browser = await lookAtLines(stage, lines);
    const { page, complaints } = browser;
    await page.keyboard.press("Control+f");
    const field = page.getByLabel("Search in this conversation");
    const count = page.getByRole("search").getByRole("status");
    await field.pressSequentially("needle");
    await count.getByText("1 of 6", { exact: true }).waitFor();
    const found = page.locator(".row.found");
    const text = async () => [await found.locator("mark").innerText(), await found.innerText()];
    assert((await text()).join().includes("line 550"), (await text()).join());
    assertEquals((await text())[0], "Needle");
    for (let presses = 0; presses < 5; presses++) await page.keyboard.press("Enter");
    await count.getByText("6 of 6", { exact: true }).waitFor();
    await found.getByText("in line 50").waitFor();
    await inSight(found);
    await page.keyboard.press("Enter");
    await count.getByText("1 of 6", { exact: true }).waitFor();
    await page.keyboard.press("Shift+Enter");
    await count.getByText("6 of 6", { exact: true }).waitFor();
    assertEquals(await seriousFaults(page), []);
    // What arrives meanwhile is counted, and moves nothing.
    const before = await found.boundingBox();
    const ben = stage.enter("Chidi");
    await (await ben).say("one more needle");
    await count.getByText("7 of 7", { exact: true }).waitFor();
    assertEquals((await found.boundingBox())?.y, before?.y);
    await field.fill("no such thing");
    await count.getByText("not found", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("search").waitFor({ state: "detached" });
    await page.getByRole("log").getByText("one more needle").waitFor();
    await inSight(page.getByText("one more needle"));
    assert(await inputOf(page).evaluate((element) => element.matches(":focus")));
    assertEquals(complaints, []);
  },
);

/** Waits until a row can be seen whole, for some frames: the page draws when its turn comes. */
async function inSight(row: Locator): Promise<void> {
  const page = row.page();
  for (let turn = 0; turn < 100; turn++) {
    const [box, log] = await Promise.all([row.boundingBox(), page.getByRole("log").boundingBox()]);
    if (
      box !== null && log !== null && box.y >= log.y && box.y + box.height <= log.y + log.height
    ) {
      return;
    }
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(drawn))");
  }
  throw new Error(`The line '${await row.innerText()}' is not in sight.`);
}

testWith(NEEDS, "Done leaves the reader at what was found", async () => {
  await using stage = await setStage(FAST);
  const lines = Array.from({ length: 300 }, (_, i) => `number ${i}.`);
  await using browser = await lookAtLines(stage, lines);
  const { page } = browser;
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByLabel("Search in this conversation").fill("number 20.");
  await page.locator(".row.found").getByText("number 20.").waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  await inSight(page.getByText("number 20.", { exact: true }));
  await page.getByRole("button", { name: "To the end" }).click();
  await inSight(page.getByText("number 299.", { exact: true }));
});

testWith(
  NEEDS,
  "whose box gets smaller in the frame in which a line comes stays at the end",
  async () => {
    await using stage = await setStage(FAST);
    const anna = await stage.enter("Anna");
    const lines = Array.from({ length: 120 }, (_, i) => `number ${i}.`);
    await using browser = await lookAtLines(stage, lines);
    const { page } = browser;
    // Between the line and the frame that draws it, the text that is being written gets longer.
    await page.evaluate(`new MutationObserver((_, observer) => {
    observer.disconnect();
    const field = document.getElementById("message");
    field.value = "some\\nmore\\nlines";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }).observe(document.querySelector(".log"), { childList: true })`);
    await anna.say("in that frame");
    await inSight(page.getByText("in that frame", { exact: true }));
    await anna.say("and behind it");
    await inSight(page.getByText("and behind it", { exact: true }));
  },
);

testWith(NEEDS, "/r answers whoever whispered last, and the answer arrives", async () => {
  await using stage = await setStage();
  const anna = await stage.enter("Anna");
  await using browser = await look(stage.dashboard.url);
  const { page } = browser;
  const input = inputOf(page);
  await input.fill("/r too early");
  await input.press("Enter");
  await page.getByText("Nobody has written to you yet.").waitFor();
  await anna.whisper("Reader", "are you there?");
  await page.getByRole("button", { name: /Anna.*unread/ }).waitFor();
  assertEquals(await page.title(), "(1) chat");
  await input.fill("/r yes, I am");
  await input.press("Enter");
  for await (const event of anna) {
    if (event.type !== "PrivateMessage" || event.from !== "Reader") continue;
    assertEquals(event.content, "yes, I am");
    break;
  }
  const log = page.getByRole("log", { name: "Conversation in Anna" });
  // What is being sent may stand there for a moment beside the history that has it already.
  await log.getByText("yes, I am", { exact: true }).waitFor();
  assertEquals(await page.title(), "chat");
});

testWith(NEEDS, "commands that only look do what the terminal's do", async () => {
  await using stage = await setStage(FAST);
  const anna = await stage.enter("Anna");
  await using browser = await look(stage.dashboard.url);
  const { page } = browser;
  const input = inputOf(page);
  const log = page.getByRole("log");
  const answers = async (line: string, answer: string | RegExp): Promise<void> => {
    await input.fill(line);
    await input.press("Enter");
    await log.locator(".notice").getByText(answer).last().waitFor();
  };
  await answers("/list", "Online (2): Anna, Reader");
  await answers("/help bell", "/bell [off|mention|all]: when to ring");
  await answers("/bell off", "The page makes no sound.");
  await answers("/history", "There are no older messages.");
  await answers("/retry", "Nothing here was refused.");
  await answers("/ignore", "You ignore nobody.");
  await answers("/ignore reader", "You cannot ignore yourself.");
  await answers(
    "/ignore Anna",
    "What Anna says and does from now on is hidden, until /unignore Anna.",
  );
  const ben = await stage.enter("Ben");
  await anna.say("hidden");
  // What comes behind it has come: so has it.
  await ben.say("behind it");
  await log.getByText("behind it", { exact: true }).waitFor();
  await answers("/ignore", "You ignore Anna.");
  await answers("/unignore anna", "You read anna again.");
  await anna.say("seen");
  await log.getByText("seen", { exact: true }).waitFor();
  assertEquals(await log.getByText("hidden", { exact: true }).count(), 0);
  await answers("/leave nowhere", "You are not in 'nowhere'.");
  await answers("/nothing", "Unknown command '/nothing'.");
});

testWith(
  NEEDS,
  "with the keyboard alone one goes where something is new, and completes",
  async () => {
    await using stage = await setStage({ rooms: ["kitchen"], ...FAST });
    const anna = await stage.enter("Anna", ["kitchen"]);
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    const { keyboard } = page;
    await page.getByRole("button", { name: "kitchen" }).waitFor();
    await Promise.all(
      Array.from(
        { length: 150 },
        (_, i) =>
          anna.say(i === 70 ? "Reader, the soup!" : `stirred ${i} times`, { room: "kitchen" }),
      ),
    );
    await page.getByRole("button", { name: "kitchen @150 unread" }).waitFor();
    await inputOf(page).focus();
    await keyboard.type("half a thou");
    await keyboard.press("Alt+a");
    const log = page.getByRole("log", { name: "Conversation in kitchen" });
    await log.getByText("stirred 149 times").waitFor();
    await page.getByRole("button", { name: "New lines above" }).waitFor();
    await keyboard.press("Alt+u");
    await inSight(log.getByText("stirred 0 times"));
    await page.getByRole("button", { name: "New lines above" }).waitFor({ state: "detached" });
    await keyboard.press("Alt+n");
    await page.waitForFunction(
      `(() => { const row = [...document.querySelectorAll(".row.mention")].at(-1);
        const box = document.querySelector(".log").getBoundingClientRect();
        const top = row?.getBoundingClientRect().top;
        return top > box.top && top < box.bottom; })()`,
    );
    const at = () => log.evaluate((element) => element.scrollTop);
    const before = await at();
    await keyboard.press("PageUp");
    assert(await at() < before);
    await keyboard.type("/t");
    await keyboard.press("Tab");
    await keyboard.type("soup");
    await keyboard.press("Enter");
    await page.getByTitle("soup", { exact: true }).waitFor();
    await keyboard.press("Alt+ArrowUp");
    await page.getByRole("log", { name: "Conversation in lobby" }).waitFor();
    assertEquals(await inputOf(page).inputValue(), "half a thou");
  },
);

testWith(
  NEEDS,
  "the bell rings for a whisper while one looks elsewhere, and not when it is off",
  async () => {
    await using stage = await setStage();
    const anna = await stage.enter("Anna");
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    const told = async (line: string, answer: string): Promise<void> => {
      await inputOf(page).fill(line);
      await inputOf(page).press("Enter");
      await page.getByText(answer).waitFor();
    };
    await told("/bell off", "The page makes no sound.");
    await page.evaluate(
      `globalThis.tones = 0; globalThis.OscillatorNode = class extends OscillatorNode {
      constructor(...all) { super(...all); tones++; }
    }`,
    );
    const tones = () => page.evaluate("tones");
    await anna.whisper("Reader", "in silence");
    await page.getByRole("button", { name: "Anna 1 unread" }).waitFor();
    assertEquals(await tones(), 0);
    await told("/bell mention", "The page makes a sound when somebody names you");
    await anna.say("for everybody");
    await page.getByRole("log").getByText("for everybody").waitFor();
    assertEquals(await tones(), 0);
    await anna.whisper("Reader", "and again");
    await page.getByRole("button", { name: "Anna 2 unread" }).waitFor();
    assertEquals(await tones(), 2);
  },
);

testWith(NEEDS, "on a wide screen nothing but lists scrolls", async () => {
  await using stage = await setStage();
  for (const [width, height] of [[2_560, 1_440], [1_920, 1_080]] as const) {
    await using browser = await look(stage.dashboard.url, { width, height });
    const { page } = browser;
    await page.getByRole("figure", { name: "Connections" }).getByRole("row").first().waitFor();
    assertEquals(await page.evaluate(HIGHER), [0, 0], `${width}`);
  }
});
