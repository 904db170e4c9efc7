/**
 * A store that is open for writing, as callers see it.
 *
 * Writes are answered twice: at once with the place that was given out, and later, when they are as durable as
 * the store was opened for. Whoever writes much listens to `OpenOptions.onCommit` and compares LSNs; whoever
 * writes little awaits `done`.
 *
 * @module
 */

import type { BackupReport } from "./backup.ts";
import type { Write } from "./drafts.ts";
import type { ReadStore } from "./reader.ts";
import type { BesideDrop, KeepSince } from "./retention.ts";

/** What becomes of something that was appended. */
export interface Appended {
  /** Place in the stream, from 1, without gaps. */
  readonly seq: number;
  /** Place in the log: compare it with `Commit.lsn`. */
  readonly lsn: number;
  /**
   * Resolves when it is as durable as the store was opened for, rejects with a `StoreError` otherwise. All that is
   * written together shares one promise; nothing bad happens if nobody waits for it.
   */
  readonly done: Promise<void>;
}

/** What becomes of something that was written without a place in a stream. */
export type Written = Omit<Appended, "seq">;

/** What becomes of a batch. */
export interface BatchWritten extends Written {
  /** The seqs of its appends, in order. */
  readonly seqs: readonly number[];
}

/** Which segments compaction goes through. */
export type CompactReach =
  /** Those in which much is dead, or that are many and small. */
  | "worthwhile"
  /** Each in which anything is dead: then no body of what was edited, deleted or dropped is left in any file. */
  | "dead"
  /** The same, and what is whole is joined, too. */
  | "all";

/** How to compact. */
export interface CompactOptions {
  /** How far it goes. Default: `worthwhile`. */
  readonly reach?: CompactReach;
  /** How many bytes to read in a second at most. Default: without limit. */
  readonly bytesPerSecond?: number;
}

/** What compaction has done. */
export interface CompactReport {
  /** How many runs of segments were made one. */
  readonly runs: number;
  /** Bytes of all complete segments before. */
  readonly bytesBefore: number;
  /** Bytes of all complete segments now. */
  readonly bytesAfter: number;
}

/** How to delete by age. */
export interface RetainOptions {
  /**
   * The latest time that may be true. A message with a time beyond it was written under a wrong clock; it goes with what was
   * written to its stream before the next one that is too old. Default: all are true.
   */
  readonly latest?: number;
  /** A key and its value that are written together with the first deletion, if there is one: neither is there without the other. */
  readonly beside?: BesideDrop | undefined;
}

/** What else may go when a store is brought down to a size. */
export interface ShrinkOptions {
  /** Whether a key is not needed any more; it is deleted if so. */
  readonly mayGo?: (key: string) => boolean;
}

/** A store that is open for reading and writing. Disposing it closes it. */
export interface Store extends ReadStore, AsyncDisposable {
  /** The seq that the next `append` to a stream will get. */
  nextSeq(stream: string): number;

  /**
   * Appends a message to a stream, which comes to be with its first message. The seq is given out at once; readers
   * see the message when it is durable. The body is copied.
   *
   * @param stream Name of the stream: 1 to 512 bytes of text.
   * @param body Any bytes, at most 16 MiB.
   * @param options `at`: time in whole ms since 1970. Within a stream times do not fall: an earlier one is raised.
   * `latest`: the latest time that may be true; a time of the stream beyond it raises none (default: all are true).
   * `edited`: whether it shall count as edited from the beginning, for filling a store from another one (default: no).
   * @throws {StoreError} `full` or `failed` while the disk is, `busy` when too much waits, `closed`.
   * @throws {RangeError} When a name, body or time is out of range.
   */
  append(
    stream: string,
    body: Uint8Array,
    options: { readonly at: number; readonly edited?: boolean; readonly latest?: number },
  ): Appended;

  /**
   * Writes several things so that after a crash either all or none of them are there.
   *
   * @param writes 1 to 8,000 parts, at most 16 MiB in all.
   * @throws {StoreError} `full`, `failed`, `busy`, `closed`.
   * @throws {RangeError} When a part, or their number or sum, is out of range. Then nothing was written.
   */
  batch(writes: readonly Write[]): BatchWritten;

  /** Sets the value of a key (1 to 512 bytes of text). Otherwise like `append`. */
  put(key: string, value: Uint8Array): Written;

  /** Removes a key, if it is there. Otherwise like `append`. */
  delete(key: string): Written;

  /**
   * Gives a message another body. The old one is gone from the files only after compaction.
   *
   * @returns When the new body is durable.
   * @throws {StoreError} `not_found` when there is no such message; otherwise like `append`.
   * @throws {DamageError} When the message is damaged.
   */
  edit(stream: string, seq: number, body: Uint8Array): Promise<void>;

  /**
   * Deletes a message. Its bytes are gone from the files only after compaction.
   *
   * @returns When the deletion is durable.
   * @throws {StoreError} `not_found` when there is no such message; otherwise like `append`.
   */
  remove(stream: string, seq: number): Promise<void>;

  /**
   * Deletes all messages of a stream below a seq. After a crash a part of a long stretch may be done; the
   * oldest go first.
   *
   * @returns How many messages were deleted, when that is durable.
   */
  trim(stream: string, before: number): Promise<number>;

  /**
   * Deletes what is too old, in all streams: of each the messages before the time that `keepSince` gives for it. What
   * is freed by it is freed in the background.
   *
   * @returns How many messages were deleted, when that is durable.
   */
  retain(keepSince: KeepSince, options?: RetainOptions): Promise<number>;

  /**
   * Brings the files down to so many bytes, as far as possible: frees what is dead, and then deletes the oldest
   * messages of all streams, a segment at a time, and with them the keys that stand there and may go. What was written
   * just now stays.
   *
   * @param options `mayGo`: whether a key is not needed any more (default: all are).
   * @returns How many messages were deleted, when their space is free.
   */
  shrink(bytes: number, options?: ShrinkOptions): Promise<number>;

  /** Bytes of all segments and their hints. */
  bytes(): number;

  /**
   * For how many ms the write has waited that waits longest for the disk; 0 when none does. A disk that hangs is seen
   * by this alone: it gives neither an answer nor an error.
   */
  pendingMs(): number;

  /** Waits until everything appended so far is acknowledged or rejected. Never rejects. */
  flush(): Promise<void>;

  /**
   * Frees the space of what is dead. Also what was deleted or replaced is gone from the files only after this, and for
   * certain only with the reach `dead` or `all`: these end the segment that is written to if something is dead in it.
   *
   * @param options How far it goes, and how fast.
   * @returns How many bytes the segments had before and have now.
   * @throws {DamageError} When a segment is damaged. What was compacted before it stays so.
   */
  compact(options?: CompactOptions): Promise<CompactReport>;

  /**
   * Copies the store as it is now into another directory, which must be missing or empty. On the same file
   * system this takes no space: complete segments are linked. Writing goes on meanwhile.
   *
   * @throws {StoreError} `not_empty`; `failed` or `full` when the disk does not allow it.
   */
  backup(directory: string): Promise<BackupReport>;

  /**
   * Gives up the next seqs of a stream, so that its next message gets the seq `to`. For filling a store from
   * another one, whose gaps must stay gaps.
   *
   * @param options `lost`: whether the messages were lost by damage (default: they were deleted).
   */
  skip(stream: string, to: number, options?: { readonly lost?: boolean }): Promise<void>;

  /**
   * Waits for what was appended, ends the last segment, and closes the files. Idempotent.
   *
   * @returns When everything is closed; it does not reject because of writes that were rejected.
   */
  close(): Promise<void>;
}
