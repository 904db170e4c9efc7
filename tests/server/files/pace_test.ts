/**
 * Who holds the others of a room up, with a clock in hand.
 *
 * @module
 */

import { Pace } from "../../../server/files/pace.ts";
import { assertEquals } from "../../assert.ts";

/** Lets pieces go out until the span is over; each one takes so many ms for each, and their writes begin one after the other. */
function slow(
  ms: Readonly<Record<string, number>>,
  { apartMs = 0, restMs = 0 }: { apartMs?: number; restMs?: number } = {},
): string[] {
  const pace = new Pace<string>(1_000, 0);
  let nowMs = 0;
  while (nowMs < 1_000) {
    pace.next();
    const ones = Object.entries(ms).map(([one, ms], n) => ({
      one,
      at: nowMs + n * apartMs,
      end: nowMs + n * apartMs + ms,
    }));
    for (const { one, at } of ones) pace.began(one, at);
    ones.sort((one, other) => one.end - other.end);
    for (const { one, end } of ones) pace.ended(one, end);
    nowMs = (ones.at(-1)?.end ?? 0) + restMs;
  }
  return pace.slow(nowMs).sort();
}

Deno.test("who is less than half as fast as the fastest holds the others up, also when several do", () => {
  assertEquals(slow({ bob: 10, carol: 25 }), ["carol"]);
  assertEquals(slow({ bob: 10, carol: 15, dora: 11 }), []);
  assertEquals(slow({ bob: 1, carol: 100, dora: 90 }), ["carol", "dora"]);
});

Deno.test("who is written to later than others, and who waits for the sender, holds nobody up", () => {
  assertEquals(slow({ bob: 0.1, carol: 0.1, dora: 0.1, eve: 0.1 }, { apartMs: 5 }), []);
  assertEquals(slow({ bob: 1, carol: 30 }, { restMs: 100 }), []);
});

Deno.test("who takes nothing of a piece holds others up, but not before somebody has it", () => {
  const pace = new Pace<string>(1_000, 0);
  pace.next();
  pace.began("bob", 0);
  pace.began("carol", 0);
  assertEquals(pace.slow(1_000), []);
  pace.ended("bob", 1_100);
  assertEquals(pace.slow(1_500), [], "the span is not over");
  assertEquals(pace.slow(2_100), ["carol"]);
  pace.ended("carol", 2_150);
  assertEquals(pace.slow(3_200), [], "what was counted is counted once");
});
