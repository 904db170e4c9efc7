/**
 * Who is woken when, by a loop that is turned by hand.
 *
 * @module
 */

import fc from "fast-check";
import { CROWDS_MS_BURST, CROWDS_MS_PER_SECOND } from "../../../server/budget/limits.ts";
import { WAKE_MS } from "../../../server/limits.ts";
import { type Crowd, type Wakeable, Wakeups } from "../../../server/rooms/wakeups.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandLoop } from "../budget/by_hand.ts";

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

Deno.test("a thousand who are told something for them alone wait for looks, too; whoever comes meanwhile is among them", () => {
  const loop = new HandLoop();
  const wakeups = new Wakeups(loop);
  let woken = 0;
  const one = (): Wakeable => ({ wake: () => void (woken++, loop.work(0.1)) });
  for (let n = 0; n < 1_000; n++) wakeups.add(one());
  let sinceLookMs = 0;
  while (woken < 1_000) {
    const [before, looks] = [loop.now(), loop.asked];
    // Each turn tells somebody more: a busy loop would not look by itself.
    wakeups.add(one());
    if (looks) loop.turn();
    else loop.busyTurn();
    sinceLookMs = (looks ? 0 : sinceLookMs) + loop.now() - before;
    assert(sinceLookMs <= WAKE_MS + 0.2, `${sinceLookMs} ms without a look`);
  }
});

Deno.test("those whose writes have ended go on between the crowds, within the same time", () => {
  const loop = new HandLoop();
  const wakeups = new Wakeups(loop);
  const woken: number[] = [];
  let going = 0;
  for (let n = 0; n < 500; n++) wakeups.goOn({ wake: () => void (going++, loop.work(0.1)) });
  wakeups.addAll(crowd(loop, 500, woken));
  while (!loop.idle) {
    const before = loop.now();
    loop.turn();
    assert(loop.now() - before <= WAKE_MS + 0.2, `${loop.now() - before} ms without a look`);
    assert(Math.abs(going - woken.length) <= 20, `${going} and ${woken.length}`);
  }
  assertEquals([going, woken.length], [500, 500]);
});

/** What a word that is estimated to take so long makes of the price, when words took `eachMs` to be told. */
function priceAfter(loop: HandLoop, wakeups: Wakeups, wake: () => void, words: number): number {
  for (let word = 0; word < words; word++) {
    wakeups.price.spend(loop.now(), 1);
    wakeups.addAll({ woken: () => [{ wake }] });
    while (!loop.idle) loop.turn();
  }
  loop.pass(CROWDS_MS_BURST / CROWDS_MS_PER_SECOND * 1_000 * words);
  const before = wakeups.price.at(loop.now());
  assertEquals(before, 1, "all is earned back");
  wakeups.price.spend(loop.now(), CROWDS_MS_BURST + 200);
  return wakeups.price.at(loop.now());
}

Deno.test("what telling crowds takes of the loop corrects what it was estimated to take", () => {
  const prices = [0.1, 1, 3].map((ms) => {
    const loop = new HandLoop();
    return priceAfter(loop, new Wakeups(loop), () => loop.work(ms), 500);
  });
  const [cheap = 0, usual = 0, dear = 0] = prices;
  assert(cheap < usual && usual < dear, `${prices}`);
  assertEquals(cheap, 1);
});

Deno.test("a core that was lost while a crowd was told counts as no more than a turn", () => {
  const [lost, worked] = [500, WAKE_MS].map((ms) => {
    const loop = new HandLoop();
    return priceAfter(loop, new Wakeups(loop), () => loop.loseCore(ms), 20);
  });
  assertEquals(lost, worked);
});

Deno.test("nobody is left asleep, however the milliseconds add up", () => {
  const ms = fc.double({ min: 0.01, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(ms, fc.double({ min: 0, max: 1e6, noNaN: true }), (costMs, startMs) => {
      const loop = new HandLoop();
      loop.pass(startMs);
      const wakeups = new Wakeups(loop);
      let woken = 0;
      const wake = (): void => {
        woken++;
        loop.work(costMs);
      };
      wakeups.addAll({ woken: () => Array.from({ length: 1_000 }, () => ({ wake })) });
      while (!loop.idle) loop.turn();
      assertEquals(woken, 1_000);
    }),
    { numRuns: 200 },
  );
});
