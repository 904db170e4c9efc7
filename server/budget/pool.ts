/**
 * What several connections spend together, of bytes and of work: each pays from its own purse and from the pool, and while
 * the pool owes, none of them is read. Pure: the clock is an argument.
 *
 * @module
 */

import { type Rate, TokenBucket } from "../../ground/mod.ts";

/** What a pool earns; what it has no rate for costs it nothing. */
export interface PoolRates {
  readonly bytes?: Rate | undefined;
  /** Milliseconds of the event loop. */
  readonly workMs?: Rate | undefined;
}

/** What of a cost a pool pays, too. */
interface Shared {
  readonly bytes: number;
  readonly workMs: number;
}

/** What was earned of one of them. */
interface Earned {
  readonly burst: number;
  readonly tokens: TokenBucket;
}

/** What several have in common. */
export class Pool {
  readonly #bytes: Earned | undefined;
  readonly #workMs: Earned | undefined;
  readonly #all: readonly Earned[];

  constructor({ bytes, workMs }: PoolRates, nowMs: number) {
    this.#bytes = bytes && earnedOf(bytes, nowMs);
    this.#workMs = workMs && earnedOf(workMs, nowMs);
    this.#all = [this.#bytes, this.#workMs].filter((earned) => earned !== undefined);
  }

  /** Pays for what was done. */
  spend(nowMs: number, { bytes, workMs }: Shared): void {
    if (bytes > 0) this.#bytes?.tokens.spend(nowMs, bytes);
    if (workMs > 0) this.#workMs?.tokens.spend(nowMs, workMs);
  }

  /** Milliseconds until nothing is owed any more. */
  msUntilEarned(nowMs: number): number {
    let ms = 0;
    for (const { tokens } of this.#all) ms = Math.max(ms, tokens.msUntil(nowMs, 0));
    return ms;
  }

  /** How much of what may be spent at once is spent: 0 is nothing, 1 is all, above 1 it owes. */
  used(nowMs: number): number {
    let used = 0;
    for (const { tokens, burst } of this.#all) {
      used = Math.max(used, 1 - tokens.tokens(nowMs) / burst);
    }
    return used;
  }

  /** Whether it is as a new one would be. */
  isFull(nowMs: number): boolean {
    return this.#all.every(({ tokens }) => tokens.isFull(nowMs));
  }
}

function earnedOf(rate: Rate, nowMs: number): Earned {
  return { burst: rate.burst, tokens: new TokenBucket(rate, nowMs) };
}
