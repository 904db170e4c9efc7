/**
 * Who of those that share a reading holds the others up. Pure: the clock is an argument.
 *
 * ```text
 *   piece  │ Bob    ▓▓┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈  took it, and waits
 *          │ Carol  ▓▓▓▓┈┈┈┈┈┈┈┈┈┈┈┈┈
 *          │ Dora   ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓  holds both up, since Bob was ready
 * ```
 *
 * Only the time counts in which a write of its own is under way and somebody else has the piece: not that the server wrote
 * to it later than to others, and not that all wait for the sender. Who holds others up for more than half of some seconds is
 * less than half as fast as the fastest.
 *
 * @module
 */

import { FILE_PACE_SHARE_MAX } from "./limits.ts";

/** Follows what becomes of each piece. */
export class Pace<T> {
  readonly #ms: number;
  /** When the span under way began. */
  #spanMs: number;
  /** When the first one had the piece that is under way. */
  #firstMs: number | undefined;
  /** Those who are taking it, and since when. */
  readonly #taking = new Map<T, number>();
  readonly #heldMs = new Map<T, number>();

  /** @param ms The span of time over which it shows. */
  constructor(ms: number, nowMs: number) {
    this.#ms = ms;
    this.#spanMs = nowMs;
  }

  /** A further piece goes out. */
  next(): void {
    this.#firstMs = undefined;
  }

  /** A write of the piece begins. */
  began(one: T, nowMs: number): void {
    this.#taking.set(one, nowMs);
  }

  /** It is over. */
  ended(one: T, nowMs: number): void {
    this.#firstMs ??= nowMs;
    this.#count(one, nowMs);
    this.#taking.delete(one);
  }

  /** Those who have held the others up since the last span of time ended; none while this one lasts. */
  slow(nowMs: number): T[] {
    const span = nowMs - this.#spanMs;
    if (span < this.#ms) return [];
    for (const one of this.#taking.keys()) this.#count(one, nowMs);
    const slow = [...this.#heldMs].filter(([, ms]) => ms > span * FILE_PACE_SHARE_MAX);
    this.#spanMs = nowMs;
    this.#heldMs.clear();
    return slow.map(([one]) => one);
  }

  #count(one: T, nowMs: number): void {
    const begunMs = this.#taking.get(one);
    if (begunMs === undefined || this.#firstMs === undefined) return;
    const fromMs = Math.max(begunMs, this.#firstMs, this.#spanMs);
    if (nowMs > fromMs) this.#heldMs.set(one, (this.#heldMs.get(one) ?? 0) + nowMs - fromMs);
  }
}
