/**
 * How fast one user may send: a token bucket, with a pause once it is empty.
 *
 * Each message takes a token; tokens come back at a steady rate up to the burst. Whoever finds the
 * bucket empty is refused for a whole second, also what follows within it. Without that pause a few
 * of the messages that a client had on their way would slip through between refused ones, and its
 * words would arrive in another order. Pure: the clock is an argument.
 *
 * @module
 */

/** How long a user is refused after the bucket ran empty, in ms. */
export const THROTTLE_PAUSE_MS = 1_000;

/** What the throttle says of one message. */
export type Verdict =
  | { readonly kind: "pass" }
  | { readonly kind: "wait"; readonly ms: number };

const PASS: Verdict = { kind: "pass" };

/** A token bucket for one user. */
export class Throttle {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #countedMs: number;
  #refusedUntilMs = -Infinity;

  /** @param perSecond Tokens per second; 0 lets everything pass. */
  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#countedMs = nowMs;
  }

  /** Whether everything passes, so that no clock need be asked. */
  get open(): boolean {
    return this.#perSecond === 0;
  }

  /** Takes a token, or says after how many milliseconds to try again. */
  take(nowMs: number): Verdict {
    if (this.open) return PASS;
    if (nowMs < this.#refusedUntilMs) return wait(this.#refusedUntilMs - nowMs);
    this.#tokens = Math.min(
      this.#burst,
      this.#tokens + (nowMs - this.#countedMs) / 1_000 * this.#perSecond,
    );
    this.#countedMs = nowMs;
    if (this.#tokens >= 1) {
      this.#tokens--;
      return PASS;
    }
    const untilTokenMs = (1 - this.#tokens) / this.#perSecond * 1_000;
    this.#refusedUntilMs = nowMs + Math.max(THROTTLE_PAUSE_MS, untilTokenMs);
    return wait(this.#refusedUntilMs - nowMs);
  }
}

function wait(ms: number): Verdict {
  return { kind: "wait", ms: Math.ceil(ms) };
}
