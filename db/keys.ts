/**
 * Where the values of keys stand.
 *
 * Keys are few (what a program remembers beside its streams), so a `Map` serves: about 100 bytes for each.
 * Keys of which the caller says that nobody needs them any more are not held at all: for compaction their
 * values are dead then, so they are freed without a record that deletes them.
 *
 * @module
 */

import { FLOORS_KEY } from "./floors.ts";
import type { Tally } from "./tally.ts";

/** Where a value's record stands. */
export interface Place {
  readonly ordinal: number;
  readonly unit: number;
}

const HIGH = 0x1_0000_0000;

/** The keys of a store. */
export class KeyTable {
  readonly #live: Tally;
  readonly #forgotten: readonly string[];
  /** Ordinal and unit in one number: an object for each would double the memory. */
  readonly #places = new Map<string, number>();

  /**
   * @param live Where live records are counted.
   * @param forgotten Beginnings of keys that nobody needs.
   */
  constructor(live: Tally, forgotten: readonly string[] = []) {
    this.#live = live;
    this.#forgotten = forgotten;
  }

  /** How many keys there are. */
  size(): number {
    return this.#places.size - (this.#places.has(FLOORS_KEY) ? 1 : 0);
  }

  /** Where a key's value stands. */
  get(key: string): Place | undefined {
    const place = this.#places.get(key);
    return place === undefined
      ? undefined
      : { ordinal: Math.floor(place / HIGH), unit: place % HIGH };
  }

  /** Notes where a key's value stands now. */
  set(key: string, ordinal: number, unit: number): void {
    this.delete(key);
    if (this.#forgotten.some((start) => key.startsWith(start))) return;
    this.#live.add(ordinal);
    this.#places.set(key, ordinal * HIGH + unit);
  }

  /** Forgets a key. */
  delete(key: string): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    this.#live.subtract(Math.floor(place / HIGH));
    this.#places.delete(key);
  }

  /** The keys that begin with `prefix`, as they are now, in no order. */
  keys(prefix: string): string[] {
    const found: string[] = [];
    for (const key of this.#places.keys()) {
      if (key.startsWith(prefix) && key !== FLOORS_KEY) found.push(key);
    }
    return found;
  }
}
