/**
 * How long a client waits before it connects again.
 *
 * @module
 */

import fc from "fast-check";
import { RETRY_FIRST_MS, RETRY_LONGEST_MS, retryDelayMs } from "../../../server/wire/backoff.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("retryDelayMs() doubles with each failure, up to 15 s", () => {
  const shortest = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((failures) => retryDelayMs(failures, 0));
  assertEquals(shortest, [100, 200, 400, 800, 1_600, 3_200, 6_400, 7_500, 7_500]);
});

Deno.test("retryDelayMs() lies between half and the whole of the exponential wait", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 1_000_000 }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    (failures, random) => {
      const whole = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** (failures - 1));
      const ms = retryDelayMs(failures, random);
      assert(ms >= whole / 2 && ms <= whole, `${ms} ms after ${failures} failures`);
    },
  ));
});

Deno.test("retryDelayMs() spreads by chance", () => {
  const waits = [0, 0.25, 0.5, 0.75, 0.99].map((random) => retryDelayMs(4, random));
  assertEquals(waits, [800, 1_000, 1_200, 1_400, 1_592]);
});
