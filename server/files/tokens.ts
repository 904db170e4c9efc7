/**
 * One-time tokens, by which a second connection says for which transfer it came.
 *
 * A token is 256 random bits: it cannot be guessed, so nothing more is asked of whoever brings it. It works
 * once, and for a short time. Pure but for the random numbers; the clock is an argument.
 *
 * @module
 */

/** How many random bytes make a token. */
const TOKEN_BYTES = 32;

interface Issued<T> {
  readonly value: T;
  readonly sinceMs: number;
}

/** Tokens that were given out and have not come back. */
export class Tokens<T> {
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
    const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toHex();
    this.#issued.set(token, { value, sinceMs: nowMs });
    return token;
  }

  /** What the token stands for; it stands for nothing afterwards. */
  redeem(token: string, nowMs: number): T | undefined {
    const issued = this.#issued.get(token);
    if (issued === undefined || nowMs - issued.sinceMs > this.#msMax) return undefined;
    this.#issued.delete(token);
    return issued.value;
  }

  /** The token works no more. */
  revoke(token: string): void {
    this.#issued.delete(token);
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
