/**
 * Which of those who get a message are followed: whoever cannot take it at once first, and of all others some.
 *
 * @module
 */

import { LOOKED_AT_MAX } from "./limits.ts";

/** One who gets it. */
interface Hearer {
  readonly outbox: { readonly busy: boolean };
}

/**
 * Chooses.
 *
 * @param size How many members the room has.
 * @param max How many are followed.
 * @returns Those who are, and how many others there are.
 */
export function followed<H extends Hearer>(
  all: Iterable<H>,
  size: number,
  max: number,
): { readonly hearers: readonly H[]; readonly left: number } {
  const slow: H[] = [];
  const others: H[] = [];
  let looked = 0;
  for (const hearer of all) {
    const few = hearer.outbox.busy ? slow : others;
    if (few.length < max) few.push(hearer);
    if (++looked === LOOKED_AT_MAX) break;
  }
  const hearers = [...slow, ...others].slice(0, max);
  const total = looked < LOOKED_AT_MAX ? looked : size;
  return { hearers, left: total - hearers.length };
}
