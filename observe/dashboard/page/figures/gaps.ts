/**
 * Where seconds are missing in a chart. Pure.
 *
 * @module
 */

import type { Second } from "../../page_messages.ts";

/** Milliseconds from one second to the next from which on one is missing between them. */
const GAP_MS = 1_900;

/** A moment on the axis, and what is known of it. */
export interface Moment {
  readonly at: number;
  readonly second?: Second;
}

/** Seconds, and between two that do not follow each other a moment of which nothing is known: no line leads over it. */
export function withGaps(seconds: readonly Second[]): Moment[] {
  return seconds.flatMap((second, place) => {
    const { at } = second;
    const before = seconds[place - 1]?.at ?? at;
    return at - before > GAP_MS ? [{ at: at - 1_000 }, { at, second }] : [{ at, second }];
  });
}
