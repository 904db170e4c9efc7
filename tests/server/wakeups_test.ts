/**
 * Who is woken when, by a loop that is turned by hand.
 *
 * @module
 */

import { CROWDS_MS_BURST, CROWDS_MS_PER_SECOND } from "../../server/budget/limits.ts";
import { WAKE_MS } from "../../server/limits.ts";
import { type Crowd, type Wakeable, Wakeups } from "../../server/wakeups.ts";
import { assert, assertEquals } from "../assert.ts";
import { HandLoop } from "./budget/by_hand.ts";

function crowd(loop: HandLoop, size: number, woken: number[]): Crowd {
  const all = Array.from({ length: size }, (_, index): Wakeable => ({
    wake: () => {
      woken.push(index);
      loop.work(0.1);
    },
  }));
  return { woken: () => all };
}

Deno.test("a crowd is woken some at a time, each once, and an answer passes the rest of it", () => {
  const loop = new HandLoop();
  const wakeups = new Wakeups(loop);
  const woken: number[] = [];
  wakeups.addAll(crowd(loop, 1_000, woken));
  let turns = 0;
  for (; !loop.idle; turns++) {
    const [before, answeredAt] = [loop.now(), woken.length];
    let passed = -1;
    wakeups.add({ wake: () => void (passed = woken.length) });
    loop.turn();
    assert(loop.now() - before <= WAKE_MS + 0.2, `${loop.now() - before} ms without a look`);
    assertEquals(passed, answeredAt, "the answer goes first");
  }
  assert(turns >= 12);
  assertEquals(woken, Array.from({ length: 1_000 }, (_, index) => index));
});

Deno.test("who is told more while its crowd is being woken is woken again, behind the other crowds", () => {
  const loop = new HandLoop();
  const wakeups = new Wakeups(loop);
  const [loud, quiet]: [number[], number[]] = [[], []];
  const room = crowd(loop, 200, loud);
  wakeups.addAll(room);
  loop.turn();
  const first = loud.length;
  assert(first > 0 && first < 200);
  wakeups.addAll(crowd(loop, 1, quiet));
  for (let times = 0; times < 100; times++) wakeups.addAll(room);
  while (quiet.length === 0) loop.turn();
  assert(loud.length <= 281, `${loud.length} before the other room`);
  while (!loop.idle) loop.turn();
  assertEquals([loud.length, quiet.length], [400, 1]);
});

Deno.test("what telling crowds takes of the loop sets the price, and quiet brings it down again", () => {
  const loop = new HandLoop();
  const wakeups = new Wakeups(loop);
  const room = crowd(loop, 1_000, []);
  assertEquals(wakeups.price.at(loop.now()), 1);
  const prices: number[] = [];
  for (let words = 0; words < 10; words++) {
    wakeups.addAll(room);
    while (!loop.idle) loop.turn();
    prices.push(wakeups.price.at(loop.now()));
  }
  assertEquals(prices.slice(0, 3), [1, 1, 1], "a burst is free");
  assertEquals(prices, prices.toSorted((a, b) => a - b));
  assert((prices.at(-1) ?? 0) > 20, `${prices.at(-1)} after a second of nothing else`);
  loop.pass((1_000 - CROWDS_MS_BURST) / CROWDS_MS_PER_SECOND * 1_000);
  assertEquals(wakeups.price.at(loop.now()), 1);
});

Deno.test("a core that was lost while a crowd was told makes nothing dearer", () => {
  const loop = new HandLoop();
  const wakeups = new Wakeups(loop);
  const lose = () => loop.loseCore(500);
  for (let words = 0; words < 30; words++) {
    wakeups.addAll({ woken: () => [{ wake: lose }] });
    while (!loop.idle) loop.turn();
  }
  assertEquals(wakeups.price.at(loop.now()), 1);
});
