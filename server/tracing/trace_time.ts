/**
 * The one clock of all marks: that of the server's sockets, told as the machine's own where that is known.
 *
 * A mark is taken in ms of `performance.now()`, since that is what is at hand everywhere. What that clock lacks of the machine's is a
 * number that does not change: both count on whatever is done to the time of day. Pure but for the clocks it is handed.
 *
 * @module
 */

import type { TraceClock } from "../wire/mod.ts";

const NS_PER_MS = 1e6;

/** Clocks. */
export interface Clocks {
  /** Milliseconds on the clock of `performance.now()`. */
  readonly now: () => number;
  /** What `CLOCK_MONOTONIC` showed when `now` was 0, in ms, where that is known. */
  readonly machineMs: () => number | undefined;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
}

/** Tells marks to others. */
export class TraceTime {
  readonly #clocks: Clocks;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  /** Now, as marks have it. */
  now(): number {
    return this.#clocks.now();
  }

  /** A mark in ns of the clock that is told. */
  ns(ms: number): number {
    return Math.max(0, Math.round((ms + (this.#clocks.machineMs() ?? 0)) * NS_PER_MS));
  }

  /** The clock that is told, now. */
  clock(): TraceClock {
    const kind = this.#clocks.machineMs() === undefined ? "process" : "machine";
    return { kind, ns: this.ns(this.now()), at: this.#clocks.wall() };
  }
}
