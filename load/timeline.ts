/**
 * How long messages took, told apart by when they landed: a histogram for each interval of the measured time.
 *
 * ```text
 *   measured   0 s        0.1 s       0.2 s      …      5 s
 *   interval   │    0     │     1     │     2    …   49 │      whatever lands behind the end counts to the last one
 * ```
 *
 * Of several threads the histograms are added up, each to its like. Pure.
 *
 * @module
 */

import { Latencies } from "./latencies.ts";
import { INTERVALS_MAX } from "./limits.ts";

/** What a thread hands over of an interval in which something landed. */
export interface Interval {
  readonly index: number;
  /** Counts of `Latencies`, and the longest in µs. */
  readonly counts: Float64Array;
  readonly maxUs: number;
}

/** The histograms of a run. */
export class Timeline {
  /** How long an interval is, in s. */
  readonly everySeconds: number;
  readonly #last: number;
  readonly #intervals = new Map<number, Latencies>();

  /** @param seconds How long is measured. */
  constructor(seconds: number) {
    this.everySeconds = everyOf(seconds);
    this.#last = Math.max(0, Math.ceil(seconds / this.everySeconds - 1e-9) - 1);
  }

  /** Notes that a message landed. @param atUs When, since measuring began. @param us How long it took. */
  note(atUs: number, us: number): void {
    this.#at(Math.floor(atUs / (this.everySeconds * 1e6))).note(us);
  }

  /** Adds what a thread handed over. */
  add(intervals: readonly Interval[]): void {
    for (const { index, counts, maxUs } of intervals) {
      this.#at(index).add(new Latencies(counts, maxUs));
    }
  }

  /** What is to be handed over. */
  intervals(): Interval[] {
    return [...this.#intervals].map(([index, { counts, max }]) => ({ index, counts, maxUs: max }));
  }

  /** All together. */
  total(): Latencies {
    const total = new Latencies();
    for (const latencies of this.#intervals.values()) total.add(latencies);
    return total;
  }

  /** From the first interval to the one that `seconds` reach into: one in which nothing landed is empty. */
  upTo(seconds: number): Latencies[] {
    const count = Math.min(this.#last, Math.ceil(seconds / this.everySeconds - 1e-3) - 1) + 1;
    return Array.from(
      { length: count },
      (_, index) => this.#intervals.get(index) ?? new Latencies(),
    );
  }

  #at(index: number): Latencies {
    const place = Math.min(Math.max(0, index), this.#last);
    let latencies = this.#intervals.get(place);
    if (latencies === undefined) this.#intervals.set(place, latencies = new Latencies());
    return latencies;
  }
}

/** The shortest of 0.1 s, 0.2 s, 0.5 s, 1 s, 2 s, … of which there are not too many. */
function everyOf(seconds: number): number {
  for (let ten = 1;; ten *= 10) {
    for (const tenths of [1, 2, 5]) {
      const every = tenths * ten / 10;
      if (seconds / every <= INTERVALS_MAX) return every;
    }
  }
}
