/**
 * Who may come in from where: every address is accounted for, so that one cannot take what is for all.
 *
 * An address is an IPv4 address, or the network of 64 bits that an IPv6 address is in: whoever has one address of it
 * has all. Whoever has many such networks has them of one site, the first 48 bits, which is accounted for, too, with wider
 * limits. Addresses of exempt ranges have no limits; this machine's own are such a range unless told otherwise, since a
 * proxy, a bridge or a test is many clients.
 *
 * Pure: the clock is an argument.
 *
 * @module
 */

import { ADDRESS_BYTES, type AddressLimits, LIMITLESS } from "./limits.ts";
import { Address } from "./address.ts";
import { addressOf, isWithin, networkOf, type Range, siteOf } from "./range.ts";
import { Remembered } from "./remembered.ts";
import { RoomSpending } from "./room_spending.ts";

/** What becomes of a connection. */
export type Admittance =
  | { readonly kind: "in"; readonly address: Address }
  /** There are too many from that address or its site, or too many new ones; `waitMs` when that passes by itself. */
  | { readonly kind: "too_many"; readonly address: Address; readonly full: Address }
  | { readonly kind: "too_fast"; readonly address: Address; readonly waitMs: number };

/** An address as it was read. */
interface Place {
  readonly hostname: string;
  readonly number: bigint;
  readonly exempt: boolean;
  readonly key: string;
}

/** All addresses that somebody is connected from, or was not long ago. */
export class Addresses {
  readonly #limits: AddressLimits;
  readonly #exempt: readonly Range[];
  readonly #addresses = new Remembered();
  readonly #sites = new Remembered();
  readonly #rooms = new RoomSpending();
  /** Whom the text stands for that was read last: a crowd often comes from one place. */
  #last: Place | undefined;

  constructor(limits: AddressLimits, exempt: readonly Range[]) {
    this.#limits = limits;
    this.#exempt = exempt;
  }

  /** How many addresses and sites are kept. */
  get size(): number {
    return this.#addresses.size + this.#sites.size;
  }

  /** What is kept costs so much memory. */
  get bytes(): number {
    return this.size * ADDRESS_BYTES + this.#rooms.bytes;
  }

  /** Lets a connection from `hostname` in, or says why not. Whoever is in must be let out by `release`. */
  admit(hostname: string, nowMs: number): Admittance {
    const address = this.#addressAt(hostname, nowMs);
    const { site } = address;
    const isFull = (one: Address) => one.connections >= one.limits.addressConnectionsMax;
    const full = [address, site].find((one) => one !== undefined && isFull(one));
    if (full !== undefined) return { kind: "too_many", address, full };
    const waitMs = address.connect(nowMs);
    if (waitMs > 0) return { kind: "too_fast", address, waitMs };
    this.#addresses.enter(address);
    if (site !== undefined) this.#sites.enter(site);
    return { kind: "in", address };
  }

  /** The limits, which are held from the beginning, say something else now. */
  renew(nowMs: number): void {
    for (const table of [this.#addresses, this.#sites]) {
      for (const address of table.all()) address.renew(this.#limits, nowMs);
    }
    this.#rooms.clear();
  }

  /** A connection from `address` that was let in has ended. */
  release(address: Address): void {
    this.#addresses.leave(address);
    if (address.site !== undefined) this.#sites.leave(address.site);
  }

  /** Forgets some of those that are clean. To be called now and then. */
  sweep(nowMs: number): void {
    this.#addresses.sweep(nowMs);
    this.#sites.sweep(nowMs);
    this.#rooms.sweep(nowMs);
  }

  /** What is no address (a socket of another kind) counts as address 0. */
  #addressAt(hostname: string, nowMs: number): Address {
    if (this.#last?.hostname !== hostname) this.#last = this.#placeOf(hostname);
    const { number, exempt, key } = this.#last;
    const limits = exempt ? LIMITLESS : this.#limits;
    const parts = { limits, factor: 1, key, site: undefined, rooms: this.#rooms };
    const address = this.#addresses.get(key, () => new Address(parts, nowMs));
    // Its site may have been forgotten while nobody was connected from here.
    if (address.connections === 0 && !exempt) address.site = this.#siteAt(number, nowMs);
    return address;
  }

  #placeOf(hostname: string): Place {
    const number = addressOf(hostname) ?? 0n;
    const exempt = this.#exempt.some((range) => isWithin(number, range));
    const key = exempt ? keyOf("exempt", number) : keyOf("network", networkOf(number));
    return { hostname, number, exempt, key };
  }

  #siteAt(number: bigint, nowMs: number): Address | undefined {
    const { addressSiteFactor: factor } = this.#limits;
    const site = siteOf(number);
    if (factor === 0 || site === undefined) return undefined;
    const key = keyOf("site", site);
    const parts = { limits: this.#limits, factor, key, site: undefined, rooms: this.#rooms };
    return this.#sites.get(key, () => new Address(parts, nowMs));
  }
}

/**
 * What tells an address from all others: a network may begin with the number of an address that is exempt, and a site with that
 * of its first network. A text, because V8 hashes of a bigint the last 64 bits alone: they are zeros in every network of
 * IPv6, and a table of them would be one long chain. Texts are hashed whole, with a secret.
 */
function keyOf(kind: "exempt" | "network" | "site", number: bigint): string {
  return `${kind} ${number.toString(36)}`;
}
