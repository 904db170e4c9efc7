/**
 * Gaps against a set of all that is missing.
 *
 * @module
 */

import fc from "fast-check";
import { Gaps } from "../../load/gaps.ts";
import { assertEquals } from "../assert.ts";

Deno.test("what comes late is told from what comes twice, in any order", () => {
  const steps = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(60))));
  fc.assert(fc.property(steps, (said) => {
    const gaps = new Gaps();
    const missing = [0, 1, 2].map(() => new Set<number>());
    const next = [0, 0, 0];
    for (const [row, size, asked] of said) {
      const from = next[row] ?? 0;
      gaps.note(row, from, from + size);
      for (let counter = from; counter < from + size; counter++) missing[row]?.add(counter);
      next[row] = from + size + 1;
      for (const counter of asked) {
        assertEquals(gaps.fill(row, counter), missing[row]?.delete(counter), `${row}: ${counter}`);
      }
    }
  }));
});

Deno.test("of gaps that are not kept so many come late as they had", () => {
  const gaps = new Gaps(1);
  gaps.note(0, 0, 2);
  gaps.note(1, 5, 7);
  assertEquals([1, 1, 0].map((counter) => gaps.fill(0, counter)), [true, true, true]);
  assertEquals([5, 6].map((counter) => gaps.fill(1, counter)), [true, false]);
});
