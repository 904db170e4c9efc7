/**
 * A store that is open for writing: what callers see of all the parts.
 *
 * This file only joins them. What may be written is in `drafts.ts`, how it gets to the disk in `writer.ts`,
 * what it adds up to in `catalog.ts`, how it is read in `reader.ts`.
 *
 * @module
 */

import { compactRun } from "./compact.ts";
import { Drafts, type Write } from "./drafts.ts";
import { DamageError, StoreError } from "./errors.ts";
import { recordBytes } from "./format.ts";
import { COMPACT_BYTES_PER_SECOND, DROP_SEQS_MAX, NAME_BYTES_MAX } from "./limits.ts";
import { ABSENT, GONE } from "./locations.ts";
import type { Loaded } from "./load.ts";
import { hintSegment, Queue } from "./maintenance.ts";
import { makeSegment } from "./make_segment.ts";
import type { Entry, PageQuery } from "./pages.ts";
import { pickRuns } from "./pick.ts";
import { Reader, type ReadStore, type StoreStat, type StreamInfo } from "./reader.ts";
import type { Recovered } from "./recover.ts";
import { cutOf, type Retention } from "./retention.ts";
import type { Segment } from "./segments.ts";
import type { Storage } from "./storage.ts";
import type { Stream, StreamTable } from "./streams.ts";
import type { World } from "./world.ts";
import { type Commit, type Durability, Writer } from "./writer.ts";

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

/** What compaction has done. */
export interface CompactReport {
  /** How many runs of segments were made one. */
  readonly runs: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** What a store is made of. */
export interface StoreParts {
  readonly storage: Storage;
  readonly world: World;
  readonly loaded: Loaded;
  readonly recovered: Recovered;
  readonly lock: Disposable;
  readonly durability: Durability;
  readonly segmentBytes: number;
  readonly autoCompact: boolean;
  readonly onCommit: (commit: Commit) => void;
  readonly onTrouble: (error: unknown) => void;
}

/** A store that is open for reading and writing. */
export class Store implements ReadStore, AsyncDisposable {
  readonly #parts: StoreParts;
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #queue = new Queue();
  readonly #stop = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(parts: StoreParts) {
    this.#parts = parts;
    const { loaded, recovered, world, durability, segmentBytes, onCommit, onTrouble } = parts;
    const { catalog, segments } = loaded;
    this.#writer = new Writer(
      {
        catalog,
        world,
        durability,
        segmentBytes,
        makeSegment: () => makeSegment(recovered.maker),
        onSealed: (segment) => this.#seal(segment),
        onCommit,
        onTrouble,
      },
      recovered.active,
      recovered.lastLsn,
    );
    const list = (): Segment[] => [...recovered.shelf.segments(), this.#writer.active()];
    this.#reader = new Reader({ world, catalog, segments, list });
    for (const segment of loaded.unhinted) this.#background(() => this.#hint(segment));
  }

