/**
 * Turns: so many at once, the others in their order.
 *
 * @module
 */

/** Lets so many in at once; the others wait in their order. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param atOnce How many. */
  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Waits for a turn, which ends with its disposal. */
  async turn(): Promise<AsyncDisposable> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return {
      [Symbol.asyncDispose]: () => {
        const next = this.#waiting.shift();
        if (next === undefined) this.#free++;
        else next();
        return Promise.resolve();
      },
    };
  }
}
