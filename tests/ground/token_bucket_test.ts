/**
 * A bucket gives no more than its rate and one burst, and no less; with a clock in hand.
 *
 * @module
 */

import fc from "fast-check";
import { TokenBucket } from "../../ground/mod.ts";
import { assert, assertEquals } from "../assert.ts";

const RATE = { perSecond: 10, burst: 5 };

Deno.test("a full bucket gives its burst at once, and then as fast as it earns", () => {
  const bucket = new TokenBucket(RATE, 0);
  assertEquals([1, 2, 3, 4, 5, 6].map(() => bucket.take(0)), [true, true, true, true, true, false]);
  assertEquals(bucket.msUntil(0), 100);
  assertEquals([bucket.take(99), bucket.take(100), bucket.take(100)], [false, true, false]);
});

Deno.test("what was spent in any case is owed, and waited for", () => {
  const bucket = new TokenBucket(RATE, 0);
  bucket.spend(0, 25);
  assertEquals([bucket.tokens(0), bucket.msUntil(0, 0), bucket.msUntil(0)], [-20, 2_000, 2_100]);
  assertEquals([bucket.take(2_000), bucket.take(2_100)], [false, true]);
});

Deno.test("nobody is told to wait for more than a bucket can hold", () => {
  const bucket = new TokenBucket(RATE, 0, 0);
  assertEquals(bucket.msUntil(0, 1_000), 500);
});

Deno.test("a clock that goes back earns nothing and takes nothing away", () => {
  const bucket = new TokenBucket(RATE, 1_000, 3);
  assertEquals([bucket.tokens(0), bucket.tokens(1_000), bucket.tokens(1_100)], [3, 3, 4]);
});

Deno.test("a bucket is full when a new one would give no more; without a rate it always is", () => {
  const bucket = new TokenBucket(RATE, 0);
  bucket.take(0, 2);
  assertEquals([bucket.isFull(199), bucket.isFull(200)], [false, true]);
  const open = new TokenBucket({ perSecond: Infinity, burst: 1 }, 0);
  assertEquals([open.take(0, 1e9), open.isFull(0), open.msUntil(0, 1e9)], [true, true, 0]);
});

Deno.test("in any span of time no more is given than the rate and one burst", () => {
  const step = fc.record({ wants: fc.integer({ min: 1, max: 8 }), pauseMs: fc.nat(700) });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const bucket = new TokenBucket(RATE, 0);
    const given: { at: number; tokens: number }[] = [];
    let now = 0;
    for (const { wants, pauseMs } of steps) {
      now += pauseMs;
      if (bucket.take(now, wants)) given.push({ at: now, tokens: wants });
    }
    for (let from = 0; from < given.length; from++) {
      let tokens = 0;
      for (const one of given.slice(from)) {
        tokens += one.tokens;
        const most = RATE.burst + (one.at - (given[from]?.at ?? 0)) / 1_000 * RATE.perSecond;
        assert(tokens <= most + 1e-6, `${tokens} of ${most}`);
      }
    }
  }));
});
