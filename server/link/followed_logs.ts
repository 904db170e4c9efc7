/**
 * The logs that one connection follows, each by a cursor, and what of them goes out next.
 *
 * Logs are asked in turn: a write looks at each once, and the next begins behind the one that filled it. So a loud room
 * holds back no other, and two hundred rooms cost two hundred looks.
 *
 * @module
 */

import type { Lag } from "../budget/mod.ts";
import { FOLLOWED_LOG_BYTES } from "../limits.ts";
import type { Cursor, RoomLog } from "../rooms/room_log.ts";
import type { Carried } from "./carried.ts";
import { concat } from "../wire/mod.ts";

/**
 * Small parts are merged into one write until it has this many bytes: a copy of so few costs less than a
 * write. A larger part goes out as it lies in memory.
 */
const MERGE_BYTES: number = 8 << 10;

/** Logs that are looked at to know whether nothing waits: most follow the lobby's and one more. */
const ASKED_MAX = 4;

const NONE: readonly Cursor[] = [];

/** Cursors into logs. */
export class FollowedLogs {
  #cursors: readonly Cursor[] = NONE;
  /** Which of them is asked first. */
  #first = 0;

  /** How many logs are followed. */
  get size(): number {
    return this.#cursors.length;
  }

  /** Bytes that wait in all of them. */
  get lag(): number {
    let lag = 0;
    for (const cursor of this.#cursors) lag += cursor.lag;
    return lag;
  }

  /** Bytes of memory that following them costs, whether they are read or not. */
  get heldBytes(): number {
    return this.size * FOLLOWED_LOG_BYTES;
  }

  /** What is kept alive of those that were not read. */
  lags(): readonly Lag[] {
    const lags: Lag[] = [];
    for (const { log, keptBytes: bytes } of this.#cursors) if (bytes > 0) lags.push({ log, bytes });
    return lags;
  }

  /** Lets go of what was read of them. */
  pass(): void {
    for (const cursor of this.#cursors) cursor.pass();
  }

  /** Follows one more, from its end on. */
  add(log: RoomLog): Cursor {
    const cursor = log.cursor();
    // As long as it has to be: most follow one log, and what `push` makes room for is ten times that.
    this.#cursors = this.#cursors.length === 0 ? [cursor] : this.#cursors.concat(cursor);
    return cursor;
  }

  /** Stops following one. @returns Whether it was followed. */
  delete(cursor: Cursor): boolean {
    const index = this.#cursors.indexOf(cursor);
    if (index < 0) return false;
    this.#cursors = this.#cursors.toSpliced(index, 1);
    if (index < this.#first) this.#first--;
    return true;
  }

  /** Stops following all. */
  clear(): void {
    this.#cursors = NONE;
  }

  /** Whether nothing waits in any other than this one; of whoever follows many, that is not asked. */
  areReadBut(one: Cursor): boolean {
    if (this.size > ASKED_MAX) return false;
    for (const cursor of this.#cursors) if (cursor !== one && cursor.lag > 0) return false;
    return true;
  }

  /** The cursors, in the order in which they came. */
  all(): Iterable<Cursor> {
    return this.#cursors;
  }

  /**
   * The next bytes to write, behind `own`: of one source as they lie in memory, or of several merged.
   *
   * @param carried Hears where they lie in it, if somebody follows something.
   */
  next(own: Uint8Array | undefined, carried?: Carried): Uint8Array | undefined {
    let only = own;
    let merged: Uint8Array[] | undefined;
    let bytes = only?.length ?? 0;
    const count = this.#cursors.length;
    for (let asked = 0; asked < count && bytes < MERGE_BYTES; asked++) {
      const cursor = this.#cursors[this.#first = this.#first < count ? this.#first : 0];
      this.#first++;
      for (let part = cursor?.take(); part !== undefined; part = cursor?.take()) {
        if (carried !== undefined && cursor !== undefined) {
          carried.places(cursor.log, cursor.position - part.length, cursor.position, bytes);
        }
        bytes += part.length;
        if (merged !== undefined) merged.push(part);
        else if (only === undefined) only = part;
        else merged = [only, part];
        if (bytes >= MERGE_BYTES) break;
      }
    }
    return merged === undefined ? only : concat(merged);
  }
}
