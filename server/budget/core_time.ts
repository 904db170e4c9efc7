/**
 * Tells work from waiting for a core.
 *
 * On a busy machine the process may lose its core in the middle of a message, and get it back a fifth of a second later.
 * By the clock, whoever was served just then has worked for that long: an honest one would stand behind all who flood. So
 * what seems to have been long is paid by the time on cores that the process has used meanwhile. Asking for that costs
 * more than asking the clock, so it is asked now and then, and for what was long.
 *
 * ```text
 *   mark ── paid ── paid ── something long: at most (on cores since the mark) − (paid since the mark)
 * ```
 *
 * What other threads have used counts, too, and what was done for those who pay nothing: it is an upper bound, and never
 * more than the clock says.
 *
 * @module
 */

import { MARK_MS, SLICE_MS, UNDOUBTED_MS } from "./limits.ts";

/** Where it is known. */
export interface CoreClock {
  /** Milliseconds on cores that this process has used. */
  coreMs(): number;
}

/** What is known of the time on cores since the last mark. */
export class CoreTime {
  readonly #clock: CoreClock;
  #markedMs = -Infinity;
  #coreMs = 0;
  #paidMs = 0;
  /** Whether anything was paid since the mark: while nothing is, an old one does as well. */
  #inUse = true;

  constructor(clock: CoreClock) {
    this.#clock = clock;
  }

  /** Sets a mark, if the last one is old and was made use of. To be called between two pieces of work. */
  mark(nowMs: number): void {
    if (this.#inUse && nowMs - this.#markedMs >= MARK_MS) this.#mark(nowMs, this.#clock.coreMs());
  }

  /** Of what took so long by the clock, the milliseconds that are to be paid. */
  paidOf(tookMs: number, nowMs: number): number {
    this.#inUse = true;
    if (tookMs <= UNDOUBTED_MS) {
      this.#paidMs += tookMs;
      return tookMs;
    }
    const coreMs = this.#clock.coreMs();
    const usedMs = coreMs - this.#coreMs - this.#paidMs;
    this.#mark(nowMs, coreMs);
    return Math.min(tookMs, Math.max(usedMs, SLICE_MS));
  }

  #mark(nowMs: number, coreMs: number): void {
    this.#markedMs = nowMs;
    this.#coreMs = coreMs;
    this.#paidMs = 0;
    this.#inUse = false;
  }
}
