/**
 * Times in slots: right to an eighth, and what was between two countings is exactly what came between them.
 *
 * @module
 */

import fc from "fast-check";
import {
  quantilesOf,
  slotsBetween,
  splitsBetween,
  TimeSlots,
  TimeSplits,
} from "../../verdict/mod.ts";
import { slowestParts } from "../../verdict/slots.ts";
import { assert, assertEquals } from "../assert.ts";

const time = fc.double({ min: 0.01, max: 99_999, noNaN: true });

Deno.test("a quantile is at least the true one, and at most an eighth more", () => {
  const property = fc.property(fc.array(time, { minLength: 1, maxLength: 300 }), (times) => {
    const slots = new TimeSlots();
    for (const ms of times) slots.add(ms);
    const sorted = times.toSorted((a, b) => a - b);
    const told = quantilesOf(slots.slots());
    const wanted = [0.5, 0.99, 1].map((q) => sorted[Math.ceil(times.length * q) - 1] ?? 0);
    const found = [told?.p50Ms ?? 0, told?.p99Ms ?? 0, told?.maxMs ?? 0];
    assertEquals(told?.count, times.length);
    for (const [at, ms] of wanted.entries()) {
      const bound = found[at] ?? 0;
      assert(bound >= ms && bound <= ms * 1.125 + 1e-9, `${bound} for ${ms}`);
    }
  });
  fc.assert(property, { numRuns: 300 });
});

Deno.test("what came between two countings is what was added between them", () => {
  const property = fc.property(fc.array(time), fc.array(time), (first, then) => {
    const [all, later] = [new TimeSlots(), new TimeSlots()];
    for (const ms of first) all.add(ms);
    const before = all.slots();
    for (const ms of then) for (const slots of [all, later]) slots.add(ms);
    assertEquals(slotsBetween(before, all.slots()), later.slots());
  });
  fc.assert(property, { numRuns: 300 });
});

Deno.test("a counting that began anew is all new", () => {
  const [old, anew] = [new TimeSplits(), new TimeSplits()];
  old.add({ loop: 1, disk: 2, answer: 0 }, 100);
  old.add({ loop: 1, disk: 20, answer: 0 }, 1);
  anew.add({ loop: 1, disk: 2, answer: 0 }, 3);
  assertEquals(splitsBetween(old.slots(), anew.slots()), anew.slots());
});

Deno.test("nothing is no value at all, and what is very short or long is in the first and the last slot", () => {
  assertEquals(quantilesOf([]), undefined);
  const slots = new TimeSlots();
  slots.add(0);
  slots.add(1e9);
  assertEquals(slots.slots(), [{ le: 0.01, count: 1 }, { le: 100_000, count: 1 }]);
});

Deno.test("the slowest hundredth is taken apart, and not the others", () => {
  const splits = new TimeSplits();
  splits.add({ loop: 1, disk: 1, answer: 1 }, 985);
  splits.add({ loop: 2, disk: 300, answer: 8 }, 10);
  splits.add({ loop: 4, disk: 320, answer: 6 }, 5);
  const { loop, disk, answer } = slowestParts(splits.slots());
  assertEquals([loop, disk, answer].map((ms) => Math.round(ms * 10) / 10), [2.7, 306.7, 7.3]);
});
