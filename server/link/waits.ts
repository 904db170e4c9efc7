/**
 * Those who wait for something of an outbox: that nothing is being written, that nothing waits, that less is unsent.
 *
 * Made when somebody waits, since most never do.
 *
 * @module
 */

/** Them. */
export class Waits {
  #still: PromiseWithResolvers<void> | undefined;
  #idle: PromiseWithResolvers<void> | undefined;
  #relieved: (PromiseWithResolvers<void> & { readonly bytesMax: number }) | undefined;

  /** Resolves when the write under way has ended. */
  forStill(): Promise<void> {
    return (this.#still ??= Promise.withResolvers<void>()).promise;
  }

  /** Resolves when nothing waits any more. */
  forIdle(): Promise<void> {
    return (this.#idle ??= Promise.withResolvers<void>()).promise;
  }

  /** Resolves when at most so many bytes of answers are unsent. */
  forRelief(bytesMax: number): Promise<void> {
    return (this.#relieved ??= { ...Promise.withResolvers<void>(), bytesMax }).promise;
  }

  /** So many bytes of answers are unsent. */
  unsent(bytes: number): void {
    const waiting = this.#relieved;
    if (waiting === undefined || bytes > waiting.bytesMax) return;
    this.#relieved = undefined;
    waiting.resolve();
  }

  /** Nothing is being written any more. @param isHeld Whether something waits behind a file all the same. */
  still(isHeld: boolean): void {
    this.#still?.resolve();
    this.#still = undefined;
    if (isHeld) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}
