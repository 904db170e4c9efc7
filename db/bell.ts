/**
 * Lets whoever waits for something to change look again.
 *
 * @module
 */

/** Wakes all who wait. */
export class Bell {
  #next: PromiseWithResolvers<void> = Promise.withResolvers<void>();

  /** Resolves when the bell rings the next time. */
  rung(): Promise<void> {
    return this.#next.promise;
  }

  /** Wakes all who wait now. */
  ring(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers<void>();
  }
}
