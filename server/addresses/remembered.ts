/**
 * A bounded table of addresses: those without a connection are forgotten once they are clean, and the oldest of them
 * before that, when there are too many.
 *
 * @module
 */

import type { Address } from "./address.ts";
import { ADDRESSES_REMEMBERED_MAX, ADDRESSES_SWEPT_MAX } from "./limits.ts";

/** Addresses by their keys. */
export class Remembered {
  readonly #addresses = new Map<string, Address>();
  /** Those without a connection, the oldest first. */
  readonly #absent = new Map<string, Address>();
  /** How far the sweep has come that is under way. */
  #sweep: Iterator<Address> | undefined;

  /** How many there are. */
  get size(): number {
    return this.#addresses.size;
  }

  /** The one of that key, or a new one. */
  get(key: string, make: () => Address): Address {
    const known = this.#addresses.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#addresses.set(key, made);
    this.#absent.set(key, made);
    this.#forgetTooMany();
    return made;
  }

  /** A connection has come. */
  enter(address: Address): void {
    address.connections++;
    this.#absent.delete(address.key);
  }

  /** A connection has gone. */
  leave(address: Address): void {
    if (--address.connections > 0) return;
    this.#absent.set(address.key, address);
    this.#forgetTooMany();
  }

  /** All of them. */
  all(): Iterable<Address> {
    return this.#addresses.values();
  }

  /** Forgets those that are clean, some thousand looked at each time. */
  sweep(nowMs: number): void {
    const sweep = this.#sweep ??= this.#absent.values();
    for (let looked = 0; looked < ADDRESSES_SWEPT_MAX; looked++) {
      const next = sweep.next();
      if (next.done) return void (this.#sweep = undefined);
      if (next.value.isClean(nowMs)) this.#forget(next.value.key);
    }
  }

  #forgetTooMany(): void {
    for (const key of this.#absent.keys()) {
      if (this.#absent.size <= ADDRESSES_REMEMBERED_MAX) return;
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    this.#absent.delete(key);
    this.#addresses.delete(key);
  }
}
