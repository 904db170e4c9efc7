/**
 * The time by which what holds for a while is over: a clock that jumps is not followed at once.
 *
 * @module
 */

import fc from "fast-check";
import { LastingTime } from "../../server/lasting_time.ts";
import { LASTING_HOLD_MS, LASTING_SLACK_MS, LASTING_SURE_MS } from "../../server/limits.ts";
import { assert, assertEquals } from "../assert.ts";

const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

/** Two clocks that a test turns; the first one may also be set. */
function clocks() {
  const hands = { wallMs: START, steadyMs: 5_000 };
  const time = new LastingTime(() => hands.wallMs, () => hands.steadyMs);
  return {
    hands,
    time,
    /** Time passes, and it is looked at each second. */
    pass(ms: number): void {
      for (let left = ms; left > 0; left -= 1_000) {
        hands.wallMs += Math.min(left, 1_000);
        hands.steadyMs += Math.min(left, 1_000);
        time.now();
        time.sure();
      }
    },
  };
}

Deno.test("a clock that is ahead for less than minutes is not followed, one that stays ahead is, one that is set back is at once", () => {
  const { hands, time, pass } = clocks();
  pass(60_000);
  assertEquals(time.now(), hands.wallMs);
  hands.wallMs += DAY;
  pass(LASTING_HOLD_MS - 1_000);
  assertEquals(time.now(), hands.wallMs - DAY, "not yet");
  hands.wallMs -= DAY;
  assertEquals(time.now(), hands.wallMs, "it was set right");
  pass(10_000);
  hands.wallMs += DAY;
  pass(LASTING_HOLD_MS + 1_000);
  assertEquals(time.now(), hands.wallMs, "it stays so");
  hands.wallMs -= DAY;
  assertEquals(time.now(), hands.wallMs);
  hands.wallMs += LASTING_SLACK_MS;
  assertEquals(time.now(), hands.wallMs, "clocks are set now and then");
});

Deno.test("nothing is over for certain before an hour has passed, nor by a clock that was ahead in it", () => {
  const { hands, time, pass } = clocks();
  hands.wallMs += DAY;
  pass(LASTING_SURE_MS / 2);
  assertEquals(time.sure(), -Infinity);
  hands.wallMs -= DAY;
  pass(LASTING_SURE_MS / 2 + 1_000);
  assertEquals(time.sure(), hands.wallMs);
  hands.wallMs += DAY;
  pass(LASTING_SURE_MS - 2_000);
  assert(time.sure() <= hands.wallMs - DAY);
  pass(3_000);
  assertEquals(time.sure(), hands.wallMs);
});

Deno.test("whatever is done to the clock, what is sure is never more than it, and what is judged by goes no further ahead than the slack", () => {
  const step = fc.record({ jump: fc.integer({ min: -DAY, max: DAY }), pass: fc.nat(30_000) });
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
    const { hands, time, pass } = clocks();
    let passed = 0;
    for (const { jump, pass: ms } of steps) {
      hands.wallMs += jump;
      passed += ms;
      pass(ms);
      assert(time.now() <= hands.wallMs && time.sure() <= hands.wallMs);
      if (passed < LASTING_HOLD_MS) assert(time.now() <= START + passed + LASTING_SLACK_MS);
    }
  }));
});