  /** The seq that the next `append` to a stream will get. */
  nextSeq(stream: string): number {
    return (this.#streams().named(stream)?.assigned ?? 0) + 1;
  }

  /**
   * Appends a message to a stream, which comes to be with its first message. The seq is given out at once; readers
   * see the message when it is durable. The body is copied.
   *
   * @param stream Name of the stream: 1 to 512 bytes of text.
   * @param body Any bytes, at most 16 MiB.
   * @param options `at`: time in whole ms since 1970. Within a stream times never fall: an earlier one is raised.
   * @throws {StoreError} `full` or `failed` while the disk is, `busy` when too much waits, `closed`.
   * @throws {RangeError} When a name, body or time is out of range.
   */
  append(stream: string, body: Uint8Array, options: { readonly at: number }): Appended {
    this.#writer.admit(2, recordBytes(body.length) + recordBytes(NAME_BYTES_MAX));
    const drafts = new Drafts(this.#streams());
    const seq = drafts.message(stream, body, options.at);
    const { lsn, done } = this.#writer.append(drafts.records);
    return { seq, lsn, done };
  }

  /**
   * Writes several things so that after a crash either all or none of them are there.
   *
   * @param writes 1 to 8,000 parts, at most 16 MiB in all.
   * @throws {StoreError} `full`, `failed`, `busy`, `closed`.
   * @throws {RangeError} When a part, or their number or sum, is out of range. Then nothing was written.
   */
  batch(writes: readonly Write[]): BatchWritten {
    const drafts = new Drafts(this.#streams());
    try {
      const seqs = drafts.addAll(writes);
      this.#writer.admit(drafts.records.length, drafts.bytes);
      return { seqs, ...this.#writer.append(drafts.records) };
    } catch (error) {
      drafts.takeBack();
      throw error;
    }
  }

  /** Sets the value of a key (1 to 512 bytes of text). Otherwise like `append`. */
  put(key: string, value: Uint8Array): Written {
    return this.batch([{ kind: "put", key, value }]);
  }

  /** Removes a key, if it is there. Otherwise like `append`. */
  delete(key: string): Written {
    return this.batch([{ kind: "delete", key }]);
  }

  /**
   * Gives a message another body. The old one is gone from the files only after compaction.
   *
   * @returns When the new body is durable.
   * @throws {StoreError} `not_found` when there is no such message; otherwise like `append`.
   * @throws {DamageError} When the message is damaged.
   */
  async edit(stream: string, seq: number, body: Uint8Array): Promise<void> {
    const [entry] = await this.read(stream, { after: seq - 1, limit: 1 });
    const found = this.#present(stream, seq);
    if (entry?.kind !== "message") {
      throw new DamageError(
        `Cannot edit message ${seq}`,
        entry === undefined ? [] : [entry.damage],
      );
    }
    const drafts = new Drafts(this.#streams());
    drafts.edit(found, seq, entry.at, body);
    await this.#write(drafts);
  }

  /**
   * Deletes a message. Its bytes are gone from the files only after compaction.
   *
   * @returns When the deletion is durable.
   * @throws {StoreError} `not_found` when there is no such message; otherwise like `append`.
   */
  async remove(stream: string, seq: number): Promise<void> {
    const drafts = new Drafts(this.#streams());
    drafts.drop(this.#present(stream, seq), seq, 1);
    await this.#write(drafts);
  }

  /**
   * Deletes all messages of a stream below a seq. After a crash a part of a long stretch may be done; the
   * oldest go first.
   *
   * @returns How many messages were deleted, when that is durable.
   */
  async trim(stream: string, before: number): Promise<number> {
    const found = this.#streams().named(stream);
    if (found === undefined) return 0;
    const live = found.live;
    const end = Math.min(before, found.last + 1);
    while (found.first < end) {
      const drafts = new Drafts(this.#streams());
      drafts.drop(found, found.first, Math.min(end - found.first, DROP_SEQS_MAX));
      await this.#write(drafts);
      await this.#parts.world.pause(0);
    }
    return Math.max(0, live - found.live);
  }

  /**
   * Deletes the oldest messages of a stream until it keeps to all limits that are given.
   *
   * @returns How many messages were deleted, when that is durable.
   */
  async retain(stream: string, limits: Retention): Promise<number> {
    const found = this.#streams().named(stream);
    if (found === undefined) return 0;
    const { segments } = this.#parts.loaded;
    const parts = { streams: this.#streams(), segments, world: this.#parts.world };
    return await this.trim(stream, await cutOf(parts, found, limits));
  }

  /** Waits until everything appended so far is acknowledged or rejected. Never rejects. */
  async flush(): Promise<void> {
    await this.#writer.drain();
  }

  /**
   * Frees the space of what is dead. Also what was deleted or replaced is gone from the files only after this.
   *
   * @param options `all`: compact everything that is not yet, not only where it pays (default: no).
   * `bytesPerSecond`: how fast to read at most (default: without limit).
   * @returns How many bytes the segments had before and have now.
   * @throws {DamageError} When a segment is damaged. What was compacted before it stays so.
   */
  async compact(
    options: { readonly all?: boolean; readonly bytesPerSecond?: number } = {},
  ): Promise<CompactReport> {
    const { all = false, bytesPerSecond = Infinity } = options;
    if (all) await this.#writer.roll();
    return await this.#queue.run(() => this.#compactAll(all, bytesPerSecond));
  }

  stat(): StoreStat {
    return this.#reader.stat();
  }

  streams(): Iterable<StreamInfo> {
    return this.#reader.streams();
  }

  stream(name: string): StreamInfo | undefined {
    return this.#reader.stream(name);
  }

  read(stream: string, query?: PageQuery): Promise<Entry[]> {
    return this.#reader.read(stream, query);
  }

  seqAt(stream: string, at: number): Promise<number> {
    return this.#reader.seqAt(stream, at);
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#reader.get(key);
  }

  keys(prefix?: string): Iterable<string> {
    return this.#reader.keys(prefix);
  }

  /**
   * Waits for what was appended, ends the last segment, and closes the files. Idempotent.
   *
   * @returns When everything is closed; it does not reject because of writes that were rejected.
   */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    const { lock, loaded, recovered, onTrouble } = this.#parts;
    const last = await this.#writer.close();
    this.#stop.abort(new StoreError("closed", "The store is closing"));
    await this.#queue.idle();
    try {
      if (last !== undefined) {
        await this.#hint(last);
        recovered.shelf.push(last);
        await recovered.shelf.commit(recovered.maker.nextId());
      }
    } catch (error) {
      // What is durable stays so; only the next opening takes longer.
      onTrouble(error);
    } finally {
      loaded.segments[Symbol.dispose]();
      lock[Symbol.dispose]();
    }
  }

  #streams(): StreamTable {
    return this.#parts.loaded.catalog.streams;
  }

  #present(name: string, seq: number): Stream {
    const stream = this.#streams().named(name);
    const ordinal = stream === undefined ? GONE : this.#streams().ordinal(stream, seq);
    if (stream === undefined || ordinal === GONE || ordinal === ABSENT) {
      throw new StoreError("not_found", `There is no message ${seq} in stream '${name}'`);
    }
    return stream;
  }

  async #write(drafts: Drafts): Promise<void> {
    this.#writer.admit(drafts.records.length, drafts.bytes);
    await this.#writer.append(drafts.records).done;
  }

  /** A segment is complete: it gets its hint and its row in the manifest. */
  #seal(segment: Segment): void {
    const { shelf } = this.#parts.recovered;
    shelf.push(segment);
    this.#background(async () => {
      await this.#hint(segment);
      await shelf.commit(this.#writer.active().id);
      if (this.#parts.autoCompact) await this.#compactAll(false, COMPACT_BYTES_PER_SECOND);
    });
  }

  async #compactAll(all: boolean, bytesPerSecond: number): Promise<CompactReport> {
    const { recovered, loaded, segmentBytes } = this.#parts;
    const { shelf, maker } = recovered;
    const { catalog } = loaded;
    const size = (): number => shelf.segments().reduce((sum, { end }) => sum + end, 0);
    const bytesBefore = size();
    const candidates = shelf.segments().map(({ end, records, ordinal }) => ({
      bytes: end,
      records,
      live: catalog.live.live(ordinal),
    }));
    const runs = pickRuns(candidates, segmentBytes, all);
    const before = shelf.segments();
    const { signal } = this.#stop;
    const tail = (): number => this.#writer.active().id;
    for (const { from, to } of runs) {
      const parts = { maker, catalog, shelf, tail, bytesPerSecond, signal };
      await compactRun(parts, before.slice(from, to));
    }
    return { runs: runs.length, bytesBefore, bytesAfter: size() };
  }

  async #hint(segment: Segment): Promise<void> {
    const { storage, loaded } = this.#parts;
    if (!segment.retired) await hintSegment(storage, loaded.segments, segment);
  }

  #background(task: () => Promise<void>): void {
    this.#queue.run(task).catch(this.#parts.onTrouble);
  }
}
