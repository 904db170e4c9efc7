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

import { TokenBucket } from "../../ground/mod.ts";

/** How long a user is refused after the bucket ran empty, in ms. */
export const THROTTLE_PAUSE_MS = 1_000;

/** What the throttle says of one message. */
export type Verdict =
  | { readonly kind: "pass" }
  | { readonly kind: "wait"; readonly ms: number };

const PASS: Verdict = { kind: "pass" };

/** What one user may still send. */
export class Throttle {
  /** `undefined` when everything passes. */
  readonly #bucket: TokenBucket | undefined;
  #refusedUntilMs = -Infinity;

  /** @param perSecond Tokens per second; 0 lets everything pass. */
  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#bucket = perSecond === 0 ? undefined : new TokenBucket({ perSecond, burst }, nowMs);
  }

  /** Whether everything passes, so that no clock need be asked. */
  get open(): boolean {
    return this.#bucket === undefined;
  }

  /** Whether it is as a new one would be. */
  isFull(nowMs: number): boolean {
    return nowMs >= this.#refusedUntilMs && (this.#bucket?.isFull(nowMs) ?? true);
  }

  /** Takes a token, or says after how many milliseconds to try again. */
  take(nowMs: number): Verdict {
    if (nowMs < this.#refusedUntilMs) return wait(this.#refusedUntilMs - nowMs);
    if (this.#bucket === undefined || this.#bucket.take(nowMs)) return PASS;
    return this.refuse(nowMs, this.#bucket.msUntil(nowMs));
  }

  /** Begins a pause of at least `ms`: something else than this bucket ran empty. */
  refuse(nowMs: number, ms: number): Verdict & { readonly kind: "wait" } {
    this.#refusedUntilMs = nowMs + Math.max(THROTTLE_PAUSE_MS, ms);
    return wait(this.#refusedUntilMs - nowMs);
  }
}

/**
 * The buckets of all users: a user who comes back finds the bucket as it was left, so that reconnecting
 * is no way around the limit.
 */
export class Throttles {
  #perSecond: number;
  #burst: number;
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

  /** Another rate from now on: everybody begins with a full bucket. */
  renew(perSecond: number, burst: number = this.#burst): void {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#users.clear();
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

function wait(ms: number): Verdict & { readonly kind: "wait" } {
  return { kind: "wait", ms: Math.ceil(ms) };
}
