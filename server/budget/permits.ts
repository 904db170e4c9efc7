/**
 * Permits, of which there are only so many: the others wait in order, and hold nothing meanwhile.
 *
 * @module
 */

import { Fifo } from "../../ground/mod.ts";

/** Bounds how much is under way at once. */
export class Permits {
  #free: number;
  readonly #waiting = new Fifo<() => void>();

  readonly #handOver: (next: () => void) => void;

  /**
   * @param max How many there are.
   * @param handOver Lets the next one in: a server looks what has come in first, or a queue would hold its loop.
   */
  constructor(max: number, handOver: (next: () => void) => void = (next) => next()) {
    this.#free = max;
    this.#handOver = handOver;
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
      else this.#handOver(next);
    }
  }
}
