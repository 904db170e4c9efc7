/**
 * How a measured value is distributed: all of it in buckets, the newest of it exactly.
 *
 * ```text
 *   add ─┬─► buckets by upper bound, since the start      for a monitoring system, which subtracts
 *        └─► a ring of the newest 1,024                   for people: p50, p99 and max of late
 * ```
 *
 * Adding costs a short search and no memory. Pure; the unit is the caller's.
 *
 * @module
 */

/** Newest values that are kept exactly: enough for a p99, few enough to be sorted when somebody asks. */
const RECENT_MAX = 1_024;

/** A distribution as plain data. */
export interface Distribution {
  /** Upper bounds of the buckets, ascending; what is larger than all is counted in `count` alone. */
  readonly bounds: readonly number[];
  /** How many values are at most as large as each bound. */
  readonly atMost: readonly number[];
  /** How many values there were. */
  readonly count: number;
  /** Their sum. */
  readonly sum: number;
  /** The median of the newest values, 0 when there is none. */
  readonly p50: number;
  /** What 99 % of the newest values do not exceed, 0 when there is none. */
  readonly p99: number;
  /** The largest of the newest values, 0 when there is none. */
  readonly max: number;
}

/** Gathers a distribution. */
export class Samples {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  readonly #recent = new Float64Array(RECENT_MAX);
  #count = 0;
  #sum = 0;

  /** @param bounds Upper bounds of the buckets, ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  /** Takes a value. */
  add(value: number): void {
    this.#recent[this.#count % RECENT_MAX] = value;
    this.#count++;
    this.#sum += value;
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  /** What has come so far. */
  distribution(): Distribution {
    const newest = this.#recent.slice(0, Math.min(this.#count, RECENT_MAX)).sort();
    let below = 0;
    return {
      bounds: this.#bounds,
      atMost: this.#counts.map((count) => below += count),
      count: this.#count,
      sum: this.#sum,
      p50: quantile(newest, 0.5),
      p99: quantile(newest, 0.99),
      max: newest.at(-1) ?? 0,
    };
  }
}

/** The smallest value that at least the share `q` of all does not exceed. */
function quantile(ascending: Float64Array, q: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * q) - 1)] ?? 0;
}
