/**
 * What one address has spent: connections, logins, messages, bytes, work, and guesses at the operator's token.
 *
 * ```text
 *   2001:db8:5:1::/64 ┐
 *   2001:db8:5:2::/64 ┼─► 2001:db8:5::/48, their site      each spends of its own and of its site's
 *   2001:db8:5:…      ┘
 * ```
 *
 * An address is kept while somebody is connected from there, and after that until all its buckets are full again, so
 * that leaving and coming back, also under another name, is no way around a limit. The same holds for a site, which is
 * an address as any other, only with wider limits. Pure: the clock is an argument.
 *
 * @module
 */

import { type Rate, TokenBucket } from "../../ground/mod.ts";
import { Pool } from "../budget/mod.ts";
import {
  ADDRESS_GUESSES_BURST,
  ADDRESS_GUESSES_PER_SECOND,
  ADDRESS_TOLD_MS,
  ADDRESS_WORK_FACTOR_MAX,
  ADDRESS_WORK_MS_BURST,
  ADDRESS_WORK_MS_PER_SECOND,
  type AddressLimits,
  LIMITLESS,
  timesAsWide,
} from "./limits.ts";
import type { RoomSpending } from "./room_spending.ts";

/** How much an address may do; 0 per second lifts that limit. */
interface Spent {
  readonly connects: TokenBucket;
  readonly logins: TokenBucket;
  readonly messages: TokenBucket;
  readonly guesses: TokenBucket;
}

/** What makes an address. */
export interface AddressParts {
  readonly limits: AddressLimits;
  /** How many times as wide they are here. */
  readonly factor: number;
  readonly key: string;
  /** The site that it is of; `undefined` when it is of none, or is one. */
  readonly site: Address | undefined;
  /** What is said in rooms, by all addresses. */
  readonly rooms: RoomSpending;
}

/** Counts what is worth a line in the log, but not one for each time. */
export class Tally {
  #count = 0;
  #toldMs = -Infinity;

  /** Counts once more. @returns How often it was since the last time that this was not 0: a number to tell. */
  add(nowMs: number): number {
    this.#count++;
    if (nowMs - this.#toldMs < ADDRESS_TOLD_MS) return 0;
    const count = this.#count;
    this.#count = 0;
    this.#toldMs = nowMs;
    return count;
  }
}

/** One address, or one site. */
export class Address {
  /** Connections now. */
  connections = 0;
  /** Places in rooms that users from here have. */
  #places = 0;
  /** Connections that were turned away, for the log. */
  readonly turnedAway: Tally = new Tally();
  /** Wrong operator's tokens, for the log. */
  readonly guesses: Tally = new Tally();
  limits: AddressLimits;
  /** What tells it from others, also when it has been forgotten meanwhile. */
  readonly key: string;
  /** The site that it is of; it may be another object when somebody comes again. */
  site: Address | undefined;
  /** Whether it has no limits. */
  readonly exempt: boolean;
  #spent: Spent;
  /** Bytes and work; of an exempt one, none. */
  readonly #pool: Pool | undefined;
  readonly #rooms: RoomSpending;
  readonly #factor: number;

  constructor({ limits, factor, key, site, rooms }: AddressParts, nowMs: number) {
    const wide = wideAs(limits, factor);
    this.limits = wide;
    this.#factor = factor;
    this.exempt = limits === LIMITLESS;
    this.key = key;
    this.site = site;
    this.#rooms = rooms;
    this.#spent = {
      ...bucketsOf(wide, nowMs),
      guesses: bucket(ADDRESS_GUESSES_PER_SECOND * factor, ADDRESS_GUESSES_BURST * factor, nowMs),
    };
    const { addressBytesPerSecond: perSecond, addressBytesBurst: burst } = wide;
    const bytes = perSecond === 0 ? undefined : { perSecond, burst };
    this.#pool = this.exempt ? undefined : new Pool({ bytes, workMs: workOf(factor) }, nowMs);
  }

