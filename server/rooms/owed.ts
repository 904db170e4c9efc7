/**
 * How many of the things that a member said wait for the disk: so many answers it is owed.
 *
 * @module
 */

/** Answers that are still to come. */
export class Owed {
  #count = 0;
  #whenNone: PromiseWithResolvers<void> | undefined;

  /** One more is owed: each call needs a `settle`. */
  add(): void {
    this.#count++;
  }

  /** One was given. */
  settle(): void {
    if (--this.#count > 0) return;
    this.#whenNone?.resolve();
    this.#whenNone = undefined;
  }

  /** Resolves when none is owed any more; `undefined` when that is so already. */
  none(): Promise<void> | undefined {
    if (this.#count === 0) return undefined;
    return (this.#whenNone ??= Promise.withResolvers<void>()).promise;
  }
}
