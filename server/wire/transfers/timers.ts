/**
 * Timers by a number and a name: what waits for a transfer ends with it.
 *
 * @module
 */

type Timer = ReturnType<typeof setTimeout>;

/** Timers by a number and a name. */
export class Timers {
  readonly #timers = new Map<number, Map<string, Timer>>();

  /** Calls later, unless such a timer runs already. */
  once(n: number, name: string, ms: number, call: () => void): void {
    if (!this.#timers.get(n)?.has(name)) this.again(n, name, ms, call);
  }

  /** Calls later, instead of a timer that may run already. */
  again(n: number, name: string, ms: number, call: () => void): void {
    this.stop(n, name);
    const own = this.#timers.get(n) ?? new Map<string, Timer>();
    this.#timers.set(n, own);
    const ring = (): void => {
      own.delete(name);
      call();
    };
    own.set(name, setTimeout(ring, ms));
  }

  /** Stops one timer of a number, or all. */
  stop(n: number, name?: string): void {
    const own = this.#timers.get(n);
    if (own === undefined) return;
    for (const [each, timer] of own) {
      if (name !== undefined && each !== name) continue;
      clearTimeout(timer);
      own.delete(each);
    }
    if (own.size === 0) this.#timers.delete(n);
  }

  /** Stops all. */
  clear(): void {
    for (const n of [...this.#timers.keys()]) this.stop(n);
  }
}
