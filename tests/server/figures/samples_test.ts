/**
 * Distributions: buckets for ever, the newest values exactly.
 *
 * @module
 */

import fc from "fast-check";
import { Samples } from "../../../server/figures/samples.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("a distribution of nothing is zeros", () => {
  const { atMost, count, sum, p50, p99, max } = new Samples([1, 2]).distribution();
  assertEquals([atMost, count, sum, p50, p99, max], [[0, 0], 0, 0, 0, 0, 0]);
});

Deno.test("buckets count what is at most as large as their bound, and count holds the rest", () => {
  const samples = new Samples([1, 10, 100]);
  for (const value of [0, 1, 1.5, 10, 11, 1_000]) samples.add(value);
  const { atMost, count, sum, max } = samples.distribution();
  assertEquals([atMost, count, sum, max], [[2, 4, 5], 6, 1_023.5, 1_000]);
});

Deno.test("p50, p99 and max are those of the newest 1,024 values", () => {
  const property = fc.property(
    fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 3_000 }),
    (values) => {
      const samples = new Samples([10]);
      for (const value of values) samples.add(value);
      const newest = values.slice(-1_024).sort((a, b) => a - b);
      const at = (q: number) => newest[Math.ceil(newest.length * q) - 1];
      const { p50, p99, max, count } = samples.distribution();
      assertEquals([p50, p99, max, count], [at(0.5), at(0.99), at(1), values.length]);
    },
  );
  fc.assert(property, { numRuns: 100 });
});
