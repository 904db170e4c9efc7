/**
 * A room's log in memory: encoded bytes are appended once, and each member is a cursor into them.
 *
 * ```text
 *   chunk ──next──► chunk ──next──► head chunk ─┐
 *   ▓▓▓▓▓▓▓▓        ▓▓▓▓▓▓▓▓        ▓▓▓▓░░░░    │ append writes here
 *      ▲               ▲                ▲       │
 *   slow member     a member         everybody else
 * ```
 *
 * - Appending costs the same for one member and for ten thousand: nothing is queued per member.
 * - A chunk is never overwritten, so a byte range that a write is still sending stays what it was. The
 *   arrows point forward only: the garbage collector frees a chunk when the last cursor has passed it.
 * - Chunks start small and double, because most rooms are quiet and there may be thousands. `trim` begins anew: what
 *   was loud once does not stay large, and what is kept of it is then the cost of those who still have to read it.
 * - Who is told in one go what there is (`in_step.ts`) says how much that is: what comes next goes whole into one chunk, since each
 *   border costs all of them one more write.
 * - Positions are bytes since the log began; the lag of a member is one subtraction.
 *
 * @module
 */

import { Fifo } from "../../ground/mod.ts";
import {
  LOG_CHUNK_BYTES_FIRST,
  LOG_CHUNK_BYTES_MAX,
  LOG_CHUNK_GOES,
  LOG_CHUNK_GOES_BYTES_MAX,
  SKIP_BYTES,
} from "../limits.ts";

/** What is left of the most that was told in one go, after each that is less. */
const GO_FADES = 0.9;

interface Chunk {
  readonly bytes: Uint8Array;
  /** Position of the chunk's first byte in the log. */
  readonly start: number;
  /** Bytes of memory of all chunks before it. */
  readonly memoryBefore: number;
  used: number;
  next: Chunk | undefined;
}

function chunkAt(start: number, memoryBefore: number, size: number): Chunk {
  return { bytes: new Uint8Array(size), start, memoryBefore, used: 0, next: undefined };
}

/** Where a cursor is that goes with another. */
const NOWHERE: Chunk = chunkAt(0, 0, 0);

/** An append-only log of bytes. */
export class RoomLog {
  #head: Chunk = chunkAt(0, 0, 0);
  /** Bytes that are told in one go: the most of late. */
  #goBytes = 0;

  /** Position after the last byte. */
  get end(): number {
    return this.#head.start + this.#head.used;
  }

  /** Bytes of memory of the chunk that is being filled; of those before it whoever has not read them bears the cost. */
  get heldBytes(): number {
    return this.#head.bytes.length;
  }

  /** Appends whole frames or lines. A cursor never stops inside of what one call appended. */
  append(bytes: Uint8Array): void {
    let head = this.#head;
    if (head.used + bytes.length > head.bytes.length) head = this.#begin(this.#next(bytes.length));
    head.bytes.set(bytes, head.used);
    head.used += bytes.length;
  }

  /** Lets go of the chunk that is being filled, but for who has not read it; the next one begins small. */
  trim(): void {
    this.#goBytes = 0;
    if (this.heldBytes > 0) this.#begin(0);
  }

  /** So many bytes were told in one go, and the next ones may be as many: they get a chunk of their own if little is free. */
  expect(bytes: number): void {
    this.#goBytes = Math.max(bytes, this.#goBytes * GO_FADES);
    const { bytes: { length }, used } = this.#head;
    const free = length - used;
    const isShort = free < this.#goBytes && free * LOG_CHUNK_GOES <= length;
    if (isShort) this.#begin(this.#next(0));
  }