  /** Other limits from now on: what was spent of the old ones is forgiven, but no guess is. */
  renew(limits: AddressLimits, nowMs: number): void {
    if (this.exempt) return;
    this.limits = wideAs(limits, this.#factor);
    this.#spent = { ...bucketsOf(this.limits, nowMs), guesses: this.#spent.guesses };
  }

  /** What connections from here pay their bytes and their work from, beside their own purses. */
  get pools(): readonly Pool[] {
    return this.#chain().flatMap((one) => one.#pool ?? []);
  }

  /** Places in rooms that users from here may still take. */
  get placesLeft(): number {
    return Math.min(...this.#chain().map((one) => one.limits.addressPlacesMax - one.#places));
  }

  /** A user from here has entered (1) or left (-1) a room. */
  countPlace(change: 1 | -1): void {
    this.#places += change;
    if (this.site !== undefined) this.site.#places += change;
  }

  /** Counts a new connection. @returns Milliseconds that it comes too early; 0 when it is in time. */
  connect(nowMs: number): number {
    return this.#take("connects", nowMs);
  }

  /** Counts a login. @returns Milliseconds that it comes too early. */
  login(nowMs: number): number {
    return this.#take("logins", nowMs);
  }

  /** Counts a message, in a room if it is for one. @returns Milliseconds that it comes too early. */
  message(nowMs: number, room: string | undefined): number {
    const all = this.#each("messages");
    if (room === undefined) return takeAll(all, nowMs);
    return takeAll([...all, ...this.#chain().flatMap((one) => one.#inRoom(room, nowMs))], nowMs);
  }

  /** Milliseconds until an operator's token that is shown from here is looked at; 0 when it is. */
  msUntilGuess(nowMs: number): number {
    if (this.exempt) return 0;
    return Math.ceil(Math.max(...this.#each("guesses").map((bucket) => bucket.msUntil(nowMs))));
  }

  /** Whether a wrong operator's token was shown from here lately. */
  isSuspect(nowMs: number): boolean {
    return !this.#each("guesses").every((bucket) => bucket.isFull(nowMs));
  }

  /** Counts a wrong operator's token. */
  guess(nowMs: number): void {
    for (const bucket of this.#each("guesses")) bucket.take(nowMs);
  }

  /** Whether it is as a new one would be, and so need not be remembered. */
  isClean(nowMs: number): boolean {
    return this.connections === 0 && (this.#pool?.isFull(nowMs) ?? true) &&
      Object.values(this.#spent).every((bucket: TokenBucket) => bucket.isFull(nowMs));
  }

  /** Takes a token of its own and of its site's, or none: thousands come at once, so nothing is gathered for it. */
  #take(kind: "connects" | "logins", nowMs: number): number {
    const own = this.#spent[kind];
    const { site: whole } = this;
    const site = whole === undefined ? undefined : whole.#spent[kind];
    const ms = Math.max(own.msUntil(nowMs), site?.msUntil(nowMs) ?? 0);
    if (ms > 0) return Math.ceil(ms);
    own.take(nowMs);
    site?.take(nowMs);
    return 0;
  }

  /** All that is spent of: it and its site. */
  #chain(): readonly Address[] {
    return this.site === undefined ? [this] : [this, this.site];
  }

  #each(kind: keyof Spent): readonly TokenBucket[] {
    return this.#chain().map((one) => one.#spent[kind]);
  }

  #inRoom(room: string, nowMs: number): TokenBucket | [] {
    const { addressRoomMessagesPerSecond: perSecond, addressRoomMessagesBurst: burst } =
      this.limits;
    return perSecond === 0 ? [] : this.#rooms.of(this.key, room, { perSecond, burst }, nowMs);
  }
}

function wideAs(limits: AddressLimits, factor: number): AddressLimits {
  return factor === 1 ? limits : timesAsWide(limits, factor);
}

function bucketsOf(limits: AddressLimits, nowMs: number): Omit<Spent, "guesses"> {
  return {
    connects: bucket(limits.addressConnectsPerSecond, limits.addressConnectsBurst, nowMs),
    logins: bucket(limits.addressLoginsPerSecond, limits.addressLoginsBurst, nowMs),
    messages: bucket(limits.addressMessagesPerSecond, limits.addressMessagesBurst, nowMs),
  };
}

/** The work that connections may cause together. */
function workOf(factor: number): Rate {
  const times = Math.min(factor, ADDRESS_WORK_FACTOR_MAX);
  return {
    perSecond: ADDRESS_WORK_MS_PER_SECOND * times,
    burst: ADDRESS_WORK_MS_BURST * times,
  };
}

function bucket(perSecond: number, burst: number, nowMs: number): TokenBucket {
  return new TokenBucket({ perSecond: perSecond === 0 ? Infinity : perSecond, burst }, nowMs);
}

/** Takes a token of each, or of none. @returns Milliseconds until all have one; 0 when they were taken. */
function takeAll(buckets: readonly TokenBucket[], nowMs: number): number {
  const ms = Math.max(...buckets.map((bucket) => bucket.msUntil(nowMs)));
  if (ms > 0) return Math.ceil(ms);
  for (const bucket of buckets) bucket.take(nowMs);
  return 0;
}
