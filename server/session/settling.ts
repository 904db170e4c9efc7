/**
 * Waits for what the disk owes somebody who leaves: its last words are told, and it hears what became of them, before
 * the others hear that it left.
 *
 * @module
 */

import { wait } from "../../ground/mod.ts";

/** A wait that has a limit, and can be cut short. */
export class Settling {
  readonly #over = new AbortController();
  /** Resolves when the disk has answered, or is not waited for any longer, and the rest is done. */
  readonly done: Promise<void>;

  /**
   * @param owed Resolves when nothing is owed any more.
   * @param rest What is to be done then.
   */
  constructor(owed: Promise<void>, msMax: number, rest: () => void) {
    const late = wait(msMax, this.#over.signal);
    this.done = Promise.race([owed, late]).then(() => {
      this.#over.abort();
      rest();
    });
  }

  /** Waits no longer. Idempotent. */
  cut(): void {
    this.#over.abort();
  }
}
