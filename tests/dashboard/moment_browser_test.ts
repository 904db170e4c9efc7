/**
 * Moments and areas in the charts: they are times, and stay what they are while the axis goes on.
 *
 * @module
 */

import type { Page } from "playwright-core";
import { assert, assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";
import { flow, histogram, io, PretendObserver, snapshot } from "./pretend_kernel.ts";
import { CHROMIUM, look, setStage } from "./stage.ts";

const NEEDS = [CHROMIUM];

/** The leftmost and the rightmost pixel of the line around the selected area; empty when there is none. */
const OUTLINE = `(() => {
  const canvas = document.querySelector(".heat canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = [];
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] === 0x25 && data[at + 1] === 0x63 && data[at + 2] === 0xb8) {
      found.push(at / 4 % canvas.width);
    }
  }
  return found.length === 0 ? [] : [Math.min(...found), Math.max(...found)];
})()`;

function outline(page: Page): Promise<number[]> {
  return page.evaluate(OUTLINE);
}

/** The time at which the axis ends, as text. */
async function now(page: Page): Promise<string> {
  return await page.locator(".time-now time").textContent() ?? "";
}

/** Waits until the axis has gone on by some seconds. */
async function secondsLater(page: Page, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed++) {
    await page.locator(".time-now time", { hasNotText: await now(page) }).waitFor();
  }
}

testWith(
  NEEDS,
  "what waits to be read is shown first, and each latency has its figure beside its name",
  async () => {
    const observer = new PretendObserver(Date.now());
    await using stage = await setStage({ kernel: { kind: "watching", observer } });
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    const figure = page.getByRole("figure", { name: "Network I/O latency" });
    await figure.getByText("p99 of 0 calls").waitFor();
    observer.tell(snapshot({
      ts: 1e9,
      send: flow(100, 1_000, histogram(Array(100).fill(20_000))),
      delays: histogram(Array(100).fill(1e8)),
    }));
    await figure.locator(".value").getByText("≤ 134 ms").waitFor();
    await figure.getByText("Sending 32.8 µs").waitFor();
    assert(await figure.getByRole("radio", { name: "Waiting" }).isChecked());
    await figure.getByRole("radio", { name: "Sending" }).check();
    await figure.locator(".value").getByText("≤ 32.8 µs").waitFor();
    // What was is over ten seconds later, and nothing is shown for it.
    await secondsLater(page, 11);
    await figure.getByText("p99 of 0 calls in the last 10 s").waitFor();
    await figure.locator(".value").getByText("–", { exact: true }).waitFor();
  },
);

testWith(
  NEEDS,
  "a pointer that rests marks one moment, with its values, and takes no figure off now",
  async () => {
    await using stage = await setStage();
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    await page.getByRole("figure", { name: "Users online" }).locator(".value").getByText("1")
      .waitFor();
    await secondsLater(page, 3);
    const chart = page.getByRole("figure", { name: "Users online" }).locator(".u-over");
    const box = await chart.boundingBox();
    assert(box !== null);
    await page.mouse.move(box.x + box.width - 4, box.y + 10);
    const readout = chart.locator(".readout");
    await readout.getByText(/^\d\d:\d\d:\d\d 1$/).waitFor();
    const before = await readout.textContent();
    const placed = "document.querySelector('.u-over:hover .u-cursor-x').style.transform";
    const place: string = await page.evaluate(placed);
    await stage.enter("Anna");
    await secondsLater(page, 2);
    // The figures are of now, and the mark has gone on with its moment.
    await page.getByRole("figure", { name: "Users online" }).locator(".value").getByText("2")
      .waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    assertEquals(await readout.textContent(), before);
    assert(await page.evaluate(placed) !== place);
    await page.mouse.move(5, 5);
    await readout.waitFor({ state: "hidden" });
  },
);

