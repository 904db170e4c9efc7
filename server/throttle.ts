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

  /** Whether it is as a new one would be. */
  isFull(nowMs: number): boolean {
    const missing = this.#burst - this.#tokens;
    return this.open || (nowMs - this.#countedMs) / 1_000 * this.#perSecond >= missing;
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

/**
 * The buckets of all users: a user who comes back finds the bucket as it was left, so that reconnecting
 * is no way around the limit.
 */
export class Throttles {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #users = new Map<string, Throttle>();

  /** @param perSecond Tokens per second and user; 0 lets everything pass. */
  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Whether everything passes, so that no clock need be asked. */
  get open(): boolean {
    return this.#perSecond === 0;
  }

  /** The bucket of one user. */
  of(user: string, nowMs: number): Throttle {
    let throttle = this.#users.get(user);
    if (throttle === undefined) {
      throttle = new Throttle(this.#perSecond, this.#burst, nowMs);
      this.#users.set(user, throttle);
    }
    return throttle;
  }

  /** Forgets buckets that are full again: a new one is no different. To be called now and then. */
  sweep(nowMs: number): void {
    for (const [user, throttle] of this.#users) {
      if (throttle.isFull(nowMs)) this.#users.delete(user);
    }
  }
}

function wait(ms: number): Verdict {
  return { kind: "wait", ms: Math.ceil(ms) };
}
