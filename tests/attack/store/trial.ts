/**
 * Trying faults one after the other until the time is up, and telling what they came to.
 *
 * @module
 */

import type { StoreOrders } from "./mod.ts";

/** What tries faults. */
export class Trial {
  readonly #orders: StoreOrders;
  readonly #endMs: number;

  constructor(orders: StoreOrders) {
    this.#orders = orders;
    this.#endMs = performance.now() + orders.seconds * 1_000;
  }

  /** Whether the time is up. @throws When the whole attack is to end. */
  get over(): boolean {
    this.#orders.signal.throwIfAborted();
    return performance.now() >= this.#endMs;
  }

  /** Tries one fault. What `attempt` throws is a broken promise. */
  async one(what: string, which: string, attempt: () => Promise<unknown>): Promise<void> {
    const wrong: string[] = [];
    try {
      await attempt();
    } catch (error) {
      wrong.push(`${which}: ${error instanceof Error ? error.message : error}`);
    }
    this.#orders.report({ what, faults: 1, wrong });
  }
}
