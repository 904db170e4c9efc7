/**
 * Ranges of addresses, each with something, in which an address is looked up at the cost of one look per length of prefix.
 *
 * Whoever connects is looked up before anything else is done for it, in a thousand ranges perhaps. Pure.
 *
 * @module
 */

import { addressOf, isOfKind, prefixOf, type Range } from "./range.ts";

/** The table. */
export class RangeTable<T> {
  /** By length, then by the prefix of that length. */
  readonly #lengths = new Map<number, Map<bigint, T[]>>();

  /** Notes something for a range. */
  add({ base, bits }: Range, thing: T): void {
    const prefixes = this.#lengths.get(bits) ?? new Map<bigint, T[]>();
    this.#lengths.set(bits, prefixes);
    const prefix = prefixOf(base, bits);
    prefixes.set(prefix, [...prefixes.get(prefix) ?? [], thing]);
  }

  /** All that is noted for ranges in which an address is; nothing for what is no address. */
  *of(text: string): Iterable<T> {
    if (this.#lengths.size === 0) return;
    const address = addressOf(text);
    if (address === undefined) return;
    for (const [bits, prefixes] of this.#lengths) {
      if (isOfKind(address, bits)) yield* prefixes.get(prefixOf(address, bits)) ?? [];
    }
  }
}
