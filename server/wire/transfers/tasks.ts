/**
 * Work that goes on beside the conversation, and questions to the server.
 *
 * @module
 */

import { isLost } from "./carry.ts";

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
