/**
 * How many accounts there may be, what a password costs, and how slowly it can be guessed. Why each number is what it is
 * stands beside it.
 *
 * @module
 */

import type { Rate } from "../../ground/mod.ts";

/** What deriving a hash from a password takes. */
export interface PasswordCost {
  /** Memory in KiB. */
  readonly memoryKib: number;
  /** How often that is gone over. */
  readonly passes: number;
  /** How many lanes it has: more than one would take more threads for one login. */
  readonly lanes: number;
}

/** The cost of new hashes: 19 MiB and two passes, OWASP's first choice for Argon2id. */
export const PASSWORD_COST: PasswordCost = { memoryKib: 19 << 10, passes: 2, lanes: 1 };
/**
 * The most that a hash may ask for that was found in a store: a little above the stronger one of RFC 9106's two choices. Two at once take
 * 128 MiB then and a core for some 200 ms, so that an import takes neither the machine's memory nor the others' turns.
 */
export const PASSWORD_COST_MAX: PasswordCost = { memoryKib: 64 << 10, passes: 4, lanes: 4 };
/** Bytes of a hash. */
export const HASH_BYTES = 32;
/** Bytes of a salt: no two of them are the same. */
export const SALT_BYTES = 16;

/** Shortest and longest password, in characters: what everybody else asks for at least, and a long sentence. */
export const PASSWORD_CHARS_MIN = 8;
/** See `PASSWORD_CHARS_MIN`. */
export const PASSWORD_CHARS_MAX = 256;

/** Hashes at once: each takes a core for about 30 ms, and 19 MiB; those who converse need a core, too. */
export const HASHES_AT_ONCE = 2;
/** Hashes that wait for that: about a second's worth. Further ones are refused with `busy`. */
export const HASHES_WAITING_MAX = 64;
/** After how many ms who was refused so may ask again: half of them are done by then. */
export const HASHES_WAIT_MS = 1_000;

/** Wrong secrets over one connection, after which it is closed; see the contract. */
export const TRIES_MAX = 3;
/** How long somebody who was asked for a password may take, in ms since it connected: it has to be looked up. */
export const PASSWORD_MS_MAX = 120_000;

/** Passwords tried for one name: twenty at once, and then 4,320 a day, from wherever they come. */
export const NAME_GUESSES: Rate = { perSecond: 1 / 20, burst: 20 };
/** Passwords tried for one name from an address that is familiar to it: ten at once, and then 1,440 a day. */
export const FAMILIAR_GUESSES: Rate = { perSecond: 1 / 60, burst: 10 };
/** Addresses that are familiar to a name, those that it came from last: home, office, a telephone and their likes. */
export const FAMILIAR_MAX = 4;
/** Passwords tried from one address: who comes for fifty people mistypes no more often. */
export const ADDRESS_PASSWORDS: Rate = { perSecond: 1 / 10, burst: 20 };
/** Accounts made from one address: an office on its first day, and no squatter. */
export const ADDRESS_REGISTERS: Rate = { perSecond: 1 / 300, burst: 50 };
/** Names and addresses of which it is remembered how often they were tried: 3 MB each. */
export const GUESSED_MAX = 20_000;
/** How often an owner is told at most that somebody guesses, in ms. */
export const OWNER_TOLD_MS = 60_000;

/** Accounts at most: 36 MB of names and looks, and a second of a start. */
export const ACCOUNTS_MAX = 200_000;
/** Of these, one in so many is left to those that operators make: a crowd that registers keeps out nobody whom they want. */
export const ACCOUNTS_KEPT_SHARE = 20;
/** Records that are held when they were read: of those who come in just now. Each has 8 KB with all its devices. */
export const RECORDS_HELD_MAX = 64;
/** Accounts in a page of an `AccountList`: each is read from the disk, 3 ms for all of them. */
export const ACCOUNTS_LISTED_MAX = 100;
/** Devices that an account has at most: the one that was seen least lately goes then. */
export const DEVICES_MAX = 32;
/** Characters of a device's short id, base64url: 48 bits tell 32 devices apart. */
export const DEVICE_ID_CHARS = 8;
/** Characters of what a device calls itself at most. */
export const DEVICE_NAME_CHARS_MAX = 64;
/** How exactly it is kept while a device is here when it was seen, in ms: a write an hour for each that comes again and again. */
export const SEEN_MS = 3_600_000;
/** How exactly it is kept when a device left, in ms: as exactly as it is shown. */
export const LEFT_MS = 60_000;
