/**
 * What it costs to have a crowd told something: its price, and more while crowds take more of the loop than they may.
 *
 * ```text
 *   price
 *     │                    ╱      owed: what telling crowds has taken of the loop, measured,
 *   5 ┤                 ╱         beyond what it may take per second
 *     │            ▁▃▅▘
 *   1 ┼▔▔▔▔▔▔▔▔▔▔▔
 *     └┬───────────┬────────┬──►
 *      earned      0      100 ms owed
 * ```
 *
 * Each speaker may have crowds told for so much of the loop per second, and so may the next: a thousand of them would take
 * all of it. So the more is owed, the dearer is each delivery, and what nobody can pay has to wait: together they
 * buy no more than there is, however many they are. Whoever speaks to few hardly notices.
 *
 * A word is told after it is kept, and many are kept at once: so it counts as told when it is taken, at what it is estimated
 * to cost, and what is measured later corrects the estimates that follow. Pure: the clock is an argument.
 *
 * @module
 */

import { TokenBucket } from "../../ground/mod.ts";
import {
  CROWDS_MS_BURST,
  CROWDS_MS_PER_SECOND,
  DEARER_MS,
  ESTIMATE_FACTOR_MAX,
  ESTIMATES_MS,
  SHARE_AT_FIRST,
  TELLING_MS_BURST,
  TELLING_MS_PER_SECOND,
} from "./limits.ts";

/** The price of deliveries: one for all crowds. */
export class Price {
  readonly #earned: TokenBucket;
  /** Of late, in ms: what telling crowds took, and what it was estimated to take. */
  #measuredMs: number = ESTIMATES_MS;
  #estimatedMs: number = ESTIMATES_MS;
  /** Estimates of words that were taken since something was measured. */
  #untoldMs = 0;
  /** How many times its estimate a word takes. */
  #factor = 1;

  constructor(nowMs: number) {
    this.#earned = new TokenBucket(
      { perSecond: CROWDS_MS_PER_SECOND, burst: CROWDS_MS_BURST },
      nowMs,
    );
  }

  /** A word was taken, and telling it is estimated to take so long. */
  spend(nowMs: number, ms: number): void {
    this.#earned.spend(nowMs, ms * this.#factor);
    this.#untoldMs += ms;
  }

  /** Crowds were told for so long. */
  measure(ms: number): void {
    this.#measuredMs += ms;
    this.#estimatedMs += this.#untoldMs;
    this.#untoldMs = 0;
    const factor = this.#measuredMs / this.#estimatedMs;
    this.#factor = Math.max(1 / ESTIMATE_FACTOR_MAX, Math.min(ESTIMATE_FACTOR_MAX, factor));
    if (this.#measuredMs + this.#estimatedMs < 8 * ESTIMATES_MS) return;
    // What was long ago says less and less.
    this.#measuredMs /= 2;
    this.#estimatedMs /= 2;
  }

  /** How many times what it costs is to be paid now: 1 while nothing is owed. */
  at(nowMs: number): number {
    const owedMs = Math.max(0, -this.#earned.tokens(nowMs));
    return 1 + (owedMs / DEARER_MS) ** 2;
  }

  /** Milliseconds until it is at most so high, if nobody spends meanwhile. */
  msUntil(nowMs: number, price: number): number {
    return this.#earned.msUntil(nowMs, -DEARER_MS * Math.sqrt(price - 1));
  }
}

/** What one speaker may have crowds told. */
export class Telling {
  readonly #earned: TokenBucket;

  constructor(nowMs: number) {
    const rate = { perSecond: TELLING_MS_PER_SECOND, burst: TELLING_MS_BURST };
    this.#earned = new TokenBucket(rate, nowMs, rate.burst * SHARE_AT_FIRST);
  }

  /**
   * Pays for one word, if there is enough for it.
   *
   * @param costMs What telling it takes of the loop. What would cost more than can be saved up is had for all of that.
   * @returns Milliseconds that it comes too early; 0 when it is paid.
   */
  take(nowMs: number, costMs: number, price: Price): number {
    const cost = Math.min(costMs, TELLING_MS_BURST);
    const tooDearMs = price.msUntil(nowMs, TELLING_MS_BURST / cost);
    if (tooDearMs > 0) return Math.ceil(tooDearMs);
    const paid = Math.min(cost * price.at(nowMs), TELLING_MS_BURST);
    const ms = this.#earned.msUntil(nowMs, paid);
    if (ms > 0) return Math.ceil(ms);
    this.#earned.take(nowMs, paid);
    price.spend(nowMs, costMs);
    return 0;
  }
}
