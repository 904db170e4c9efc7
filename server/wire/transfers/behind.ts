/**
 * Offers that wait for how another transfer of the same file ends.
 *
 * @module
 */

import type { FileOffered } from "../messages.ts";
import { OPEN_OFFERS_MAX } from "./limits.ts";

/** Offers by their names. */
export class Behind {
  readonly #all = new Map<string, { readonly event: FileOffered; readonly n: number }>();

  /** An offer waits for a transfer. @returns Whether there is room for it. */
  add(id: string, event: FileOffered, n: number): boolean {
    if (this.#all.size >= OPEN_OFFERS_MAX) return false;
    this.#all.set(id, { event, n });
    return true;
  }

  /** An offer is over. */
  remove(id: string): void {
    this.#all.delete(id);
  }

  /** All are over. */
  clear(): void {
    this.#all.clear();
  }

  /** Those that waited for a transfer; they do not any more. */
  take(n: number): FileOffered[] {
    const taken = [...this.#all].filter(([, held]) => held.n === n);
    for (const [id] of taken) this.#all.delete(id);
    return taken.map(([, { event }]) => event);
  }
}