  /** How large the next chunk is, of which so much is needed at once. */
  #next(bytes: number): number {
    const doubled = Math.min(LOG_CHUNK_BYTES_MAX, this.heldBytes * 2);
    const goes = Math.min(LOG_CHUNK_GOES_BYTES_MAX, Math.ceil(this.#goBytes) * LOG_CHUNK_GOES);
    return Math.max(LOG_CHUNK_BYTES_FIRST, doubled, goes, bytes);
  }

  /** Bytes of memory of the chunks from the one of `memoryBefore` on, without the one that is being filled. */
  keptSince(memoryBefore: number): number {
    return this.#head.memoryBefore - memoryBefore;
  }

  #begin(size: number): Chunk {
    const head = this.#head;
    const next = chunkAt(this.end, head.memoryBefore + head.bytes.length, size);
    return this.#head = head.next = next;
  }

  /** A cursor at the end: it sees what is appended from now on. */
  cursor(): Cursor {
    return new Cursor(this, this.#head);
  }
}

/** A member's place in a log. */
export class Cursor {
  readonly log: RoomLog;
  /** Whose place is its own, while it goes with another. */
  #leader: Cursor | undefined;
  #chunk: Chunk;
  #at: number;
  /** Ranges that this member is not to see (in a text room: its own lines), in order; between two of them is something. */
  #skips: Fifo<{ readonly start: number; end: number }> | undefined;

  /** Use `RoomLog.cursor`. */
  constructor(log: RoomLog, chunk: Chunk) {
    this.log = log;
    this.#chunk = chunk;
    this.#at = chunk.used;
  }

  /** Bytes between this place and the end. */
  get lag(): number {
    return this.log.end - this.position;
  }

  /** Has no place of its own from now on, but that of `leader`, and so keeps nothing. */
  goWith(leader: Cursor): void {
    this.#leader = leader;
    this.#chunk = NOWHERE;
    this.#at = 0;
  }

  /** Has a place of its own again: that of `other`. */
  partFrom(other: Cursor): void {
    this.#leader = undefined;
    this.#chunk = other.#chunk;
    this.#at = other.#at;
  }

  /** Bytes of memory that are kept for this place, in the log and here. */
  get keptBytes(): number {
    if (this.#leader !== undefined) return this.#leader.keptBytes;
    return this.log.keptSince(this.#chunk.memoryBefore) + (this.#skips?.size ?? 0) * SKIP_BYTES;
  }

  /** Lets go of chunks that were read to their end. */
  pass(): void {
    while (this.#at === this.#chunk.used && this.#chunk.next !== undefined) {
      this.#chunk = this.#chunk.next;
      this.#at = 0;
    }
  }

  /** Lets this member not see the range from `start` to the log's present end. */
  skipFrom(start: number): void {
    const { last } = this.#skips ??= new Fifo();
    // Who talks to himself for hours is one range.
    if (last?.end === start) last.end = this.log.end;
    else this.#skips.push({ start, end: this.log.end });
  }

  /** The next bytes, as a view into the log, and moves past them; `undefined` at the end. */
  take(): Uint8Array | undefined {
    for (;;) {
      const chunk = this.#chunk;
      if (this.#at < chunk.used) {
        const end = this.#skips === undefined ? chunk.used : this.#endBeforeSkip();
        if (end === this.#at) continue;
        const bytes = chunk.bytes.subarray(this.#at, end);
        this.#at = end;
        return bytes;
      }
      if (chunk.next === undefined) return undefined;
      this.#chunk = chunk.next;
      this.#at = 0;
    }
  }

  /** Its place: bytes since the log began. */
  get position(): number {
    if (this.#leader !== undefined) return this.#leader.position;
    return this.#chunk.start + this.#at;
  }

  /** How far this chunk may be taken; jumps over a range that begins right here. */
  #endBeforeSkip(): number {
    const { start: base, used } = this.#chunk;
    const skip = this.#skips?.first;
    if (skip === undefined || skip.start >= base + used) return used;
    if (skip.start > this.position) return skip.start - base;
    // A range goes on in the next chunk when more was said without a break.
    if (skip.end > base + used) return this.#at = used;
    this.#skips?.shift();
    return this.#at = skip.end - base;
  }
}
