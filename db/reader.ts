/**
 * Reading an open store: the half that a writer and a reader beside it have in common.
 *
 * @module
 */

import type { BackupOptions, BackupReport } from "./backup.ts";
import type { Catalog } from "./catalog.ts";
import { decodePair } from "./bodies.ts";
import { DamageError } from "./errors.ts";
import { Kind } from "./format.ts";
import { GRID_BYTES } from "./limits.ts";
import { type Entry, firstAt, type PageQuery, readPage } from "./pages.ts";
import { type LogMessage, newestFirst } from "./newest.ts";
import { type ReadRecord, readRecordNow, readRecords, type Spot } from "./read.ts";
import { segmentName } from "./segment_header.ts";
import type { Segment, Segments } from "./segments.ts";
import type { Stream } from "./stream.ts";
import type { World } from "./world.ts";

/** What a stream holds. */
export interface StreamInfo {
  /** Name of the stream. */
  readonly name: string;
  /** Lowest seq that may be there; all below are gone. */
  readonly first: number;
  /** Last durable seq, 0 when there is none. */
  readonly last: number;
  /** How many messages are there. */
  readonly count: number;
  /** Time of the last message in ms since 1970, 0 when there is none. */
  readonly lastAt: number;
  /** Bytes of the bodies as they were first written, give or take some deleted ones (up to 64 before `first`). */
  readonly bytes: number;
}

/** One segment, for the map of a store. */
export interface SegmentInfo {
  /** Name of its file. */
  readonly file: string;
  /** Bytes of records, header included. */
  readonly bytes: number;
  /** First LSN that it stands for. */
  readonly firstLsn: number;
  /** Last LSN that it stands for. */
  readonly lastLsn: number;
  /** Messages, edits and key values in it. */
  readonly records: number;
  /** Those of them that still count. */
  readonly live: number;
}

/** What a store holds. */
export interface StoreStat {
  /** How many streams there are. */
  readonly streams: number;
  /** How many messages are there, over all streams. */
  readonly messages: number;
  /** How many keys there are. */
  readonly keys: number;
  /** LSN of the last record. */
  readonly lsn: number;
  /** Memory of the message index in bytes. */
  readonly indexBytes: number;
  /** The segments in the order of the log; the last one is being written. */
  readonly segments: readonly SegmentInfo[];
}

/** A store that can be read. */
export interface ReadStore {
  /** What the store holds. */
  stat(): StoreStat;
  /** All streams, in the order in which they were made. */
  streams(): Iterable<StreamInfo>;
  /** About when the oldest message was written, in ms since 1970; `undefined` when there is none. */
  oldestAt(): number | undefined;
  /** One stream; `undefined` when nothing was ever appended to it. */
  stream(name: string): StreamInfo | undefined;
  /**
   * Reads a page of messages, in the order of their seqs.
   *
   * @returns Nothing when there is no such stream.
   * @throws {RangeError} When the limit is not from 1 to 10,000.
   */
  read(stream: string, query?: PageQuery): Promise<Entry[]>;
  /**
   * The first seq of a stream whose time is `at` or later, one more than the last seq when there is none.
   * With `read(…, { after: seq − 1 })` this gives a range of time.
   *
   * @param at Milliseconds since 1970.
   */
  seqAt(stream: string, at: number): Promise<number>;
  /**
   * The value of a key; `undefined` when there is none.
   *
   * @throws {DamageError} When the value is damaged.
   */
  get(key: string): Promise<Uint8Array | undefined>;
  /** The same, read on the event loop: for a small value that is wanted in the middle of something. */
  getNow(key: string): Uint8Array | undefined;
  /** The keys that begin with `prefix`, as they are now, in no order. */
  keys(prefix?: string): Iterable<string>;
  /**
   * The messages of all streams as they were written, in pieces, from the end of the log backward: the newest piece
   * first, in each the order of the log. Deleted ones come too. Stop when you have seen enough: what is older is
   * not read then.
   */
  newest(): AsyncIterable<readonly LogMessage[]>;
}

/** A store that was opened for reading only. */
export interface ReadOnlyStore extends ReadStore, Disposable {
  /**
   * Copies the store, as it was when it was opened, into another directory, which must be missing or empty. On the
   * same file system this takes little space: segments that are complete are linked unless `link` is false.
   *
   * @throws {StoreError} `not_empty`.
   */
  backup(directory: string, options?: BackupOptions): Promise<BackupReport>;
}

