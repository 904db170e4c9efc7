/**
 * What one may let the server keep in a day: bytes, rooms, and people to whisper with for the first time.
 *
 * ```text
 *   who        user of an address      address (or its network)   site     each has its own allowance of all three,
 *   spends     bytes of what was said, 1 for a new room, 1 for a new pair    and what is spent comes back in a day
 * ```
 *
 * Rates keep a crowd from being loud, these keep it from filling the disk: a tenth of what rates allow is more than
 * anybody says in a day. A name alone pays nothing: it is not proved, and a stranger who held it for a while would have spent
 * what is its owner's. A message is taken while anything is left, and its bytes are owed if they are more. Addresses
 * that are exempt from limits spend nothing, their users do.
 *
 * The table is bounded: allowances that are whole again are forgotten, and when there are too many the oldest before
 * that. It is not kept over a restart. Pure: the clock is an argument.
 *
 * @module
 */

import { TokenBucket } from "../../ground/mod.ts";
import type { AddressLimits } from "../addresses/limits.ts";
import { QUOTA_PAYERS_MAX, QUOTA_SWEEP_MS, type QuotaLimits } from "../limits.ts";
import { StorageError } from "./store_port.ts";

const DAY_SECONDS = 86_400;

/** Something that is made for ever, beside bytes. */
export type Making = "room" | "pair";

/** Who pays: a member, as far as it concerns this. */
export interface Payer {
  readonly key: string;
  readonly address: {
    readonly key: string;
    readonly exempt: boolean;
    readonly site?: { readonly key: string } | undefined;
  };
}

/** How much a day, each 0 for no limit. */
interface Daily {
  readonly bytes: number;
  readonly room: number;
  readonly pair: number;
}

/** What each of those who spend has a day. */
interface Days {
  readonly user: Daily;
  readonly address: Daily;
  readonly site: Daily;
}

/** The limits that they follow from. */
type Wanted = QuotaLimits & Pick<AddressLimits, "addressSiteFactor">;

type Allowance = Readonly<Record<keyof Daily, TokenBucket>>;

const SENTENCES: Readonly<Record<keyof Daily, string>> = {
  bytes: "That was enough for today: what you say would fill this server. Nothing was sent.",
  room: "You have made enough rooms for today. Nothing was sent.",
  pair: "You have begun to whisper with enough people for today. Nothing was sent.",
};

/** The allowances of all. */
export class Quotas {
  #day: Days;
  readonly #now: () => number;
  /** By address, or by address and folded name; who was made first comes first. */
  readonly #allowances = new Map<string, Allowance>();
  /** What somebody pays from, as long as nothing has been forgotten since: it is asked for with every message. */
  #payersOf = new WeakMap<Payer, readonly Allowance[]>();
  #sweptMs: number;

  /** @param now Milliseconds that never run backward. */
  constructor(limits: Wanted, now: () => number) {
    this.#day = daysOf(limits);
    this.#now = now;
    this.#sweptMs = now();
  }

  /** Other limits from now on: everybody begins the day anew. */
  renew(limits: Wanted): void {
    this.#day = daysOf(limits);
    this.#allowances.clear();
    this.#payersOf = new WeakMap();
  }

  /** How many allowances are remembered. */
  get size(): number {
    return this.#allowances.size;
  }

  /** Whether somebody may say something, and make what is new for it. @returns Why not; else it counts as made. */
  take(payer: Payer, making: Making | undefined): StorageError | undefined {
    const now = this.#now();
    const payers = this.#payers(payer, now);
    // Of bytes anything is enough, since how many there will be is not known yet.
    for (const one of payers) if (one.bytes.msUntil(now, 0) > 0) return refusal("bytes");
    if (making === undefined) return undefined;
    if (payers.some((one) => one[making].msUntil(now, 1) > 0)) return refusal(making);
    for (const one of payers) one[making].take(now);
    return undefined;
  }

  /** So many bytes were taken from somebody. */
  spend(payer: Payer, bytes: number): void {
    const now = this.#now();
    for (const one of this.#payers(payer, now)) one.bytes.spend(now, bytes);
  }

  /** Forgets who has spent nothing that is not earned back. To be called now and then. */
  sweep(): void {
    const now = this.#now();
    if (now - this.#sweptMs < QUOTA_SWEEP_MS) return;
    this.#sweptMs = now;
    for (const [key, allowance] of this.#allowances) {
      if (Object.values(allowance).every((bucket) => bucket.isFull(now))) this.#forget(key);
    }
  }

  #payers(payer: Payer, now: number): readonly Allowance[] {
    const known = this.#payersOf.get(payer);
    if (known !== undefined) return known;
    const payers = this.#findPayers(payer, now);
    this.#payersOf.set(payer, payers);
    return payers;
  }

  #findPayers({ key, address }: Payer, now: number): readonly Allowance[] {
    const user = this.#of(`${address.key} ${key}`, this.#day.user, now);
    if (address.exempt) return [user];
    const payers = [user, this.#of(address.key, this.#day.address, now)];
    if (address.site !== undefined) payers.push(this.#of(address.site.key, this.#day.site, now));
    return payers;
  }

  #of(key: string, daily: Daily, now: number): Allowance {
    const known = this.#allowances.get(key);
    if (known !== undefined) return known;
    if (this.#allowances.size >= QUOTA_PAYERS_MAX) {
      for (const [oldest] of this.#allowances.entries().take(1)) this.#forget(oldest);
    }
    const made: Allowance = {
      bytes: bucket(daily.bytes, now),
      room: bucket(daily.room, now),
      pair: bucket(daily.pair, now),
    };
    this.#allowances.set(key, made);
    return made;
  }

  #forget(key: string): void {
    this.#allowances.delete(key);
    this.#payersOf = new WeakMap();
  }
}

function daysOf(limits: Wanted): Days {
  const { addressBytesPerDay: bytes, addressRoomsPerDay: room, addressPairsPerDay: pair } = limits;
  const { addressSiteFactor: factor } = limits;
  return {
    user: {
      bytes: limits.userBytesPerDay,
      room: limits.userRoomsPerDay,
      pair: limits.userPairsPerDay,
    },
    address: { bytes, room, pair },
    site: { bytes: bytes * factor, room: room * factor, pair: pair * factor },
  };
}

function refusal(kind: keyof Daily): StorageError {
  return new StorageError("A day's quota is spent", { told: SENTENCES[kind], isLimit: true });
}

function bucket(perDay: number, now: number): TokenBucket {
  if (perDay === 0) return new TokenBucket({ perSecond: Infinity, burst: 1 }, now);
  return new TokenBucket({ perSecond: perDay / DAY_SECONDS, burst: perDay }, now);
}

/** Whose space it is that what somebody says takes; see `Append`. */
export function payerOf({ key, address }: Payer): string {
  return address.exempt ? key : (address.site ?? address).key;
}
