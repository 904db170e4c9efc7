/**
 * The part of a log2 histogram that holds something, slot by slot: what is drawn, listed and told. Pure.
 *
 * @module
 */

import { type Histogram, type SlotBounds, slotBounds } from "../../observe/mod.ts";

/** One slot: its bounds in nanoseconds, and how many are in it. */
export interface Slot extends SlotBounds {
  readonly count: number;
}

/** The slots from the first that holds something to the last; none when none does. */
export function occupied({ slots }: Histogram): Slot[] {
  const first = slots.findIndex((count) => count > 0);
  if (first < 0) return [];
  const last = slots.findLastIndex((count) => count > 0);
  return slots.slice(first, last + 1)
    .map((count, index) => ({ ...slotBounds(first + index), count }));
}
