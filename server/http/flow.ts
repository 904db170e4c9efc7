/**
 * How far each side of a WebSocket of bytes may be ahead of the other. Neither a browser nor whoever writes to one can be slowed by its socket
 * alone: a browser reads on, whatever its page does.
 *
 * ```text
 *   we   ── bytes, at most BYTES_AHEAD_MAX that are not taken ──►  peer
 *        ◄── "so many taken" ──
 * ```
 *
 * @module
 */

import { BYTES_AHEAD_MAX, BYTES_TOLD_EACH } from "../wire/mod.ts";

/** The flow over one WebSocket. */
export class Flow {
  #sent = 0;
  #taken = 0;
  #read = 0;
  #told = 0;

  /** How many bytes may be sent now. */
  get room(): number {
    return Math.max(0, BYTES_AHEAD_MAX - (this.#sent - this.#taken));
  }

  /** So many bytes go out. */
  sends(bytes: number): void {
    this.#sent += bytes;
  }

  /** The peer has taken so many in all. @returns Whether that can be. */
  took(bytes: number): boolean {
    if (bytes < this.#taken || bytes > this.#sent) return false;
    this.#taken = bytes;
    return true;
  }

  /** So many further bytes were taken here. @returns How many in all, when it is time to say so. */
  reads(bytes: number): number | undefined {
    this.#read += bytes;
    if (this.#read - this.#told < BYTES_TOLD_EACH) return undefined;
    return this.#told = this.#read;
  }
}
