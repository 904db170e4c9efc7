/**
 * Values that are decided and on their way to the store, by what they are of: whoever changes one builds upon the newest of them.
 *
 * ```text
 *   kept    A          what holds, and is told
 *   given   A+b  A+b+c       newest: what the next change is made of, and what rights are taken away by
 *                  │
 *                  ├─ A+b is kept ────► kept A+b,  given A+b+c
 *                  └─ A+b is refused ─► kept A,    nothing given: A+b+c was built upon it, and goes with it
 * ```
 *
 * What is refused never was: the next change is built upon what was newest before it. There are two ways in which a store refuses
 * (`store_port.ts`), and this is right for both. It refuses at once, before anything can be built upon it, and then what came before is
 * on its way all the same. Or it fails later, and then all that it had taken behind it fails with it: so nothing that carries a
 * refused change comes to the disk, and here it goes at once, lest something is built upon it while they are told one after the other.
 *
 * What is kept is not held here: that is in the store, or where it holds. Pure.
 *
 * @module
 */

import type { StorageError } from "./store_port.ts";

/** One value that is on its way; two of them may be equal. */
interface Given<V> {
  readonly value: V;
}

/** Values on their way, by key. */
export class OnTheWay<K, V> {
  /** Of each key that has any, oldest first. */
  readonly #given = new Map<K, Given<V>[]>();

  /** Whether anything is on its way. */
  has(key: K): boolean {
    return this.#given.has(key);
  }

  /** How it will be. @param kept How it is, for when nothing is on its way. */
  newest<W = V>(key: K, kept: () => W): V | W {
    const last = this.#given.get(key)?.at(-1);
    return last === undefined ? kept() : last.value;
  }

  /** All that is on its way, oldest first. */
  all(key: K): readonly V[] {
    return this.#given.get(key)?.map(({ value }) => value) ?? [];
  }

  /** A value is given to the store, now. @returns To be called once, when the store has kept it, or has not. */
  put(key: K, value: V): (error?: StorageError) => void {
    const one = { value };
    const given = this.#given.get(key);
    if (given === undefined) this.#given.set(key, [one]);
    else given.push(one);
    return (error) => this.#settled(key, one, error !== undefined);
  }

  #settled(key: K, one: Given<V>, isRefused: boolean): void {
    const given = this.#given.get(key) ?? [];
    const at = given.indexOf(one);
    // It went with one that it was built upon.
    if (at < 0) return;
    given.splice(at, isRefused ? Infinity : 1);
    if (given.length === 0) this.#given.delete(key);
  }
}
