/**
 * What is shown of a transfer.
 *
 * @module
 */

import { progressLine, resumingLine } from "../../../cli/files/progress.ts";
import {
  advance,
  percent,
  rateOf,
  secondsLeft,
  startProgress,
} from "../../../server/wire/transfers/progress.ts";
import { assert, assertEquals } from "../../assert.ts";

/** A transfer at an even rate, told of every 10 ms. */
function evenly(size: number, offset: number, perMs: number, ms: number) {
  let progress = startProgress(size, offset, 0);
  for (let at = 10; at <= ms; at += 10) progress = advance(progress, offset + at * perMs, at);
  return progress;
}

Deno.test("a line tells name, percent, rate and the time that is left", () => {
  const progress = evenly(200e6, 0, 12_300, 7_000);
  assertEquals(
    progressLine("report.pdf", progress, 7_000),
    "report.pdf  43 %  12.3 MB/s  0:10 left",
  );
});

Deno.test("what was there before a resume does not count for the rate", () => {
  const progress = evenly(1e9, 900e6, 1_000, 3_000);
  assertEquals(Math.round(rateOf(progress, 3_000)), 1e6);
  assertEquals(secondsLeft(progress, 3_000), 97);
});

Deno.test("the rate is that of the last seconds, and falls when nothing comes", () => {
  let progress = evenly(1e12, 0, 1_000, 20_000);
  for (let at = 20_010; at <= 30_000; at += 10) {
    progress = advance(progress, 20e6 + (at - 20_000) * 100, at);
  }
  assert(Math.abs(rateOf(progress, 30_000) - 100_000) < 5_000, `${rateOf(progress, 30_000)}`);
  assert(rateOf(progress, 32_000) < 80_000);
  assertEquals(rateOf(progress, 60_000), 0);
  assertEquals(secondsLeft(progress, 60_000), undefined);
});

Deno.test("a transfer of any length keeps a bounded number of samples", () => {
  assert(evenly(1e12, 0, 1, 100_000).samples.length <= 25);
});

Deno.test("100 % is said only at the end", () => {
  assertEquals(percent(999_999, 1_000_000), 99);
  assertEquals(percent(1_000_000, 1_000_000), 100);
  assertEquals(percent(0, 0), 100);
  assertEquals(progressLine("x", startProgress(0, 0, 0), 0), "x  100 %  0 B/s");
});

Deno.test("long times have hours, endless ones are not told", () => {
  const progress = evenly(10e9, 0, 1_000, 5_000);
  assert(progressLine("x", progress, 5_000).endsWith("2:46:35 left"));
  assertEquals(secondsLeft(evenly(1e15, 0, 1, 5_000), 5_000), undefined);
});

Deno.test("a resume says where it goes on; no name can move the cursor", () => {
  assertEquals(resumingLine("report.pdf", 42, 100), "report.pdf: resuming at 42 %");
  assert(!resumingLine("\x1b[2Jx", 0, 1).includes("\x1b"));
  assert(!progressLine("\x1b[2Jx", startProgress(1, 0, 0), 0).includes("\x1b"));
});
