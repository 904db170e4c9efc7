/**
 * One-time tokens: whoever brings one gets what it stands for, once, and soon.
 *
 * A token is 256 random bits: it cannot be guessed, so nothing more need be asked of whoever brings it. Pure but for
 * the random numbers; the clock is an argument.
 *
 * @module
 */

import { randomToken } from "./secret.ts";

interface Issued<T> {
  readonly value: T;
  readonly sinceMs: number;
}

/** Tokens that were given out and have not come back. */
export class OneTimeTokens<T> {
  readonly #msMax: number;
  /** In the order in which they were issued, so the oldest are first. */
  readonly #issued = new Map<string, Issued<T>>();

  /** @param msMax How long a token works, in ms. */
  constructor(msMax: number) {
    this.#msMax = msMax;
  }

  /** How many are out. */
  get size(): number {
    return this.#issued.size;
  }

  /** A new token that stands for `value`. */
  issue(value: T, nowMs: number): string {
    const token = randomToken();
    this.#issued.set(token, { value, sinceMs: nowMs });
    return token;
  }

  /** What the token stands for, without using it. */
  find(token: string, nowMs: number): T | undefined {
    const issued = this.#issued.get(token);
    return issued === undefined || nowMs - issued.sinceMs > this.#msMax ? undefined : issued.value;
  }

  /** What the token stands for; it stands for nothing afterwards. */
  redeem(token: string, nowMs: number): T | undefined {
    const value = this.find(token, nowMs);
    if (value !== undefined) this.#issued.delete(token);
    return value;
  }

  /** The token works no more. */
  revoke(token: string): void {
    this.#issued.delete(token);
  }

  /** Those that stand for something of that kind work no more. */
  revokeAll(which: (value: T) => boolean): void {
    for (const [token, { value }] of this.#issued) if (which(value)) this.#issued.delete(token);
  }

  /** Takes out what is too old. */
  expire(nowMs: number): T[] {
    const late: T[] = [];
    for (const [token, { value, sinceMs }] of this.#issued) {
      if (nowMs - sinceMs <= this.#msMax) break;
      this.#issued.delete(token);
      late.push(value);
    }
    return late;
  }
}
