/**
 * When those in a slow room spoke last: each has to wait so many seconds until he speaks again.
 *
 * The table is bounded: whose time is over is forgotten, and of too many who spoke longest ago. Pure: the clock is an argument.
 *
 * @module
 */

import { SPOKE_MAX } from "./limits.ts";

/** Of one room. */
export class Spoken {
  /** By mark; who spoke longest ago comes first. */
  readonly #at = new Map<string, number>();

  /** Milliseconds that somebody has to wait until he may speak. */
  waitOf(mark: string, slowMs: number, nowMs: number): number {
    const last = this.#at.get(mark);
    const waitMs = last === undefined ? 0 : last + slowMs - nowMs;
    // A clock that was set back makes nobody wait longer than the room has everybody wait.
    return Math.min(Math.max(0, waitMs), slowMs);
  }

  /** Somebody wants to speak. @returns Milliseconds that he has to wait; 0 when he may, and then it counts. */
  speak(mark: string, slowMs: number, nowMs: number): number {
    const waitMs = this.waitOf(mark, slowMs, nowMs);
    if (waitMs > 0) return waitMs;
    this.#at.delete(mark);
    this.#at.set(mark, nowMs);
    for (const [oldest, at] of this.#at) {
      if (at + slowMs > nowMs && this.#at.size <= SPOKE_MAX) break;
      this.#at.delete(oldest);
    }
    return 0;
  }
}
