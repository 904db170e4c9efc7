/**
 * Turns, tasks and timers: what the running of many transfers needs beside the transfers themselves.
 *
 * @module
 */

import { isLost } from "./carry.ts";

/** Lets so many in at once; the others wait in their order. */
export class Queue {
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

/** Work that goes on beside, and questions to the server. What goes wrong in them without being foreseen is told once. */
export class Tasks {
  readonly #running = new Set<Promise<void>>();
  readonly #failed = Promise.withResolvers<never>();

  constructor() {
    this.#failed.promise.catch(() => {});
  }

  /** Rejects when something here is broken; never settles otherwise. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Starts some work. */
  run(task: () => Promise<void>): void {
    const running: Promise<void> = task()
      .catch((error) => this.#failed.reject(error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Asks the server something; a refusal that nobody looks at is no matter. */
  ask(ask: () => Promise<unknown>, refused?: (code: string, reason: string) => void): void {
    // Not one of the tasks that the end waits for: an answer may never come.
    ask().catch((error) => {
      if (!isLost(error)) return this.#failed.reject(error);
      refused?.("code" in error ? error.code : "closed", error.message);
    });
  }

  /** Waits for the work that has been started. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }
}

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
