/**
 * What offers and transfers of files may cost.
 *
 * @module
 */

/** What a server lets people do with files. Tests and operators may set each. */
export interface FileLimits {
  /** Largest file that may be offered, in bytes. No file is kept here, so there is none by default. */
  readonly fileBytesMax: number;
  /** How long an offer stands without an answer, in ms: the other one may be at lunch, not on holiday. */
  readonly offerMsMax: number;
  /** How long either side of a transfer may stand still, in ms: a train's tunnel, not a lost laptop. */
  readonly fileStallMsMax: number;
  /** How long a transfer's connection may take to come, in ms: what is not used in time is worth nothing. */
  readonly fileTokenMsMax: number;
  /** How long the first who accepts an offer to a room waits for others, in ms: one reading serves them all. */
  readonly fileGatherMs: number;
  /** Span of time over which it shows who of a room holds the others up, in ms: longer than a network's hiccup. */
  readonly filePaceMs: number;
  /** Transfers that move bytes at once: each holds less than 1 MiB. */
  readonly transfersMax: number;
  /** Pipes by which bytes pass without being copied, at once: two descriptors each. Without one, bytes are copied. */
  readonly pipesMax: number;
  /** People to whom a user may offer files per second in the long run; 0 lifts the limit. Each of them is disturbed. */
  readonly offeredPerSecond: number;
}

/** The defaults. */
export const FILE_LIMITS_DEFAULT: FileLimits = {
  fileBytesMax: Number.MAX_SAFE_INTEGER,
  offerMsMax: 600_000,
  fileStallMsMax: 30_000,
  fileTokenMsMax: 30_000,
  fileGatherMs: 2_000,
  filePaceMs: 3_000,
  transfersMax: 256,
  pipesMax: 0,
  offeredPerSecond: 20,
};

/** Read buffer of a connection that carries a file, in bytes: fewer turns of the event loop per byte. */
export const FILE_READ_BYTES: number = 256 << 10;
/** While a connection carries a file, so many times more may wait for it: it cannot be told meanwhile. */
export const HELD_LAG_FACTOR = 4;
/** Open offers of one user: more than a person keeps in mind. */
export const OFFERS_PER_USER_MAX = 32;
/** People to whom a file can be offered at once: each answers, and each answer is told. */
export const OFFERED_USERS_MAX = 1_000;
/** People whose answers one user may wait for at once, over all its offers: 100 bytes each. */
export const INVITED_PER_USER_MAX = 2_000;
/** Files that one user may have accepted and not got at once: twice what our clients take at once. */
export const ACCEPTED_PER_USER_MAX = 128;
/** Bytes per second below which a transfer gives way to another one when all places are taken: half a modem's. */
export const FILE_BYTES_PER_SECOND_MIN: number = 1 << 10;
/** Span of time over which that is measured, in ms: a short rest is no offence. */
export const FILE_RATE_SPAN_MS = 15_000;
/** Share of some time for which one may hold others up before it goes on by itself. */
export const FILE_PACE_SHARE_MAX = 0.5;
/** Readings of one sender at once: more than are offered at once, and each may be read for one who is slow. */
export const ROUNDS_PER_SENDER_MAX = 64;
/** Transfers remembered whose receivers may still say that they have the file: 300 bytes each. */
export const ARRIVALS_MAX = 10_000;
/** How long they are remembered, in ms: a slow disk still has to write what lies in sockets. */
export const ARRIVAL_MS_MAX = 600_000;
/** Shortest time between two words to a sender about one receiver's progress, in ms: as often as a bar is drawn. */
export const PROGRESS_MS_MIN = 200;
/** Longest file name, in bytes of UTF-8: what file systems take. */
export const FILENAME_BYTES_MAX = 255;
/** What an offer of a file holds, in bytes, with its names and tokens. */
export const OFFER_BYTES: number = 2 << 10;
/** What an invitation of one user to it holds, in bytes, with its places in maps. */
export const INVITATION_BYTES = 300;
