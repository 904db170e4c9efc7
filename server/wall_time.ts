/**
 * The time of day as it can be stored and said: whole milliseconds since 1970, in 48 bits.
 *
 * A machine without a battery may begin before 1970, and one that is set by hand be in any year. What is said then has
 * the nearest time that there is; within a room times never fall anyway, so only their order is certain. Pure.
 *
 * @module
 */

import { TIME_MAX_MS } from "./limits.ts";

/** The nearest time that can be said. */
export function sayableTime(ms: number): number {
  return Math.min(TIME_MAX_MS, Math.max(0, Math.floor(ms)));
}

/** A clock of which each time can be said. */
export function sayableClock(clock: () => number): () => number {
  return () => sayableTime(clock());
}
