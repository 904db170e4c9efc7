/**
 * The segments of an open store: their numbers, their open files, and who is still reading them.
 *
 * - A segment has an *id*, which is in its file's name and never used again, and an *ordinal*, the 16 bits
 *   by which the index names it while the store is open, and which is used again.
 * - Files are opened when they are first read, and a bounded number stays open, so that a store of thousands of
 *   segments does not use up a process's descriptors. Where even so many are not to be had, fewer stay.
 * - A segment that compaction has replaced is removed when its last reader lets go of it.
 *
 * @module
 */

import { type Damage, GoneError, isOutOfFiles, StoreError, systemCode } from "./errors.ts";
import { removeFile } from "./files.ts";
import { hintName } from "./hint.ts";
import { OPEN_FILES_MAX, OPEN_FILES_SHARE, READER_FILES_MAX, SEGMENTS_MAX } from "./limits.ts";
import type { SegmentRow } from "./manifest.ts";
import { segmentName } from "./segment_header.ts";
import type { Storage, StorageFile } from "./storage.ts";

/** One segment of an open store. */
export interface Segment {
  readonly ordinal: number;
  readonly id: number;
  readonly salt: number;
  firstLsn: number;
  lastLsn: number;
  /** Where its last record ends. */
  end: number;
  /** Records that the index points at or once did. */
  records: number;
  /** Bytes of its hint's file. */
  hintBytes: number;
  /** Readers that must still find the file. */
  pins: number;
  retired: boolean;
  /** Whether its file goes on behind its last record, once that was looked at: of a complete one it stays so. */
  rest?: boolean;
  /** What was found damaged in it: such a segment stays as it is, until the store is repaired. */
  damages: readonly Damage[];
}

interface OpenFile {
  readonly file: StorageFile;
  users: number;
}

/** All segments of an open store. */
export class Segments implements Disposable {
  readonly #storage: Storage;
  readonly #byOrdinal: (Segment | undefined)[] = [];
  readonly #free: number[] = [];
  /** Open files, the one used last at the end. */
  readonly #files = new Map<number, OpenFile>();

  readonly #keep: boolean;
  /** How many files stay open. */
  #openMax: number;
  #removals: Promise<void>[] = [];

  /**
   * @param storage Where the files are.
   * @param keep Whether to open files at once and keep them open, as many as can be: for a reader beside a writer,
   * which may remove them at any time. Of a store with more than that, reading one which is gone throws
   * `GoneError`.
   */
  constructor(storage: Storage, keep: boolean) {
    this.#storage = storage;
    this.#keep = keep;
    const share = Math.floor((storage.filesMax?.() ?? Infinity) * OPEN_FILES_SHARE);
    this.#openMax = Math.max(1, Math.min(keep ? READER_FILES_MAX : OPEN_FILES_MAX, share));
  }

  /** Takes in a segment. Where files are kept open it throws ENOENT, and takes nothing in, if this one is gone. */
  add(row: SegmentRow): Segment {
    if (this.#keep && this.#files.size < this.#openMax) this.#open(row.id);
    const ordinal = this.#free.pop() ?? this.#byOrdinal.length;
    if (ordinal >= SEGMENTS_MAX) {
      throw new StoreError(
        "full",
        `Cannot open more than ${SEGMENTS_MAX} segments: compact the store`,
      );
    }
    const segment: Segment = {
      ...row,
      ordinal,
      records: 0,
      hintBytes: 0,
      pins: 0,
      retired: false,
      damages: [],
    };
    this.#byOrdinal[ordinal] = segment;
    return segment;
  }

  /** The segment of an ordinal. */
  at(ordinal: number): Segment {
    const segment = this.#byOrdinal[ordinal];
    if (segment === undefined) throw new RangeError(`There is no segment with ordinal ${ordinal}`);
    return segment;
  }

  /** Keeps a segment's file from being removed until the pin is disposed. */
  pin(segment: Segment): Disposable {
    segment.pins++;
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        segment.pins--;
        if (segment.retired && segment.pins === 0) this.#remove(segment);
      },
    };
  }

  /** Gives up a segment to which the index points no more. */
  retire(segment: Segment): void {
    segment.retired = true;
    if (segment.pins === 0) this.#remove(segment);
  }

  /** Reads from a segment's file; fewer bytes than asked only at its end. */
  async read(segment: { readonly id: number }, into: Uint8Array, at: number): Promise<number> {
    const open = this.#open(segment.id);
    open.users++;
    try {
      return await open.file.read(into, at);
    } finally {
      open.users--;
      this.#trim();
    }
  }

  /** The same on the event loop. */
  readNow(segment: Segment, into: Uint8Array, at: number): number {
    const got = this.#open(segment.id).file.readNow(into, at);
    this.#trim();
    return got;
  }

  /** Tells the disk what will be read of a segment soon. */
  willNeed(segment: Segment, at: number, bytes: number): void {
    try {
      this.#open(segment.id).file.willNeed?.(at, bytes);
      this.#trim();
    } catch {
      // The read itself says why.
    }
  }

  /** Whether its file goes on behind its last record: a kill may leave there what was written again elsewhere. */
  hasRest(segment: Segment): boolean {
    if (segment.rest !== undefined) return segment.rest;
    segment.rest = this.#open(segment.id).file.size() > segment.end;
    this.#trim();
    return segment.rest;
  }

  /** Waits for the removals so far. Rejects when one has failed. */
  async removed(): Promise<void> {
    const removals = this.#removals;
    this.#removals = [];
    await Promise.all(removals);
  }

  /** Closes all files. */
  [Symbol.dispose](): void {
    for (const { file } of this.#files.values()) file.close();
    this.#files.clear();
  }

  #open(id: number): OpenFile {
    const open = this.#files.get(id) ?? { file: this.#openFile(segmentName(id)), users: 0 };
    this.#files.delete(id);
    this.#files.set(id, open);
    return open;
  }

  /** Opens a file. If the process may open no more, half of those that stay open are given up for it. */
  #openFile(name: string): StorageFile {
    try {
      return this.#storage.open(name);
    } catch (error) {
      if (isOutOfFiles(error) && this.#files.size > 0) {
        const before = this.#files.size;
        this.#openMax = before >>> 1;
        this.#trim();
        if (this.#files.size < before) return this.#openFile(name);
      }
      if (isOutOfFiles(error)) {
        const message = `Cannot read ${name}: too many files are open; try again`;
        throw new StoreError("busy", message, { cause: error });
      }
      const gone = systemCode(error) === "ENOENT" && this.#keep &&
        this.#files.size >= this.#openMax;
      throw gone ? new GoneError(name) : error;
    }
  }

  #trim(): void {
    for (const [id, { file, users }] of this.#files) {
      if (this.#files.size <= this.#openMax) return;
      if (users > 0) continue;
      file.close();
      this.#files.delete(id);
    }
  }

  #remove(segment: Segment): void {
    this.#files.get(segment.id)?.file.close();
    this.#files.delete(segment.id);
    this.#byOrdinal[segment.ordinal] = undefined;
    this.#free.push(segment.ordinal);
    const removal = this.#storage.removeLarge(segmentName(segment.id))
      .then(() => removeFile(this.#storage, hintName(segment.id)));
    // Who asks by `removed` is told of a failure; without that the file only stays until the next opening.
    removal.catch(() => {});
    this.#removals.push(removal);
  }
}
