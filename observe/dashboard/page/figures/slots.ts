/**
 * The log2 histograms of the kernel: slot i counts [2^(i+7), 2^(i+8)) ns. Pure.
 *
 * @module
 */

import type { KernelSecond, Measure } from "../../page_messages.ts";

/** Where slot 0 begins, as a power of two; everything below is in it as well. */
const FIRST_POWER = 7;

/** The lower end of a slot in nanoseconds. */
export function slotStart(slot: number): number {
  return slot <= 0 ? 0 : 2 ** (slot + FIRST_POWER);
}

/** The upper end, which is not in it any more. */
export function slotEnd(slot: number): number {
  return 2 ** (slot + FIRST_POWER + 1);
}

/** The slot that begins at so many nanoseconds. */
export function slotOf(ns: number): number {
  return ns <= 0 ? 0 : Math.max(0, Math.round(Math.log2(ns)) - FIRST_POWER);
}

/** The slots of one latency. */
export function slotsOf(kernel: KernelSecond, measure: Measure): readonly number[] {
  if (measure === "send") return kernel.sendSlots;
  return measure === "recv" ? kernel.recvSlots : kernel.delaySlots;
}

/** Slots added up. */
export function sumOf(all: readonly (readonly number[])[]): number[] {
  const sums: number[] = [];
  for (const slots of all) {
    for (const [slot, count] of slots.entries()) sums[slot] = (sums[slot] ?? 0) + count;
  }
  return Array.from(sums, (count) => count ?? 0);
}

/**
 * The value that a part of all does not exceed, in nanoseconds: the upper end of its slot, so it is never told too
 * small. `undefined` when nothing was counted.
 */
export function quantile(slots: readonly number[], part: number): number | undefined {
  const total = slots.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let left = Math.ceil(total * part);
  const slot = slots.findIndex((count) => (left -= count) <= 0);
  return slotEnd(slot);
}
