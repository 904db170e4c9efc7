/**
 * Bytes that several connections spend together: each pays from its own purse and from the pool, and while the pool owes,
 * none of them is read. Pure: the clock is an argument.
 *
 * @module
 */

import { type Rate, TokenBucket } from "../../ground/mod.ts";

/** What several have in common. */
export class Pool {
  readonly #burst: number;
  readonly #bytes: TokenBucket;

  /** @param rate Bytes per second, and at once. */
  constructor(rate: Rate, nowMs: number) {
    this.#burst = rate.burst;
    this.#bytes = new TokenBucket(rate, nowMs);
  }

  /** Pays for what was done. */
  spend(nowMs: number, bytes: number): void {
    this.#bytes.spend(nowMs, bytes);
  }

  /** Milliseconds until nothing is owed any more. */
  msUntilEarned(nowMs: number): number {
    return this.#bytes.msUntil(nowMs, 0);
  }

  /** How much of what may be spent at once is spent: 0 is nothing, 1 is all, above 1 it owes. */
  used(nowMs: number): number {
    return 1 - this.#bytes.tokens(nowMs) / this.#burst;
  }

  /** Whether it is as a new one would be. */
  isFull(nowMs: number): boolean {
    return this.#bytes.isFull(nowMs);
  }
}
