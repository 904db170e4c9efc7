/**
 * How a session waits for its next look: by a timer, or until the kernel tells.
 *
 * @module
 */

/** Waits, and can be woken for good. */
export interface Waiting extends AsyncDisposable {
  /** Resolves after so many milliseconds, or earlier when there is something to see. */
  wait(ms: number): Promise<void>;
  /** Ends a wait; later ones end at once. */
  wake(): void;
}

/** Waits by a timer. */
export class Timer implements Waiting {
  #woken = false;
  #end: (() => void) | undefined;

  async wait(ms: number): Promise<void> {
    if (this.#woken) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#end = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }

  wake(): void {
    this.#woken = true;
    this.#end?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.wake();
    return Promise.resolve();
  }
}
