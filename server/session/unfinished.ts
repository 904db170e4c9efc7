/**
 * How long something has been coming without being whole: a frame byte by byte, or a message in fragments without end.
 *
 * Told by numbers, not by a clock for each chunk: as long as the same thing is unfinished, its time goes on. Pure.
 *
 * @module
 */

/** Watches one connection. */
export class Unfinished {
  /** How many things have been heard: counted by whoever hears them. */
  heard = 0;
  /** How many had been when this one was first seen, and when that was. */
  #heardBefore = 0;
  #sinceMs: number | undefined;

  /**
   * To be called now and then; the answer is as exact as that.
   *
   * @param bytes Bytes that are held of what is not whole.
   * @returns For how long the same thing has been coming, in ms.
   */
  check(bytes: number, nowMs: number): number {
    if (bytes === 0) this.#sinceMs = undefined;
    else if (this.#sinceMs === undefined || this.heard !== this.#heardBefore) this.#sinceMs = nowMs;
    this.#heardBefore = this.heard;
    return this.#sinceMs === undefined ? 0 : nowMs - this.#sinceMs;
  }
}
