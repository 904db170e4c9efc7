/**
 * Room ahead of the log: a stretch behind the last record of the active segment, which is on the disk before it is needed.
 *
 * ```text
 *   records ─────────┤ room ───────────────┤ the end of the file
 *                    └ the next group is written over it
 * ```
 *
 * A group that makes its file longer makes the file system write its own journal with each sync: on ext4 that takes a sync
 * from 0.1 ms to 0.2, and to 2 and more while others sync on the same disk. In room that is on the disk already, the group is
 * all that is written. SQLite and PostgreSQL do the same with their logs.
 *
 * The room is filled with a mark, so that a log which ends with it ends clean, and zeros in its place are still known for what
 * a disk makes of what it has lost. No record can be found in it, for the mark is no kind of one. Where the disk has no room
 * the file grows as it is written to. What it costs, a longer sync now and then, is paid by the group that needs it: a sync of
 * its own would be one more that can fail.
 *
 * @module
 */

import { writeAll } from "./files.ts";
import {
  AHEAD_BYTES,
  AHEAD_BYTES_MIN,
  AHEAD_SHARE,
  AHEAD_WRITE_BYTES,
  GRID_BYTES,
} from "./limits.ts";
import type { StorageFile } from "./storage.ts";

/** Stands at each place of the grid. */
const MARK: Uint8Array = Uint8Array.of(0xff, ...new TextEncoder().encode("ahead\n"), 0xff);

/** Whether from `at` to the end of a file, which is given from its beginning, there is nothing but such room. */
export function isAhead(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < bytes.length; i++) if (bytes[i] !== MARK[i % GRID_BYTES]) return false;
  return true;
}

/** The room behind the last record. */
export class Ahead {
  readonly #marks: Uint8Array;
  readonly #segmentBytes: number;
  readonly #bytes: number;
  #file: StorageFile | undefined;
  /** Where it ends, if there is any. */
  #end = 0;

  private constructor(segmentBytes: number, bytes: number) {
    this.#segmentBytes = segmentBytes;
    this.#bytes = bytes;
    this.#marks = new Uint8Array(Math.min(AHEAD_WRITE_BYTES, this.#bytes + GRID_BYTES));
    for (let i = 0; i < this.#marks.length; i++) this.#marks[i] = MARK[i % GRID_BYTES] ?? 0;
  }

  /**
   * For segments that are ended at this size: there is no room beyond it. `undefined` when they are so small that room is not
   * worth its write.
   */
  static inSegments(segmentBytes: number): Ahead | undefined {
    const bytes = Math.min(AHEAD_BYTES, Math.floor(segmentBytes * AHEAD_SHARE));
    return bytes < AHEAD_BYTES_MIN ? undefined : new Ahead(segmentBytes, bytes);
  }

  /** Makes further room behind a group that ends at `end`, on the grid, if it does not end within what is there. */
  grow(file: StorageFile, end: number): void {
    if (this.#file !== file) this.#end = 0;
    this.#file = file;
    if (end <= this.#end) return;
    // No more than is there already: a small store, maybe on a small disk, must not be made of room.
    const bytes = Math.min(this.#bytes, Math.max(AHEAD_BYTES_MIN, end));
    this.#end = Math.max(end, Math.min(end + bytes, this.#segmentBytes));
    for (let at = end; at < this.#end;) {
      try {
        const phase = at % GRID_BYTES;
        const piece = this.#marks.subarray(phase, phase + this.#end - at);
        writeAll(file, piece, at);
        at += piece.length;
      } catch {
        // A disk that is short of room takes a part and then fails: what it took is room all the same, and the next group is
        // written over it. Whatever else is wrong with the disk, it says so to the group.
        return;
      }
    }
  }

  /** Cuts a file to where its last record ends. That need not last: the room does no harm. */
  cut(file: StorageFile, end: number): void {
    if (this.#file !== file || this.#end <= end) return;
    this.#end = 0;
    try {
      file.truncate(end);
    } catch {
      // It stays, as behind a crash.
    }
  }

  /** The file was cut so by somebody else. */
  wasCut(): void {
    this.#end = 0;
  }
}
