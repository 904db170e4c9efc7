/**
 * What all who come from one address may do together. Why each number is what it is stands beside it.
 *
 * @module
 */

/**
 * What one address may do: an IPv4 address, or the 64 bits of network that an IPv6 address is in. Rates are the long
 * run, bursts what may come at once; a rate of 0 lifts its limit.
 */
export interface AddressLimits {
  /** Connections at once, WebSockets and transfers included: an office behind one address. */
  readonly addressConnectionsMax: number;
  /** New connections per second: an office comes back within seconds, a flood does not come in. */
  readonly addressConnectsPerSecond: number;
  /** See `addressConnectsPerSecond`. */
  readonly addressConnectsBurst: number;
  /** Logins per second: each is told to a room, and a hundred names at once are no household. */
  readonly addressLoginsPerSecond: number;
  /** See `addressLoginsPerSecond`. */
  readonly addressLoginsBurst: number;
  /** Messages per second of all users there together: five who talk as fast as one may. */
  readonly addressMessagesPerSecond: number;
  /** See `addressMessagesPerSecond`. */
  readonly addressMessagesBurst: number;
  /** Messages per second into one room of all users there together: a little more than one of them may. */
  readonly addressRoomMessagesPerSecond: number;
  /** See `addressRoomMessagesPerSecond`. */
  readonly addressRoomMessagesBurst: number;
  /** Places in rooms of all users there together: five who are in as many rooms as one may be. */
  readonly addressPlacesMax: number;
  /** Bytes per second that all connections from there may send, files apart: four at their fastest. */
  readonly addressBytesPerSecond: number;
  /** See `addressBytesPerSecond`. */
  readonly addressBytesBurst: number;
  /**
   * So many times as much may all addresses of one *site* do together: the first 48 bits of an IPv6 address. A company, a
   * school or a tenant of a data centre gets that much, and so 65,536 addresses; 0 lifts these limits.
   */
  readonly addressSiteFactor: number;
}

/** The defaults. */
export const ADDRESS_LIMITS_DEFAULT: AddressLimits = {
  addressConnectionsMax: 100,
  addressConnectsPerSecond: 20,
  addressConnectsBurst: 200,
  addressLoginsPerSecond: 10,
  addressLoginsBurst: 100,
  addressMessagesPerSecond: 100,
  addressMessagesBurst: 200,
  addressRoomMessagesPerSecond: 20,
  addressRoomMessagesBurst: 60,
  addressPlacesMax: 1_000,
  addressBytesPerSecond: 8 << 20,
  addressBytesBurst: 32 << 20,
  addressSiteFactor: 10,
};

/** Addresses without limits: this machine's own. A proxy, a bridge, a bench and a test are many clients. */
export const EXEMPT_DEFAULT: readonly string[] = ["127.0.0.0/8", "::1"];
/** The limits of an address that is exempt. */
export const LIMITLESS: AddressLimits = {
  addressConnectionsMax: Infinity,
  addressConnectsPerSecond: 0,
  addressConnectsBurst: 1,
  addressLoginsPerSecond: 0,
  addressLoginsBurst: 1,
  addressMessagesPerSecond: 0,
  addressMessagesBurst: 1,
  addressRoomMessagesPerSecond: 0,
  addressRoomMessagesBurst: 1,
  addressPlacesMax: Infinity,
  addressBytesPerSecond: 0,
  addressBytesBurst: 1,
  addressSiteFactor: 0,
};
/** Addresses whose spending is remembered while nobody is connected from there, and sites: 20 MB each. */
export const ADDRESSES_REMEMBERED_MAX = 20_000;
/** What an address costs in memory, in bytes: four buckets, a pool of two, two tallies, and its places in two maps. */
export const ADDRESS_BYTES = 1_000;
/** Addresses that are looked at in one sweep, whether they may be forgotten: 2 ms, and all of them in ten sweeps. */
export const ADDRESSES_SWEPT_MAX = 2_000;
/**
 * Rooms and addresses of which it is remembered what the one has said in the other: 10 MB. A bucket is full again within
 * seconds, so that is what a whole server hears in that time.
 */
export const ROOM_SPENDING_MAX = 50_000;
/** What one of them costs in memory, in bytes: a bucket, its key, and its place in a map. */
export const ROOM_SPENDING_BYTES = 200;
/**
 * Work in ms of the event loop per second that all connections of an address may cause: half of it. An office of a hundred
 * who talk needs the fiftieth part of that.
 */
export const ADDRESS_WORK_MS_PER_SECOND = 500;
/** The same, at once: a hundred who come back with what they have missed. */
export const ADDRESS_WORK_MS_BURST = 3_000;
/** So many times as much a site may cause at most, however wide its limits are: there is one loop, and others need it, too. */
export const ADDRESS_WORK_FACTOR_MAX = 1.6;
/** How often the log tells at most that connections of an address were turned away, or that it guesses, in ms. */
export const ADDRESS_TOLD_MS = 10_000;
/** How late a wrong operator token is answered, in ms: who mistypes does not mind, who guesses has to hold a place. */
export const GUESS_ANSWER_MS = 1_000;
/** Wrong operator tokens per second and address after which none is looked at: nobody mistypes so often. */
export const ADDRESS_GUESSES_PER_SECOND = 0.2;
/** The same, at once. */
export const ADDRESS_GUESSES_BURST = 5;

/** The same limits, so many times as wide. */
export function timesAsWide(limits: AddressLimits, factor: number): AddressLimits {
  const wide = Object.entries(limits).map(([name, limit]) => [name, limit * factor]);
  return { ...Object.fromEntries(wide), addressSiteFactor: 0 } as AddressLimits;
}
