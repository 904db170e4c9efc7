/**
 * Transfers whose last byte went through, and whose receivers have not said yet that the file is on their disks. Pure: the
 * clock is an argument.
 *
 * So a word about a file reaches its sender once for each receiver, and from nobody else: a stranger has nothing to say
 * about it, and a receiver cannot say it a thousand times.
 *
 * @module
 */

import { ARRIVAL_MS_MAX, ARRIVALS_MAX } from "./limits.ts";
import type { FoldedName } from "../wire/mod.ts";
import type { Offer } from "./offers.ts";

interface Arrival {
  readonly offer: Offer;
  sinceMs: number;
}

/** Those that are remembered. */
export class Arrivals {
  /** Offer and receiver → arrival, the oldest first. */
  readonly #all = new Map<string, Arrival>();

  /** Every byte went to a receiver. */
  add(offer: Offer, receiver: FoldedName, nowMs: number): void {
    for (const [key, { sinceMs }] of this.#all) {
      if (nowMs - sinceMs <= ARRIVAL_MS_MAX && this.#all.size < ARRIVALS_MAX) break;
      this.#all.delete(key);
    }
    this.#all.set(keyOf(offer.id, receiver), { offer, sinceMs: nowMs });
  }

  /** The offer of which the receiver has all bytes; it may go on writing them for as long again. */
  find(id: string, receiver: FoldedName, nowMs: number): Offer | undefined {
    const key = keyOf(id, receiver);
    const found = this.#all.get(key);
    if (found === undefined || nowMs - found.sinceMs > ARRIVAL_MS_MAX) return undefined;
    this.#all.delete(key);
    this.#all.set(key, found);
    found.sinceMs = nowMs;
    return found.offer;
  }

  /** The receiver has had its say. */
  remove(id: string, receiver: FoldedName): void {
    this.#all.delete(keyOf(id, receiver));
  }
}

function keyOf(id: string, receiver: FoldedName): string {
  return `${id} ${receiver}`;
}
