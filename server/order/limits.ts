/**
 * The limits of order: what is kept of each room, and for how long things hold.
 *
 * @module
 */

import type { Rate } from "../../ground/mod.ts";

/** Bans of a room, or of the server, that hold at once; as many mutes. Each costs some 200 bytes of one record. */
export const SANCTIONS_MAX = 1_000;
/** Moderators of a room. */
export const MODERATORS_MAX = 100;
/** People who are invited to a room: it is for those who know each other. */
export const INVITED_MAX = 1_000;
/** UTF-16 units of a reason: a sentence. */
export const WHY_CHARS_MAX = 200;
/** Seconds for which who was kicked cannot come back, unless told otherwise: a minute to cool down. */
export const KICK_SECONDS_DEFAULT = 60;
/** People of whom a slow room remembers when they spoke last; of more, those who spoke longest ago may speak sooner. */
export const SPOKE_MAX = 10_000;
/**
 * Bytes of a kept order at most, and of the server's bans: a thousand with a line of reason each, and the answer that shows them fits
 * into a frame. With the longest names and reasons it is fewer.
 */
export const ORDER_BYTES_MAX: number = 1 << 20;
/** The same of one that is written: beside it, the answer that shows it has a topic, names and an id. */
export const ORDER_WRITTEN_MAX: number = ORDER_BYTES_MAX - (4 << 10);
/** Messages before a reported one that moderators see with it: what it answers to. */
export const REPORT_CONTEXT = 5;
/** Messages in which the newest that is not the reporter's own is looked for, when he does not say which. */
export const REPORT_LOOKED_AT = 50;
/** How long it is not clear what is meant by what was said last, after something before it was taken back: as one types, in ms. */
export const REPORT_UNSURE_MS = 60_000;
/** Bytes of a report at most: some of the longest messages. */
export const REPORT_BYTES_MAX: number = 256 << 10;
/** Reports of one user, or of all from one address: as many as anybody sees who reads a room that is under attack. */
export const REPORTS: Rate = { perSecond: 1 / 10, burst: 10 };
/** Users and addresses of which it is remembered how often they reported: 2 MB. */
export const REPORTERS_MAX = 10_000;
/** Things that an account is told of when it comes in: what was done last, and a page of a terminal. */
export const NEWS_MAX = 20;
/** How long somebody has to be here who was told, until it counts as read, in ms: a script has gone by then. */
export const NEWS_READ_MS = 10_000;
/** Bytes of kept news at most that are believed: what the limit above allows, and a reserve. */
export const NEWS_BYTES_MAX: number = 64 << 10;
/** Milliseconds of the loop that keeping an order takes per byte of it: 5 ms for the longest lists. */
export const ORDER_MS_PER_BYTE = 1.5e-5;
/** People of whom a room remembers that they were put out and have not entered it since; of more, those of late. It takes 25 KB of its order. */
export const LEFT_OUT_MAX = 200;
/** Milliseconds of the loop that it takes to know somebody's mark: a digest. */
export const MARK_MS = 0.003;
/** Bytes of all orders where they are kept in memory: some hundred thousand rooms with an owner, or three hundred with full lists. */
export const BOOK_BYTES_MAX: number = 64 << 20;
