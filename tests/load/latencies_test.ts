/**
 * The histogram against the sorted times themselves.
 *
 * @module
 */

import fc from "fast-check";
import { Latencies } from "../../load/mod.ts";
import { assert, assertEquals } from "../assert.ts";

/** From nothing to an hour, in µs, with as many small as large ones. */
const time = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([octave, part]) => (1 + part) * 2 ** octave - 1);

Deno.test("a quantile is the one of the sorted times, to 1.6 %", () => {
  fc.assert(
    fc.property(
      fc.array(time, { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (times, share) => {
        const latencies = new Latencies();
        times.forEach((us) => latencies.note(us));
        const sorted = times.toSorted((one, other) => one - other);
        const exact = sorted[Math.max(0, Math.ceil(share * times.length) - 1)] ?? NaN;
        const told = latencies.quantile(share);
        assert(told >= Math.floor(exact) && told <= exact * 1.017 + 1, `${told} for ${exact}`);
        assertEquals([latencies.count, latencies.max], [times.length, sorted.at(-1)]);
      },
    ),
  );
});

Deno.test("histograms of threads add up to that of all", () => {
  fc.assert(
    fc.property(fc.array(time), fc.array(time), (some, others) => {
      const [one, two, all] = [new Latencies(), new Latencies(), new Latencies()];
      some.forEach((us) => (one.note(us), all.note(us)));
      others.forEach((us) => (two.note(us), all.note(us)));
      one.add(new Latencies(two.counts, two.max));
      assertEquals([one.counts, one.max, one.octaves()], [all.counts, all.max, all.octaves()]);
      assertEquals(one.octaves().reduce((sum, [, count]) => sum + count, 0), one.count);
    }),
  );
});

Deno.test("without times there is none", () => {
  assertEquals([new Latencies().quantile(0.5), new Latencies().count], [0, 0]);
});
