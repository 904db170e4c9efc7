/**
 * The token bucket, on a clock that the test turns.
 *
 * @module
 */

import fc from "fast-check";
import { Throttle, THROTTLE_PAUSE_MS } from "../../../server/admission/throttle.ts";
import { assert, assertEquals } from "../../assert.ts";

function passes(throttle: Throttle, nowMs: number, tries: number): number {
  let passed = 0;
  for (let n = 0; n < tries; n++) if (throttle.take(nowMs).kind === "pass") passed++;
  return passed;
}

Deno.test("take() lets the burst pass at once, and no more", () => {
  assertEquals(passes(new Throttle(20, 40, 0), 0, 100), 40);
});

Deno.test("take() lets the rate pass in the long run", () => {
  const throttle = new Throttle(20, 40, 0);
  let passed = 0;
  for (let ms = 0; ms < 60_000; ms += 50) passed += passes(throttle, ms, 1);
  assertEquals(passed, 1_200, "20 a second for a minute never empty a bucket of 40");
});

Deno.test("take() refuses for a whole second once the bucket is empty", () => {
  const throttle = new Throttle(20, 40, 0);
  passes(throttle, 0, 40);
  assertEquals(throttle.take(0), { kind: "wait", ms: THROTTLE_PAUSE_MS });
  assertEquals(throttle.take(999), { kind: "wait", ms: 1 });
  assertEquals(passes(throttle, 1_000, 100), 20);
});

Deno.test("take() says a wait after which the message passes", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 50 }),
    fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 100 }),
    (perSecond, burst, pauses) => {
      const throttle = new Throttle(perSecond, burst, 0);
      let now = 0;
      for (const pause of pauses) {
        const verdict = throttle.take(now += pause);
        if (verdict.kind === "pass") continue;
        assert(verdict.ms > 0);
        assertEquals(throttle.take(now += verdict.ms), { kind: "pass" });
      }
    },
  ));
});

Deno.test("take() never lets more pass than the burst and the rate allow", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 300 }), (pauses) => {
      const throttle = new Throttle(10, 5, 0);
      let now = 0;
      let passed = 0;
      for (const pause of pauses) passed += passes(throttle, now += pause, 1);
      assert(passed <= 5 + now / 100 + 1, `${passed} passed in ${now} ms`);
    }),
  );
});

Deno.test("take() never saves up more than the burst", () => {
  const throttle = new Throttle(20, 40, 0);
  assertEquals(passes(throttle, 3_600_000, 100), 40);
});

Deno.test("take() waits longer than a second when a token takes longer", () => {
  const throttle = new Throttle(0.1, 1, 0);
  assertEquals(throttle.take(0).kind, "pass");
  assertEquals(throttle.take(0), { kind: "wait", ms: 10_000 });
});

Deno.test("take() lets everything pass at a rate of 0", () => {
  assertEquals(passes(new Throttle(0, 1, 0), 0, 10_000), 10_000);
});

Deno.test("refuse() begins a pause, also of a throttle that lets everything pass, and it is remembered until then", () => {
  for (const throttle of [new Throttle(0, 1, 0), new Throttle(20, 40, 0)]) {
    assertEquals(throttle.refuse(0, 50).ms, THROTTLE_PAUSE_MS, "a second at least");
    assertEquals(throttle.take(THROTTLE_PAUSE_MS - 1), { kind: "wait", ms: 1 });
    assertEquals(throttle.isFull(THROTTLE_PAUSE_MS - 1), false);
    assertEquals(throttle.take(THROTTLE_PAUSE_MS).kind, "pass");
    assertEquals(throttle.refuse(2_000, 5_000).ms, 5_000);
    assertEquals(throttle.isFull(7_000), true);
  }
});
