/**
 * How a measured value is distributed: all of it in buckets, the newest of it exactly.
 *
 * ```text
 *   add ─┬─► buckets by upper bound, since the start      for a monitoring system, which subtracts
 *        ├─► slots of the same bounds everywhere          for whoever wants one second of it, and subtracts, too
 *        └─► a ring of the newest 1,024                   for people: p50, p99 and max of late
 * ```
 *
 * Adding costs two short searches and no memory. Pure; the unit is the caller's.
 *
 * @module
 */

import { type Slot, TimeSlots } from "../../verdict/mod.ts";
import type { TimeSlot } from "../wire/mod.ts";
import { type Bucketed, Buckets } from "./buckets.ts";

/** Newest values that are kept exactly: enough for a p99, few enough to be sorted when somebody asks. */
const RECENT_MAX = 1_024;

/** A distribution as plain data. */
export interface Distribution extends Bucketed {
  /** All of them, if they are times in ms: see `TimeSlots`. */
  readonly slots: readonly TimeSlot[];
  /** The median of the newest values, 0 when there is none. */
  readonly p50: number;
  /** What 99 % of the newest values do not exceed, 0 when there is none. */
  readonly p99: number;
  /** The largest of the newest values, 0 when there is none. */
  readonly max: number;
}

/** Gathers a distribution. */
export class Samples {
  readonly #buckets: Buckets;
  readonly #slots = new TimeSlots();
  readonly #recent = new Float64Array(RECENT_MAX);

  /** @param bounds Upper bounds of the buckets, ascending. */
  constructor(bounds: readonly number[]) {
    this.#buckets = new Buckets(bounds);
  }

  /** Takes a value. */
  add(value: number): void {
    this.#recent[this.#buckets.count % RECENT_MAX] = value;
    this.#buckets.add(value);
    this.#slots.add(value);
  }

  /** What has come so far, as slots alone. */
  slots(): Slot[] {
    return this.#slots.slots();
  }

  /** What has come so far. */
  distribution(): Distribution {
    const bucketed = this.#buckets.bucketed();
    const newest = this.#recent.slice(0, Math.min(bucketed.count, RECENT_MAX)).sort();
    return {
      ...bucketed,
      slots: this.#slots.slots(),
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
