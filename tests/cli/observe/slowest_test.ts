/**
 * The slowest call and the longest wait: kept with when and whose, until a slower one comes.
 *
 * @module
 */

import { SLOWEST_KEPT_MS } from "../../../cli/observe/limits.ts";
import { slowestAfter, slowestTexts } from "../../../cli/observe/slowest.ts";
import type { Flow, Snapshot } from "../../../observe/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { histogram, snapshot, socket } from "./made.ts";
import { play } from "./play.ts";

const MS = 1e6;

/** Figures at a moment with these durations of sending and waits, all on one connection. */
function figures(
  ms: number,
  sending: Readonly<Record<number, number>>,
  waits: Readonly<Record<number, number>> = {},
): Snapshot {
  const quiet = (flow: Flow) => ({ ...flow, durations: histogram({}) });
  const send = { ...quiet(snapshot(1).send), durations: histogram(sending) };
  const recv = quiet(snapshot(1).recv);
  const delays = histogram(waits);
  const sockets = [
    {
      ...socket(1, "10.0.0.1:1", 1),
      send: quiet(send),
      recv,
      delays: histogram({}),
    },
    { ...socket(2, "10.0.0.2:2\u001b[31m", 1), send, recv, delays },
  ];
  return { ...snapshot(1), ts: ms * MS, send, recv, delays, sockets };
}

Deno.test("one slow call among many is kept, with when it was and whose", () => {
  const usual = { 3: 1_000 };
  const before = figures(1_000, usual);
  const slow = figures(2_000, { 3: 2_000, 20: 1 });
  const after = figures(9_000, { 3: 90_000, 20: 1 }, { 23: 1 });
  let kept = slowestAfter({}, undefined, before);
  assertEquals(kept.call?.slot, 3);
  kept = slowestAfter(kept, before, slow);
  assertEquals([kept.call?.slot, kept.call?.ts, kept.wait], [20, 2_000 * MS, undefined]);
  kept = slowestAfter(kept, slow, after);
  const [call, wait] = slowestTexts(kept, after.ts);
  assert(call?.startsWith("call ≥ 134 ms, 0:07 ago, 10.0.0.2:2"), call);
  assert(!call?.includes("\u001b"), call);
  assert(wait?.startsWith("wait ≥ 1.1 s, 0:00 ago, 10.0.0.2:2"), wait);
});

Deno.test("after a while a faster one takes its place, and nothing at all does not", () => {
  const first = figures(0, { 20: 1 });
  const kept = slowestAfter({}, undefined, first);
  const later = SLOWEST_KEPT_MS + 1;
  const quiet = figures(later, { 20: 1 });
  assertEquals(slowestAfter(kept, first, quiet), kept);
  const busy = figures(later, { 4: 7, 20: 1 });
  assertEquals(slowestAfter(kept, first, busy).call?.slot, 4);
  const soon = figures(later - 2, { 4: 7, 20: 1 });
  assertEquals(slowestAfter(kept, first, soon).call?.slot, 20);
});

Deno.test("the view shows it beside the totals, and what was never measured not at all", () => {
  const game = play({ columns: 100, rows: 24 });
  game.see(figures(1_000, {}));
  assert(!game.screen().join("\n").includes("slowest "), game.screen().join("\n"));
  game.see(figures(2_000, { 20: 1 }), figures(3_000, { 3: 100, 20: 1 }));
  const row = game.screen().find((row) => row.startsWith("slowest"));
  assertEquals(row, "slowest  call ≥ 134 ms, 0:01 ago, 10.0.0.2:2␛[31m");
});
