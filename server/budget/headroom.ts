/**
 * What may still come before it is looked again at all that is held: whoever has sent a part of something, and sends more of it,
 * waits while nothing is left.
 *
 * ```text
 *   look ─► headroom ── take ── take ── take ─► nothing left ─► look
 *                                                   └─ who has begun something waits ─┘
 * ```
 *
 * Adding up all that is held takes longer than a fast network needs to fill a budget. So each look says how much may be taken until
 * the next one, and what is taken counts at once. Who begins something new does not wait: the first bytes of it are few. Pure.
 *
 * @module
 */

import { HEADROOM_BYTES_MIN } from "./limits.ts";

/** What is left until the next look. */
export class Headroom {
  #left: number;
  /** What was taken since the look under way began: it may have seen that, or not. */
  #taken = 0;
  #waiting: PromiseWithResolvers<void> | undefined;
  /** Hears that nothing is left. */
  onSpent: () => void = () => {};

  /** @param bytes What may be taken before the first look. */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Whether nothing is left. */
  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** Counts what was taken. */
  take(bytes: number): void {
    const wasSpent = this.isSpent;
    this.#left -= bytes;
    this.#taken += bytes;
    if (this.isSpent && !wasSpent) this.onSpent();
  }

  /** Something to wait for while nothing is left. */
  whenRoom(): Promise<void> | undefined {
    return this.isSpent ? (this.#waiting ??= Promise.withResolvers()).promise : undefined;
  }

  /** A look begins. */
  beginLook(): void {
    this.#taken = 0;
  }

  /** A look has ended: so much may be taken until the next one; a little in any case, so that everybody gets on. */
  renew(bytes: number): void {
    this.#left = Math.max(HEADROOM_BYTES_MIN, bytes - this.#taken);
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
