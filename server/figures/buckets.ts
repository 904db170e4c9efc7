/**
 * Values since the start, in buckets by upper bound: for a monitoring system, which subtracts. Pure; the unit is the caller's.
 *
 * @module
 */

/** What is in the buckets. */
export interface Bucketed {
  /** Upper bounds of the buckets, ascending; what is larger than all is counted in `count` alone. */
  readonly bounds: readonly number[];
  /** How many values are at most as large as each bound. */
  readonly atMost: readonly number[];
  /** How many values there were. */
  readonly count: number;
  /** Their sum. */
  readonly sum: number;
}

/** Times in ms: from what nobody notices to what everybody does. */
export const BOUNDS_MS: readonly number[] = [
  0.5,
  1,
  2.5,
  5,
  10,
  25,
  50,
  100,
  250,
  500,
  1_000,
  2_500,
  5_000,
  10_000,
];

/** Fills buckets. */
export class Buckets {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #sum = 0;

  /** @param bounds Upper bounds of the buckets, ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  /** How many values there were. */
  get count(): number {
    return this.#count;
  }

  /** Takes so many equal values. */
  add(value: number, count = 1): void {
    this.#count += count;
    this.#sum += value * count;
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
  }

  /** What has come so far. */
  bucketed(): Bucketed {
    let below = 0;
    return {
      bounds: this.#bounds,
      atMost: this.#counts.map((count) => below += count),
      count: this.#count,
      sum: this.#sum,
    };
  }
}
