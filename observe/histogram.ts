/**
 * Log2 histograms: what the kernel counts times in, and the arithmetic on them.
 *
 * ```text
 *   slot     0          1             2                    i                        31
 *       [0, 256)  [256, 512)  [512, 1024)  …  [2^(i+7), 2^(i+8))  …  [2^38, ∞)        nanoseconds
 * ```
 *
 * A histogram is a sum, so two of them add up, and what happened between two looks is their
 * difference. The kernel's slots of one socket have 32 bits and wrap around; `count` and `sumNs`
 * have 64 and do not. A look is not atomic either: `count` may be a few ahead of the slots. So what
 * needs the shape takes the slots' own total.
 *
 * Weak side: within a slot nothing is known, and a slot is as wide as its beginning. Whoever wants
 * one number gets an estimate together with the bounds that are sure.
 *
 * @module
 */

import type { Histogram } from "./observation.ts";

/** Slots of a histogram. */
export const SLOTS = 32;
/** Slot i begins at 2^(i + SLOT_SHIFT) nanoseconds, except for the first, which begins at 0. */
export const SLOT_SHIFT = 7;

const WORD = 4_294_967_296;

/** Where a slot begins and ends, in nanoseconds. */
export interface SlotBounds {
  /** The least value in the slot. */
  readonly ge: number;
  /** The least value above the slot; `Infinity` for the last one. */
  readonly lt: number;
}

/** A quantile: where it is for sure, and where it might be. */
export interface Quantile extends SlotBounds {
  /**
   * An estimate: as if the values lay evenly in their slot. In the last slot, which has no end, its
   * beginning.
   */
  readonly estimateNs: number;
}

/** A histogram of nothing. */
export function emptyHistogram(): Histogram {
  return { count: 0, sumNs: 0, slots: new Array<number>(SLOTS).fill(0) };
}

/** The slot that a value belongs to. */
export function slotOf(ns: number): number {
  const high = Math.floor(ns / WORD);
  // By whole bits: a logarithm may round up right below a power of two.
  const exponent = high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(ns);
  return Math.min(Math.max(exponent - SLOT_SHIFT, 0), SLOTS - 1);
}

/** The bounds of a slot. @param slot 0 to 31. */
export function slotBounds(slot: number): SlotBounds {
  return {
    ge: slot === 0 ? 0 : 2 ** (slot + SLOT_SHIFT),
    lt: slot === SLOTS - 1 ? Infinity : 2 ** (slot + SLOT_SHIFT + 1),
  };
}

/** Both together. */
export function mergeHistograms(one: Histogram, other: Histogram): Histogram {
  return {
    count: one.count + other.count,
    sumNs: one.sumNs + other.sumNs,
    slots: one.slots.map((count, slot) => count + (other.slots[slot] ?? 0)),
  };
}

/** All together; of none, nothing. */
export function sumHistograms(all: Iterable<Histogram>): Histogram {
  let sum = emptyHistogram();
  for (const histogram of all) sum = mergeHistograms(sum, histogram);
  return sum;
}

/**
 * What was counted between two looks at one histogram. A slot that wrapped around meanwhile counts
 * right.
 */
export function histogramDifference(after: Histogram, before: Histogram): Histogram {
  return {
    count: after.count - before.count,
    sumNs: after.sumNs - before.sumNs,
    slots: after.slots.map((count, slot) => {
      const more = count - (before.slots[slot] ?? 0);
      return more < 0 ? more + WORD : more;
    }),
  };
}

/** The mean in nanoseconds, exact; undefined of nothing. */
export function mean({ count, sumNs }: Histogram): number | undefined {
  return count > 0 ? sumNs / count : undefined;
}

/**
 * The value that a share of all values does not exceed; undefined of nothing.
 *
 * @param share From 0 to 1: 0.5 is the median.
 * @throws {RangeError} When the share is none.
 */
export function quantile({ slots }: Histogram, share: number): Quantile | undefined {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`A share is from 0 to 1, not ${share}`);
  const rank = share * slots.reduce((sum, count) => sum + count, 0);
  const place = Math.max(1, Math.ceil(rank));
  let before = 0;
  for (const [slot, count] of slots.entries()) {
    if (before + count >= place) {
      const { ge, lt } = slotBounds(slot);
      const part = Math.max(0, rank - before) / count;
      return { ge, lt, estimateNs: lt === Infinity ? ge : ge + part * (lt - ge) };
    }
    before += count;
  }
  return undefined;
}