testWith(
  NEEDS,
  "a selected area goes on with its time, fits every length of the axis, and is gone when it is closed",
  async () => {
    const observer = new PretendObserver(Date.now());
    await using stage = await setStage({ kernel: { kind: "watching", observer } });
    await using browser = await look(stage.dashboard.url, { height: 1_400 });
    const { page } = browser;
    const heat = page.locator(".heat .u-over");
    await heat.waitFor();
    observer.tell(io({ ts: 1e9, durationNs: 20_000, bytes: 100, socket: 7 }));
    await secondsLater(page, 2);
    await heat.hover();
    const box = await heat.boundingBox();
    assert(box !== null);
    await page.mouse.move(box.x + box.width - 60, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 10, box.y + 90, { steps: 5 });
    await page.mouse.up();
    const calls = page.getByRole("region", { name: "Selected calls" });
    const told = await calls.locator(".note").textContent();
    await page.mouse.move(5, 5);
    const [left = 0, right = 0] = await outline(page);
    assert(right - left >= 40 && right - left <= 64, `From ${left} to ${right}`);
    await secondsLater(page, 3);
    const [laterLeft = 0, laterRight = 0] = await outline(page);
    assert(laterLeft < left - 10 && laterRight < right - 10, `From ${laterLeft} to ${laterRight}`);
    // Five times as long an axis has a fifth of it.
    await page.locator("input[name=range]").nth(1).check();
    await page.evaluate(
      "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))",
    );
    const [longLeft = 0, longRight = 0] = await outline(page);
    assert(longRight - longLeft < 20, `From ${longLeft} to ${longRight}`);
    assertEquals(await calls.locator(".note").textContent(), told);
    await calls.getByRole("button", { name: "Close" }).click();
    await calls.waitFor({ state: "detached" });
    await page.evaluate(
      "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))",
    );
    assertEquals(await outline(page), []);
  },
);

testWith(NEEDS, "the conversation goes to the moment that is pinned, and back", async () => {
  await using stage = await setStage({ serve: { limits: { messagesPerSecond: 0 } } });
  const anna = await stage.enter("Anna");
  await using browser = await look(stage.dashboard.url);
  const { page } = browser;
  const log = page.getByRole("log");
  for (let n = 1; n <= 60; n++) await anna.say(`early ${n}.`);
  await log.getByText("early 60.").waitFor();
  await secondsLater(page, 3);
  for (let n = 1; n <= 150; n++) await anna.say(`late ${n}.`);
  await log.getByText("late 150.").waitFor();
  await secondsLater(page, 1);
  await page.getByRole("img", { name: /^Chart: users online/ }).focus();
  const early = log.getByText("early 60.");
  for (let presses = 0; presses < 20 && await early.count() === 0; presses++) {
    await page.keyboard.press("ArrowLeft");
    await page.evaluate(
      "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))",
    );
  }
  await early.waitFor();
  await log.locator(".at-moment").getByText(/^early/).waitFor();
  await page.keyboard.press("Escape");
  await log.getByText("late 150.").waitFor();
  await early.waitFor({ state: "detached" });
});

testWith(
  NEEDS,
  "times are those of the last ten seconds, and none where nothing happened in them",
  async () => {
    await using stage = await setStage();
    const anna = await stage.enter("Anna");
    await using browser = await look(stage.dashboard.url);
    const { page } = browser;
    const fanout = page.getByRole("figure", { name: "Fan-out" });
    const nothing = fanout.locator(".value").getByText("–", { exact: true });
    await fanout.getByText("none in 10 s").waitFor();
    await nothing.waitFor();
    await anna.say("hello");
    await fanout.getByText("p99 in 10 s").waitFor();
    await fanout.locator(".value").getByText(/^[\d.]+ .?s$/).waitFor();
    await secondsLater(page, 12);
    await fanout.getByText("none in 10 s").waitFor();
    await nothing.waitFor();
    await page.getByRole("figure", { name: "Event loop delay" }).getByText("p99 in 10 s")
      .waitFor();
  },
);
