/**
 * What each address has said in each room of late.
 *
 * ```text
 *   used longest ago ─── … ─── used last
 *   full again? forgotten      put here whenever it is used
 * ```
 *
 * One table for all addresses: a bucket is full again some seconds after it was used last, so those that may be forgotten
 * stand at one end, and what is remembered is what was said in these seconds, from however many addresses and in however
 * many rooms. Should that be more than the table holds, the one that was used longest ago goes. Pure: the clock is an
 * argument.
 *
 * @module
 */

import { type Rate, TokenBucket } from "../../ground/mod.ts";
import { ROOM_SPENDING_BYTES, ROOM_SPENDING_MAX } from "./limits.ts";

/** The buckets of all. */
export class RoomSpending {
  readonly #max: number;
  /** The one that was used longest ago comes first. */
  readonly #buckets = new Map<string, TokenBucket>();

  /** @param max How many are remembered. */
  constructor(max: number = ROOM_SPENDING_MAX) {
    this.#max = max;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** What they cost in memory. */
  get bytes(): number {
    return this.#buckets.size * ROOM_SPENDING_BYTES;
  }

  /** The bucket of an address in a room, to be used now. */
  of(address: string, room: string, rate: Rate, nowMs: number): TokenBucket {
    const key = `${address} ${room}`;
    const known = this.#buckets.get(key);
    if (known !== undefined) this.#buckets.delete(key);
    else this.#makeRoom(nowMs);
    const bucket = known ?? new TokenBucket(rate, nowMs);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** Forgets all: the rate is another one. */
  clear(): void {
    this.#buckets.clear();
  }

  /** Forgets those that are full again. */
  sweep(nowMs: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (!bucket.isFull(nowMs)) return;
      this.#buckets.delete(key);
    }
  }

  #makeRoom(nowMs: number): void {
    this.sweep(nowMs);
    if (this.#buckets.size < this.#max) return;
    for (const key of this.#buckets.keys().take(1)) this.#buckets.delete(key);
  }
}
