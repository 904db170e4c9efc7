/**
 * How often a page is told something: at once after a silence, ten times a second in a busy room.
 *
 * @module
 */

import { GATHER_BUSY_MS, GATHER_MS } from "../../observe/dashboard/limits.ts";
import { dueAt } from "../../observe/dashboard/pace.ts";
import { assert, assertEquals } from "../assert.ts";

/** Lets something happen each so many milliseconds for ten seconds. @returns The moments of sending. */
function sendings(everyMs: number): number[] {
  const sent: number[] = [];
  let due = Infinity;
  for (let now = 0; now < 10_000; now += everyMs) {
    if (now >= due) {
      sent.push(due);
      due = Infinity;
    }
    due = Math.min(due, dueAt("event", now, sent.at(-1) ?? -Infinity));
  }
  return sent;
}

Deno.test("what comes after a silence is told within two frames", () => {
  assertEquals(dueAt("event", 5_000, -Infinity), 5_000 + GATHER_MS);
  assertEquals(dueAt("event", 5_000, 5_000 - GATHER_BUSY_MS), 5_000 + GATHER_MS);
});

Deno.test("a page in a busy room is told ten times a second, and nothing waits longer than that", () => {
  const sent = sendings(1);
  assert(sent.length >= 98 && sent.length <= 100, `${sent.length} times in ten seconds`);
  for (const [n, at] of sent.entries()) {
    const before = sent[n - 1];
    if (before !== undefined) assert(at - before <= GATHER_BUSY_MS + 1, `${at - before} ms`);
  }
});

Deno.test("a page in a room with little in it is told each thing by itself", () => {
  assertEquals(sendings(250).length, 39);
});

Deno.test("an answer does not wait for the others", () => {
  assertEquals(dueAt("answer", 5_000, 4_999), 5_000 + GATHER_MS);
  assertEquals(dueAt("event", 5_000, 4_999), 4_999 + GATHER_BUSY_MS);
});
