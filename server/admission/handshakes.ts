/**
 * Lets so many handshakes of TLS be under way at once; the others wait in order, unread.
 *
 * @module
 */

import { Fifo } from "../../ground/mod.ts";

/** Counts them. */
export class Handshakes {
  #free: number;
  readonly #waiting = new Fifo<() => void>();

  constructor(max: number) {
    this.#free = max;
  }

  /** One begins: at once, or when the promise resolves. To be followed by `end`. */
  begin(): Promise<void> | undefined {
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free--;
    return undefined;
  }

  /** One is done, or has come to nothing: its place goes to whoever waits longest. */
  end(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
