/**
 * Histograms: slots, and the laws of their arithmetic.
 *
 * @module
 */

import fc from "fast-check";
import {
  emptyHistogram,
  histogramDifference,
  mean,
  mergeHistograms,
  quantile,
  slotBounds,
  slotOf,
  SLOTS,
  sumHistograms,
} from "../../observe/histogram.ts";
import type { Histogram } from "../../observe/observation.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { histograms } from "./arbitrary.ts";

/** Times, evenly over the orders of magnitude. */
const times = fc.tuple(fc.nat(50), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([exponent, part]) => Math.floor(2 ** exponent * (1 + part)));

function counted(values: readonly number[]): Histogram {
  const slots = new Array<number>(SLOTS).fill(0);
  for (const value of values) slots[slotOf(value)] = (slots[slotOf(value)] ?? 0) + 1;
  return { count: values.length, sumNs: values.reduce((sum, value) => sum + value, 0), slots };
}

Deno.test("a value lies within the bounds of its slot", () => {
  fc.assert(fc.property(times, (ns) => {
    const { ge, lt } = slotBounds(slotOf(ns));
    assert(ge <= ns && ns < lt, `${ns} in [${ge}, ${lt})`);
  }));
});

Deno.test("each slot begins where the one before ends, also right beside the border", () => {
  assertEquals(slotBounds(0).ge, 0);
  assertEquals(slotBounds(SLOTS - 1), { ge: 2 ** 38, lt: Infinity });
  for (let slot = 1; slot < SLOTS; slot++) {
    const { ge } = slotBounds(slot);
    assertEquals(ge, slotBounds(slot - 1).lt);
    assertEquals(ge, 2 ** (slot + 7));
    assertEquals([slotOf(ge - 1), slotOf(ge)], [slot - 1, slot]);
  }
  assertEquals(slotOf(0), 0);
});

Deno.test("a merge counts what both count", () => {
  fc.assert(fc.property(fc.array(times), fc.array(times), (one, other) => {
    assertEquals(mergeHistograms(counted(one), counted(other)), counted([...one, ...other]));
  }));
});

Deno.test("a merge does not ask for order, nor does a sum, and nothing adds nothing", () => {
  fc.assert(fc.property(histograms, histograms, histograms, (a, b, c) => {
    assertEquals(mergeHistograms(a, b), mergeHistograms(b, a));
    assertEquals(mergeHistograms(a, emptyHistogram()), a);
    assertEquals(sumHistograms([a, b, c]), sumHistograms([c, a, b]));
  }));
  assertEquals(sumHistograms([]), emptyHistogram());
});

Deno.test("the difference takes back what a merge added", () => {
  fc.assert(fc.property(histograms, histograms, (before, added) => {
    assertEquals(histogramDifference(mergeHistograms(before, added), before), added);
  }));
});

Deno.test("the difference is right when slots of 32 bits have wrapped around", () => {
  fc.assert(fc.property(histograms, histograms, (before, added) => {
    const after = mergeHistograms(before, added);
    const wrap = ({ slots, ...rest }: Histogram) => ({ ...rest, slots: slots.map((s) => s >>> 0) });
    assertEquals(histogramDifference(wrap(after), wrap(before)).slots, added.slots);
  }));
  const slots = new Array<number>(SLOTS).fill(0);
  const before = { count: 0, sumNs: 0, slots: slots.with(3, 2 ** 32 - 2) };
  const after = { count: 5, sumNs: 9, slots: slots.with(3, 3) };
  assertEquals(histogramDifference(after, before), { count: 5, sumNs: 9, slots: slots.with(3, 5) });
});

const shares = fc.double({ min: 0, max: 1, noNaN: true });

Deno.test("the true quantile lies within the bounds that are told, and so does the estimate", () => {
  fc.assert(fc.property(fc.array(times, { minLength: 1 }), shares, (values, share) => {
    const told = quantile(counted(values), share);
    assert(told !== undefined);
    const place = Math.max(1, Math.ceil(share * values.length));
    const exact = values.toSorted((a, b) => a - b)[place - 1] ?? NaN;
    assert(told.ge <= exact && exact < told.lt, `${exact} in [${told.ge}, ${told.lt})`);
    assert(told.ge <= told.estimateNs && told.estimateNs <= told.lt);
    assert(Number.isFinite(told.estimateNs));
  }));
});

Deno.test("a larger share has no smaller quantile", () => {
  fc.assert(fc.property(fc.array(times, { minLength: 1 }), shares, shares, (values, a, b) => {
    const at = (share: number) => quantile(counted(values), share)?.estimateNs ?? NaN;
    assert(at(Math.min(a, b)) <= at(Math.max(a, b)));
  }));
});

Deno.test("an estimate lies as far in its slot as its rank", () => {
  const slots = new Array<number>(SLOTS).fill(0).with(2, 4).with(31, 4);
  const histogram = { count: 8, sumNs: 0, slots };
  assertEquals(quantile(histogram, 0.25), { ge: 512, lt: 1024, estimateNs: 768 });
  assertEquals(quantile(histogram, 0.5), { ge: 512, lt: 1024, estimateNs: 1024 });
  assertEquals(quantile(histogram, 0.9), { ge: 2 ** 38, lt: Infinity, estimateNs: 2 ** 38 });
});

Deno.test("of nothing there is neither a quantile nor a mean", () => {
  assertEquals(quantile(emptyHistogram(), 0.5), undefined);
  assertEquals(mean(emptyHistogram()), undefined);
  assertEquals(mean(counted([100, 200])), 150);
});

Deno.test("a share outside of 0 to 1 is refused", () => {
  for (const share of [-0.1, 1.1, NaN]) {
    assertThrows(() => quantile(emptyHistogram(), share), RangeError);
  }
});
