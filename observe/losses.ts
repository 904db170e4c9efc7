/**
 * What an observer could not tell as it should have, from its figures. Pure.
 *
 * @module
 */

import type { Snapshot } from "./observation.ts";

/** What is missing, and where. All count from the start of the observation. */
export interface Losses {
  /** Calls that were not told one by one: they are in all figures. */
  readonly lost: number;
  /** Calls on connections for which the kernel's table had no room: they are in the sums, and no connection has them. */
  readonly unlisted: number;
  /** Calls whose beginning was not seen: they are in the sums, and in no duration. 0 where durations are not measured at all. */
  readonly untimed: number;
  /** Whether these are so many that durations may mislead. A thread that waits in its call when watching begins is one of them. */
  readonly misleads: boolean;
}

/** The part of the calls that moved bytes from which on durations may mislead: a percentile of them is off by that much. */
const UNTIMED_PART = 0.01;

/** What is missing in figures. */
export function lossesOf(figures: Snapshot): Losses {
  const { lost, socketsFull, strays = 0, send, recv } = figures;
  const isTimed = send.durations.count + recv.durations.count > 0;
  const untimed = isTimed ? strays : 0;
  const misleads = untimed > 0 && untimed >= UNTIMED_PART * (send.calls + recv.calls);
  return { lost, unlisted: socketsFull, untimed, misleads };
}
