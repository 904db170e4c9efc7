/**
 * Transfers whose last byte went through, and whose receivers have not said yet that the file is on their disks. Pure: the
 * clock is an argument.
 *
 * A receiver is a session here, by its tag: who takes its name later has no file and nothing to say.
 *
 * So a word about a file reaches its sender once for each receiver, and from nobody else: a stranger has nothing to say
 * about it, and a receiver cannot say it a thousand times.
 *
 * @module
 */

import { ARRIVAL_MS_MAX, ARRIVALS_MAX } from "./limits.ts";
import type { Offer } from "./offers.ts";

interface Arrival {
  readonly offer: Offer;
  sinceMs: number;
}

/** Those that are remembered. */
export class Arrivals {
  /** Offer and the tag of the session that took it → arrival, the oldest first. */
  readonly #all = new Map<string, Arrival>();

  /** Every byte went to a receiver. */
  add(offer: Offer, tag: string, nowMs: number): void {
    for (const [key, { sinceMs }] of this.#all) {
      if (nowMs - sinceMs <= ARRIVAL_MS_MAX && this.#all.size < ARRIVALS_MAX) break;
      this.#all.delete(key);
    }
    this.#all.set(keyOf(offer.id, tag), { offer, sinceMs: nowMs });
  }

  /** The offer of which the receiver has all bytes; it may go on writing them for as long again. */
  find(id: string, tag: string, nowMs: number): Offer | undefined {
    const key = keyOf(id, tag);
    const found = this.#all.get(key);
    if (found === undefined || nowMs - found.sinceMs > ARRIVAL_MS_MAX) return undefined;
    this.#all.delete(key);
    this.#all.set(key, found);
    found.sinceMs = nowMs;
    return found.offer;
  }

  /** The receiver has had its say. */
  remove(id: string, tag: string): void {
    this.#all.delete(keyOf(id, tag));
  }
}

function keyOf(id: string, tag: string): string {
  return `${id} ${tag}`;
}
