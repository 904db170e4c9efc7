/**
 * A token bucket: what may be spent at once, and how fast it is earned back.
 *
 * ```text
 *   burst ┤▔▔╲        ╱▔▔▔▔     earned: perSecond, up to burst
 *         │   ╲      ╱
 *       0 ┤────╲────╱──────
 *         │     ╲  ╱            owed: `spend` goes below zero, and who owes waits
 *         └──────╲╱────────► time
 * ```
 *
 * `take` refuses what is not there. `spend` takes what has been used already and may owe for it: so nothing is too
 * large for a bucket, and in any span of time no more than the rate, one burst and the last purchase goes through.
 * A clock that goes back earns nothing. Pure: the clock is an argument.
 *
 * @module
 */

/** How much a bucket gives. */
export interface Rate {
  /** Tokens earned per second, above 0; `Infinity` never refuses. */
  readonly perSecond: number;
  /** Tokens that can be saved up, above 0. */
  readonly burst: number;
}

/** Tokens as of a moment, in milliseconds of any clock that its owner keeps to. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #countedMs: number;

  /** @param tokens What it holds at first. Default: the burst. */
  constructor({ perSecond, burst }: Rate, nowMs: number, tokens: number = burst) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = tokens;
    this.#countedMs = nowMs;
  }

  /** What it holds; below zero when something is owed. */
  tokens(nowMs: number): number {
    const ms = nowMs - this.#countedMs;
    if (ms > 0) {
      this.#tokens = Math.min(this.#burst, this.#tokens + ms / 1_000 * this.#perSecond);
      this.#countedMs = nowMs;
    }
    return this.#tokens;
  }

  /** Takes so many tokens if they are there. @returns Whether they were. */
  take(nowMs: number, tokens: number = 1): boolean {
    if (this.#perSecond === Infinity) return true;
    if (this.tokens(nowMs) < tokens) return false;
    this.#tokens -= tokens;
    return true;
  }

  /** Takes so many tokens, also those that are not there: they are owed. */
  spend(nowMs: number, tokens: number): void {
    this.#tokens = this.tokens(nowMs) - tokens;
  }

  /** How many milliseconds until it holds so many tokens, at most the burst; 0 when it does. */
  msUntil(nowMs: number, tokens: number = 1): number {
    if (this.#perSecond === Infinity) return 0;
    const missing = Math.min(tokens, this.#burst) - this.tokens(nowMs);
    return Math.max(0, missing / this.#perSecond * 1_000);
  }

  /** Whether it is as a new one would be, and so need not be remembered. */
  isFull(nowMs: number): boolean {
    return this.#perSecond === Infinity || this.tokens(nowMs) >= this.#burst;
  }
}
