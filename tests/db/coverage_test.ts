/**
 * Which LSNs are accounted for, and which records stand where they belong.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { Coverage, inPlace } from "../../db/coverage.ts";

Deno.test("what is not covered is missing, in stretches", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(6))), (covers) => {
      const coverage = new Coverage();
      const known = new Set<number>();
      for (const [from, more] of covers) {
        coverage.cover(from, from + more);
        for (let lsn = from; lsn <= from + more; lsn++) known.add(lsn);
      }
      const missing = coverage.missing(40).flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, i) => from + i)
      );
      const expected = Array.from({ length: 40 }, (_, i) => i + 1).filter((lsn) => !known.has(lsn));
      assert.deepEqual(missing, expected);
      assert.equal(coverage.most(40), expected.length);
    }),
  );
});

Deno.test("in a hole no more records can be missing than had room there", () => {
  const coverage = new Coverage();
  coverage.cover(1, 10);
  coverage.cover(500, 510);
  coverage.hole({ from: 11, to: 499, most: 2 });
  assert.equal(coverage.most(510), 2);
  assert.equal(coverage.most(512), 4);
});

Deno.test("copies in a row of records are out of place, those around them are not", () => {
  const placed = (lsns: number[]): boolean[] =>
    inPlace(lsns.map((lsn) => ({ lsn, from: 0, to: 0 })));
  assert.deepEqual(placed([]), []);
  assert.deepEqual(placed([1, 5, 9]), [true, true, true]);
  assert.deepEqual(placed([1, 90, 5, 9, 90]), [true, false, true, true, true]);
  assert.deepEqual(placed([1, 5, 9, 1, 11]), [true, true, true, false, true]);
});

Deno.test("the records in place grow, and no longer row of them does", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 9 }), (lsns) => {
    const stands = inPlace(lsns.map((lsn) => ({ lsn, from: 0, to: 0 })));
    const row = lsns.filter((_, i) => stands[i]);
    assert.ok(row.every((lsn, i) => i === 0 || lsn > (row[i - 1] ?? 0)));
    let longest = 0;
    for (let set = 0; set < 1 << lsns.length; set++) {
      const some = lsns.filter((_, i) => (set >>> i) & 1);
      const grows = some.every((lsn, i) => i === 0 || lsn > (some[i - 1] ?? 0));
      if (grows) longest = Math.max(longest, some.length);
    }
    assert.equal(row.length, longest);
  }));
});
