/**
 * The limits of what is remembered for accounts that are away.
 *
 * @module
 */

import { ROOMS_PER_USER_MAX } from "../limits.ts";

/** People of whom an account's positions are remembered: more than one writes with. Each costs some 50 bytes of one value. */
export const WHISPERERS_MAX = 200;
/** Rooms of which an account's positions are remembered: as many as it may be in. */
export const ROOMS_READ_MAX: number = ROOMS_PER_USER_MAX;
/** Messages of a room that are looked through for the reader's name when it comes in, the newest, as far as a page holds them. */
export const MENTIONS_ROOM_MAX = 500;
/** The same of all its rooms: some 10 ms of the loop, in slices, at a login after a busy weekend. */
export const MENTIONS_LOOKED_AT_MAX = 2_000;
/** Bytes of kept positions that are believed: what the limits above allow, and a reserve. */
export const POSITIONS_BYTES_MAX: number = 128 << 10;
/** How often the positions of an account are written at most, in ms; what a crash loses of them is unread again. */
export const POSITIONS_WRITE_MS = 15_000;
/** Accounts whose positions are held for no more than the order in which they were whispered to: some 10 MB, and 20 looks. */
export const POSITIONS_HELD_MAX = 2_000;
/** Accounts whose positions are written in one look, once a second: a write of 10 kB each at most, a few ms in all. */
export const POSITIONS_WRITTEN_AT_ONCE = 100;
/** Whispers that a text client is told of each person after its login, the newest, as far as a page holds them: as much as anybody scrolls up. */
export const WAITING_LINES_MAX = 100;
/** Erased accounts of which it is known that nothing more is to be held: what is still said of one is over in a moment. 100 bytes each. */
export const GONE_MAX = 1_000;
