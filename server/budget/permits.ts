/**
 * Permits, of which there are only so many: the others wait in order, and hold nothing meanwhile.
 *
 * @module
 */

import { Fifo } from "./fifo.ts";

/** Bounds how much is under way at once. */
export class Permits {
  #free: number;
  readonly #waiting = new Fifo<() => void>();

  /** @param max How many there are. */
  constructor(max: number) {
    this.#free = max;
  }

  /** Does `work` with a permit. */
  async holding<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // Whoever is next takes the place over, so that nobody can slip in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
