/**
 * How long something has been coming without being whole: a frame byte by byte, or a message in fragments without end.
 *
 * Told by numbers, not by a clock for each chunk: as long as the same thing is unfinished, its time goes on. Pure.
 *
 * @module
 */

/** Watches one connection. */
export class Unfinished {
  /** How many things had been heard when this one was first seen, and when that was. */
  #heard = 0;
  #sinceMs: number | undefined;

  /**
   * To be called now and then; the answer is as exact as that.
   *
   * @param bytes Bytes that are held of what is not whole.
   * @param heard How many things have been heard.
   * @returns For how long the same thing has been coming, in ms.
   */
  check(bytes: number, heard: number, nowMs: number): number {
    if (bytes === 0) this.#sinceMs = undefined;
    else if (this.#sinceMs === undefined || heard !== this.#heard) this.#sinceMs = nowMs;
    this.#heard = heard;
    return this.#sinceMs === undefined ? 0 : nowMs - this.#sinceMs;
  }
}
