/**
 * How often one may report: each report puts up to six long messages before all moderators who are here, so that a crowd of them would
 * drown those who are to keep order.
 *
 * All users of an address report from one bucket, where it has limits; else each from his own. The table is bounded: of too many, who
 * reported longest ago is forgotten. Pure: the clock is an argument.
 *
 * @module
 */

import { TokenBucket } from "../../ground/mod.ts";
import { type Payer, payerOf } from "../store/quotas.ts";
import { REPORTERS_MAX, REPORTS } from "./limits.ts";

/** Of all who report. */
export class ReportPace {
  /** Who reported longest ago comes first. */
  readonly #buckets = new Map<string, TokenBucket>();

  /** Of how many it is remembered how often they reported. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Somebody wants to report. @returns Milliseconds that he has to wait; 0 when he may, and then it counts. */
  take(by: Payer, nowMs: number): number {
    const key = payerOf(by);
    const bucket = this.#buckets.get(key) ?? new TokenBucket(REPORTS, nowMs);
    this.#buckets.delete(key);
    for (const [oldest, other] of this.#buckets) {
      if (this.#buckets.size < REPORTERS_MAX && !other.isFull(nowMs)) break;
      this.#buckets.delete(oldest);
    }
    this.#buckets.set(key, bucket);
    return bucket.take(nowMs) ? 0 : Math.ceil(bucket.msUntil(nowMs));
  }
}
