/**
 * What one address has spent: connections, logins, messages, and guesses at the operator's token.
 *
 * An address is kept while somebody is connected from there, and after that until all its buckets are full again, so
 * that leaving and coming back, also under another name, is no way around a limit. Pure: the clock is an argument.
 *
 * @module
 */

import { TokenBucket } from "../../ground/mod.ts";
import {
  ADDRESS_GUESSES_BURST,
  ADDRESS_GUESSES_PER_SECOND,
  ADDRESS_ROOM_BUCKETS_MAX,
  ADDRESS_TOLD_MS,
  type AddressLimits,
  LIMITLESS,
} from "./limits.ts";

/** How much an address may do; 0 per second lifts that limit. */
interface Spent {
  readonly connects: TokenBucket;
  readonly logins: TokenBucket;
  readonly messages: TokenBucket;
  readonly guesses: TokenBucket;
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

/** One address. */
export class Address {
  /** Connections now. */
  connections = 0;
  /** Places in rooms that users from here have. */
  places = 0;
  /** Connections that were turned away, for the log. */
  readonly turnedAway: Tally = new Tally();
  /** Wrong operator's tokens, for the log. */
  readonly guesses: Tally = new Tally();
  readonly limits: AddressLimits;
  /** What tells it from others, also when it has been forgotten meanwhile. */
  readonly key: bigint;
  readonly #spent: Spent;
  readonly #rooms = new Map<string, TokenBucket>();

  constructor(limits: AddressLimits, nowMs: number, key: bigint) {
    this.limits = limits;
    this.key = key;
    this.#spent = {
      connects: bucket(limits.addressConnectsPerSecond, limits.addressConnectsBurst, nowMs),
      logins: bucket(limits.addressLoginsPerSecond, limits.addressLoginsBurst, nowMs),
      messages: bucket(limits.addressMessagesPerSecond, limits.addressMessagesBurst, nowMs),
      guesses: bucket(ADDRESS_GUESSES_PER_SECOND, ADDRESS_GUESSES_BURST, nowMs),
    };
  }

  /** Whether it has no limits. */
  get exempt(): boolean {
    return this.limits === LIMITLESS;
  }

  /** Counts a new connection. @returns Milliseconds that it comes too early; 0 when it is in time. */
  connect(nowMs: number): number {
    return takeAll([this.#spent.connects], nowMs);
  }

  /** Counts a login. @returns Milliseconds that it comes too early. */
  login(nowMs: number): number {
    return takeAll([this.#spent.logins], nowMs);
  }

  /** Counts a message, in a room if it is for one. @returns Milliseconds that it comes too early. */
  message(nowMs: number, room: string | undefined): number {
    const { messages } = this.#spent;
    return takeAll(room === undefined ? [messages] : [messages, this.#inRoom(room, nowMs)], nowMs);
  }

  /** Milliseconds until an operator's token that is shown from here is looked at; 0 when it is. */
  msUntilGuess(nowMs: number): number {
    return this.exempt ? 0 : Math.ceil(this.#spent.guesses.msUntil(nowMs));
  }

  /** Whether a wrong operator's token was shown from here lately. */
  isSuspect(nowMs: number): boolean {
    return !this.#spent.guesses.isFull(nowMs);
  }

  /** Counts a wrong operator's token. */
  guess(nowMs: number): void {
    this.#spent.guesses.take(nowMs);
  }

  /** Whether it is as a new one would be, and so need not be remembered. */
  isClean(nowMs: number): boolean {
    return this.connections === 0 &&
      Object.values(this.#spent).every((bucket: TokenBucket) => bucket.isFull(nowMs));
  }

  #inRoom(room: string, nowMs: number): TokenBucket {
    const known = this.#rooms.get(room);
    if (known !== undefined) return known;
    if (this.#rooms.size >= ADDRESS_ROOM_BUCKETS_MAX) this.#forgetRooms(nowMs);
    const { addressRoomMessagesPerSecond, addressRoomMessagesBurst } = this.limits;
    const fresh = bucket(addressRoomMessagesPerSecond, addressRoomMessagesBurst, nowMs);
    this.#rooms.set(room, fresh);
    return fresh;
  }

  /** Forgets full buckets, and when none is, the oldest. */
  #forgetRooms(nowMs: number): void {
    for (const [room, spent] of this.#rooms) if (spent.isFull(nowMs)) this.#rooms.delete(room);
    for (const room of this.#rooms.keys()) {
      if (this.#rooms.size < ADDRESS_ROOM_BUCKETS_MAX) return;
      this.#rooms.delete(room);
    }
  }
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
