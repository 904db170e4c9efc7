/**
 * The price of telling a crowd something: however many speak as fast as they can, they take no more of the loop.
 *
 * @module
 */

import { Price, Telling } from "../../../server/budget/mod.ts";
import {
  CROWDS_MS_BURST,
  CROWDS_MS_PER_SECOND,
  DEARER_MS,
  TELLING_MS_BURST,
  TELLING_MS_PER_SECOND,
} from "../../../server/budget/limits.ts";
import { assert, assertEquals } from "../../assert.ts";

/** What one word costs when it is told, in ms of the loop: 8 kB to some sixty. */
const WORD_MS = 2;
/** The same of somebody who speaks to three. */
const QUIET_MS = 0.01;
const SECONDS = 20;

/** How long crowds are told while so many speak as fast as they may, and how many words of a quiet one were refused. */
function told(speakers: number, wordMs = WORD_MS): { ms: number; refused: number } {
  const price = new Price(0);
  const tellings = Array.from({ length: speakers }, () => new Telling(0));
  const quiet = new Telling(0);
  let [ms, refused] = [0, 0];
  const say = (telling: Telling, now: number, cost: number): boolean => {
    if (telling.take(now, cost, price) > 0) return false;
    ms += cost;
    told += cost;
    return true;
  };
  let told = 0;
  for (let now = 0; now < SECONDS * 1_000; now += 50) {
    // What was taken before is told by now.
    price.measure(told);
    told = 0;
    for (const telling of tellings) say(telling, now, wordMs);
    if (!say(quiet, now, QUIET_MS)) refused++;
  }
  return { ms, refused };
}

for (const speakers of [1, 4, 64, 1_000, 10_000]) {
  Deno.test(`${speakers} who speak as fast as they may take a bounded part of the loop, and a quiet one is heard`, () => {
    const { ms, refused } = told(speakers);
    const rate = SECONDS * CROWDS_MS_PER_SECOND + CROWDS_MS_BURST;
    // No purse buys a word at a higher price, so no more is ever owed.
    const owed = DEARER_MS * Math.sqrt(TELLING_MS_BURST / WORD_MS) + WORD_MS;
    assert(ms <= rate + owed + SECONDS, `${ms} ms in ${SECONDS} s, where ${rate} is the rate`);
    assertEquals(refused, 0);
  });
}

Deno.test("what a few say within what crowds may take is told, all of it", () => {
  const { ms } = told(2);
  const said = SECONDS * 20 * (2 * WORD_MS + QUIET_MS);
  assert(Math.abs(ms - said) < 1e-6, `${ms} of ${said} ms`);
  const alone = told(1, 6).ms;
  assert(alone >= SECONDS * TELLING_MS_PER_SECOND, `${alone} ms of what one may have told`);
});

Deno.test("a word that costs more than can be saved up is had all the same, when nothing is owed", () => {
  const { ms } = told(3, 10 * TELLING_MS_BURST);
  assert(ms > 0, "somebody was heard");
  const price = new Price(0);
  price.spend(0, CROWDS_MS_BURST + CROWDS_MS_PER_SECOND);
  const telling = new Telling(0);
  assertEquals(telling.take(10_000, TELLING_MS_BURST * 10, price), 0);
});

Deno.test("how long a word comes too early is how long it is to wait", () => {
  const price = new Price(0);
  price.spend(0, 10 * CROWDS_MS_BURST);
  const telling = new Telling(0);
  let now = 0;
  let waits = 0;
  for (let ms = telling.take(now, 50, price); ms > 0; ms = telling.take(now, 50, price)) {
    now += ms;
    waits++;
  }
  assert(waits >= 1 && waits <= 5, `${waits} times`);
});
