/**
 * Who may come in from where: every address is accounted for, so that one cannot take what is for all.
 *
 * An address is an IPv4 address, or the network of 64 bits that an IPv6 address is in: whoever has one address of it
 * has all. Addresses of exempt ranges have no limits; this machine's own are such a range unless told otherwise, since
 * a proxy, a bridge or a test is many clients.
 *
 * The table is bounded: addresses without a connection are forgotten once they are clean, and the oldest of them before
 * that, when there are too many. Pure: the clock is an argument.
 *
 * @module
 */

import { ADDRESSES_REMEMBERED_MAX, type AddressLimits, LIMITLESS } from "./limits.ts";
import { Address } from "./address.ts";
import { addressOf, isWithin, networkOf, type Range } from "./range.ts";

/** Set in the key of an address that is not exempt: its network may begin with the number of one that is. */
const LIMITED = 1n << 128n;

/** What becomes of a connection. */
export type Admittance =
  | { readonly kind: "in"; readonly address: Address }
  /** There are too many from that address, or too many new ones; `waitMs` when that passes by itself. */
  | { readonly kind: "too_many"; readonly address: Address }
  | { readonly kind: "too_fast"; readonly address: Address; readonly waitMs: number };

/** All addresses that somebody is connected from, or was not long ago. */
export class Addresses {
  readonly #limits: AddressLimits;
  readonly #exempt: readonly Range[];
  readonly #addresses = new Map<bigint, Address>();
  /** Those without a connection, the oldest first. */
  readonly #absent = new Map<bigint, Address>();

  constructor(limits: AddressLimits, exempt: readonly Range[]) {
    this.#limits = limits;
    this.#exempt = exempt;
  }

  /** How many addresses are kept. */
  get size(): number {
    return this.#addresses.size;
  }

  /** Lets a connection from `hostname` in, or says why not. Whoever is in must be let out by `release`. */
  admit(hostname: string, nowMs: number): Admittance {
    const address = this.#addressAt(hostname, nowMs);
    if (address.connections >= address.limits.addressConnectionsMax) {
      return { kind: "too_many", address };
    }
    const waitMs = address.connect(nowMs);
    if (waitMs > 0) return { kind: "too_fast", address, waitMs };
    address.connections++;
    const key = this.#keyOf(hostname);
    this.#absent.delete(key);
    return { kind: "in", address };
  }

  /** A connection from `hostname` that was let in has ended. */
  release(hostname: string, address: Address): void {
    if (--address.connections > 0) return;
    this.#absent.set(this.#keyOf(hostname), address);
    this.#forgetTooMany();
  }

  /** Forgets addresses that are clean. To be called now and then. */
  sweep(nowMs: number): void {
    for (const [key, address] of this.#absent) {
      if (address.isClean(nowMs)) this.#forget(key);
    }
  }

  #addressAt(hostname: string, nowMs: number): Address {
    const key = this.#keyOf(hostname);
    let address = this.#addresses.get(key);
    if (address === undefined) {
      address = new Address(key & LIMITED ? this.#limits : LIMITLESS, nowMs, key);
      this.#addresses.set(key, address);
      this.#absent.set(key, address);
      this.#forgetTooMany();
    }
    return address;
  }

  /** What is no address (a socket of another kind) counts as address 0. */
  #keyOf(hostname: string): bigint {
    const address = addressOf(hostname) ?? 0n;
    const exempt = this.#exempt.some((range) => isWithin(address, range));
    return exempt ? address : networkOf(address) | LIMITED;
  }

  #forgetTooMany(): void {
    for (const key of this.#absent.keys()) {
      if (this.#absent.size <= ADDRESSES_REMEMBERED_MAX) return;
      this.#forget(key);
    }
  }

  #forget(key: bigint): void {
    this.#absent.delete(key);
    this.#addresses.delete(key);
  }
}