/** What a reader needs. */
export interface ReaderParts {
  readonly world: World;
  readonly catalog: Catalog;
  readonly segments: Segments;
  /** All segments in LSN order. */
  readonly list: () => readonly Segment[];
}

/** Reads an open store. */
export class Reader implements ReadStore, Disposable {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  stat(): StoreStat {
    const { catalog, list } = this.#parts;
    const segments = list().map((segment) => ({
      file: segmentName(segment.id),
      bytes: segment.end,
      firstLsn: segment.firstLsn,
      lastLsn: segment.lastLsn,
      records: segment.records,
      live: catalog.live.live(segment.ordinal),
    }));
    return {
      streams: catalog.streams.known(),
      messages: catalog.streams.messages,
      keys: catalog.keys.size(),
      lsn: segments.at(-1)?.lastLsn ?? 0,
      indexBytes: catalog.streams.locations.bytes(),
      segments,
    };
  }

  *streams(): Generator<StreamInfo> {
    for (const stream of this.#parts.catalog.streams.all()) yield this.#info(stream);
  }

  oldestAt(): number | undefined {
    const { streams } = this.#parts.catalog;
    let oldest = Infinity;
    for (const stream of streams.all()) {
      const at = stream.live === 0 ? NaN : streams.timeOf(stream, stream.firstBlock);
      if (at < oldest) oldest = at;
    }
    return oldest === Infinity ? undefined : oldest;
  }

  stream(name: string): StreamInfo | undefined {
    const stream = this.#known(name);
    return stream === undefined ? undefined : this.#info(stream);
  }

  async read(name: string, query: PageQuery = {}): Promise<Entry[]> {
    const stream = this.#known(name);
    return stream === undefined ? [] : await readPage(this.#pages(), stream, query);
  }

  async seqAt(name: string, at: number): Promise<number> {
    const stream = this.#known(name);
    return stream === undefined ? 1 : (await firstAt(this.#pages(), stream, at)).seq;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const spot = this.#spotOf(key);
    if (spot === undefined) return undefined;
    const { segments, world } = this.#parts;
    const [read] = await readRecords(segments, [spot], world.now);
    return valueIn(read, key, spot);
  }

  getNow(key: string): Uint8Array | undefined {
    const spot = this.#spotOf(key);
    if (spot === undefined) return undefined;
    return valueIn(readRecordNow(this.#parts.segments, spot), key, spot);
  }

  keys(prefix = ""): Iterable<string> {
    return this.#parts.catalog.keys.keys(prefix);
  }

  newest(): AsyncGenerator<LogMessage[]> {
    const { catalog, segments, list } = this.#parts;
    return newestFirst({ streams: catalog.streams, segments, list: list() });
  }

  [Symbol.dispose](): void {
    this.#parts.segments[Symbol.dispose]();
  }

  #known(name: string): Stream | undefined {
    const stream = this.#parts.catalog.streams.named(name);
    return stream?.known ? stream : undefined;
  }

  #spotOf(key: string): Spot | undefined {
    const { catalog, segments } = this.#parts;
    const place = catalog.keys.get(key);
    if (place === undefined) return undefined;
    return { segment: segments.at(place.ordinal), offset: place.unit * GRID_BYTES };
  }

  #pages(): { streams: Catalog["streams"]; segments: Segments; world: World } {
    const { catalog, segments, world } = this.#parts;
    return { streams: catalog.streams, segments, world };
  }

  #info(stream: Stream): StreamInfo {
    const { name, first, last, live, lastAt, sum, firstBlock } = stream;
    const before = live === 0 ? sum : this.#parts.catalog.streams.sumBefore(stream, firstBlock);
    return { name, first, last, count: live, lastAt, bytes: sum - before };
  }
}

/** The value in a record that was read. @throws {DamageError} When it cannot be read, or is not the key's. */
function valueIn(read: ReadRecord | undefined, key: string, spot: Spot): Uint8Array {
  const pair = read?.kind === "record" && read.record.kind === Kind.put
    ? decodePair(read.body)
    : undefined;
  if (pair?.key === key) return pair.value;
  const { segment, offset } = spot;
  const file = segmentName(segment.id);
  const other = { file, offset, bytes: 0, reason: `the value of key '${key}' is not here` };
  throw new DamageError(`Cannot read the value of key '${key}'`, [
    read?.kind === "damaged" ? read.damage : other,
  ]);
}
