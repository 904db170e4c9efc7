/**
 * How fast a file goes, over a span of time that is long enough to tell. Pure: the clock is an argument.
 *
 * @module
 */

import { FILE_RATE_SPAN_MS } from "./limits.ts";

/** Follows how far it came. */
export class Speed {
  #rate: number | undefined;
  /** Where the span of time under way began. */
  #fromMs = 0;
  #position = 0;

  /** Bytes per second in the last whole span; `undefined` before there was one. */
  get rate(): number | undefined {
    return this.#rate;
  }

  /** The first span begins, at some byte. */
  begin(nowMs: number, position: number): void {
    this.#fromMs = nowMs;
    this.#position = position;
  }

  /** It has come so far. */
  look(nowMs: number, position: number): void {
    if (nowMs - this.#fromMs < FILE_RATE_SPAN_MS) return;
    this.#rate = (position - this.#position) * 1_000 / (nowMs - this.#fromMs);
    this.begin(nowMs, position);
  }
}
