/**
 * A store whose disk was full when it was opened: what is there is read, and nothing is written until there is room.
 *
 * ```text
 *   opening ── ENOSPC ──► view of what is there ── room again? ──► the store, opened as ever
 *                         writes: "full"           asked at each write and look, once a second at most
 * ```
 *
 * To be written, a store needs a new segment, and a new manifest that names it; without room for these it can only be
 * seen as a reader sees it. The lock is held all the while. Whether there is room is tried by a file of the size of what
 * opening may need, so that a full disk does not make the store load again and again. The view is given up when the
 * last read that began on it has ended.
 *
 * @module
 */

import type { BackupReport } from "./backup.ts";
import type { Write } from "./drafts.ts";
import { isFull, StoreError } from "./errors.ts";
import { giveUp, removeFile, writeAll } from "./files.ts";
import { FULL_PROBE_BYTES, FULL_TRY_MS } from "./limits.ts";
import { PART } from "./make_segment.ts";
import type { LogMessage } from "./newest.ts";
import type { Entry, PageQuery } from "./pages.ts";
import type { ReadOnlyStore, ReadStore, StoreStat, StreamInfo } from "./reader.ts";
import type { KeepSince } from "./retention.ts";
import type { Lock, Storage } from "./storage.ts";
import type {
  Appended,
  BatchWritten,
  CompactReport,
  RetainOptions,
  ShrinkOptions,
  Store,
  Written,
} from "./store.ts";
import type { World } from "./world.ts";

/** What such a store is made of. */
export interface FullStoreParts {
  readonly storage: Storage;
  readonly world: World;
  /** Held until the store is closed; who opens takes it over. */
  readonly lock: Lock;
  /** What is there. */
  readonly view: ReadOnlyStore;
  /** Opens the store for writing. */
  readonly open: () => Promise<Store>;
  /** Called at closing when nothing was ever written: whoever opens the store calls it itself. */
  readonly onEnded: () => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
}

/** What can be read: the view, or the store. */
type Seen = ReadStore & { backup(directory: string): Promise<BackupReport> };

/** Name of the file that tries whether there is room; opening removes one that was left behind. */
const PROBE = `room${PART}`;

/** A store that waits for room. */
export class FullStore implements Store {
  readonly #parts: FullStoreParts;
  #view: ReadOnlyStore | undefined;
  #store: Store | undefined;
  /** Reads of the view that are under way. */
  #reads = 0;
  #trying: Promise<void> | undefined;
  #triedMs: number;
  #closing: Promise<void> | undefined;

  constructor(parts: FullStoreParts) {
    this.#parts = parts;
    this.#view = parts.view;
    this.#triedMs = parts.world.now();
  }

  nextSeq(stream: string): number {
    return this.#store?.nextSeq(stream) ?? (this.#seen().stream(stream)?.last ?? 0) + 1;
  }

  append(
    stream: string,
    body: Uint8Array,
    options: { readonly at: number; readonly edited?: boolean },
  ): Appended {
    return this.#writable().append(stream, body, options);
  }

  batch(writes: readonly Write[]): BatchWritten {
    return this.#writable().batch(writes);
  }

  put(key: string, value: Uint8Array): Written {
    return this.#writable().put(key, value);
  }

  delete(key: string): Written {
    return this.#writable().delete(key);
  }

  async edit(stream: string, seq: number, body: Uint8Array): Promise<void> {
    await this.#writable().edit(stream, seq, body);
  }

  async remove(stream: string, seq: number): Promise<void> {
    await this.#writable().remove(stream, seq);
  }

  async trim(stream: string, before: number): Promise<number> {
    return await this.#writable().trim(stream, before);
  }

  /** Also deleting needs room; until there is some, nothing is deleted. */
  async retain(keepSince: KeepSince, options?: RetainOptions): Promise<number> {
    this.#try();
    return await this.#store?.retain(keepSince, options) ?? 0;
  }

  async shrink(bytes: number, options?: ShrinkOptions): Promise<number> {
    this.#try();
    return await this.#store?.shrink(bytes, options) ?? 0;
  }

  bytes(): number {
    this.#try();
    return this.#store?.bytes() ??
      this.#seen().stat().segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  pendingMs(): number {
    return this.#store?.pendingMs() ?? 0;
  }

  async flush(): Promise<void> {
    await this.#store?.flush();
  }

  async compact(
    options: { readonly all?: boolean; readonly bytesPerSecond?: number } = {},
  ): Promise<CompactReport> {
    return await this.#writable().compact(options);
  }

  async backup(directory: string): Promise<BackupReport> {
    return await this.#read<BackupReport>((store) => store.backup(directory));
  }

  async skip(stream: string, to: number, options: { readonly lost?: boolean } = {}): Promise<void> {
    await this.#writable().skip(stream, to, options);
  }

  stat(): StoreStat {
    return this.#seen().stat();
  }

  streams(): Iterable<StreamInfo> {
    return this.#seen().streams();
  }

  stream(name: string): StreamInfo | undefined {
    return this.#seen().stream(name);
  }

  oldestAt(): number | undefined {
    return this.#seen().oldestAt();
  }

  read(stream: string, query?: PageQuery): Promise<Entry[]> {
    return this.#read((store) => store.read(stream, query));
  }

  seqAt(stream: string, at: number): Promise<number> {
    return this.#read((store) => store.seqAt(stream, at));
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#read((store) => store.get(key));
  }

  getNow(key: string): Uint8Array | undefined {
    return this.#seen().getNow(key);
  }

  keys(prefix?: string): Iterable<string> {
    return this.#seen().keys(prefix);
  }

  async *newest(): AsyncGenerator<readonly LogMessage[]> {
    this.#reads++;
    try {
      yield* this.#seen().newest();
    } finally {
      this.#readEnded();
    }
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    await this.#trying;
    try {
      if (this.#store === undefined) await this.#parts.onEnded();
      else await this.#store.close();
    } catch (error) {
      this.#parts.onTrouble(error);
    } finally {
      this.#view?.[Symbol.dispose]();
      this.#view = undefined;
      if (this.#store === undefined) this.#parts.lock[Symbol.dispose]();
    }
  }

  /** Where to read. */
  #seen(): Seen {
    const seen = this.#store ?? this.#view;
    if (seen === undefined) throw new StoreError("closed", "Cannot read: the store is closed");
    return seen;
  }

  async #read<T>(
    work: (store: Seen) => Promise<T>,
  ): Promise<T> {
    const seen = this.#seen();
    this.#reads++;
    try {
      return await work(seen);
    } catch (error) {
      // Opening has removed a file that the view still needed: all that was in it stands elsewhere now.
      if (this.#store === undefined || seen === this.#store) throw error;
      return await work(this.#store);
    } finally {
      this.#readEnded();
    }
  }

  #readEnded(): void {
    this.#reads--;
    this.#giveUpView();
  }

  #giveUpView(): void {
    if (this.#store === undefined || this.#reads > 0) return;
    this.#view?.[Symbol.dispose]();
    this.#view = undefined;
  }

  /** The store, if it can be written. */
  #writable(): Store {
    if (this.#store !== undefined) return this.#store;
    if (this.#closing !== undefined) {
      throw new StoreError("closed", "Cannot append: the store is closing");
    }
    this.#try();
    throw new StoreError("full", "Cannot store: the disk is full");
  }

  /** Tries in the background whether there is room, if that was not tried just now. */
  #try(): void {
    const { world, onTrouble } = this.#parts;
    if (this.#store !== undefined || this.#closing !== undefined) return;
    if (this.#trying !== undefined || world.now() - this.#triedMs < FULL_TRY_MS) return;
    this.#triedMs = world.now();
    this.#trying = this.#open()
      .catch((error) => {
        if (!isFull(error)) onTrouble(error);
      })
      .finally(() => this.#trying = undefined);
  }

  async #open(): Promise<void> {
    await this.#probe();
    this.#store = await this.#parts.open();
    this.#giveUpView();
  }

  /** @throws What the disk says when there is no room. */
  async #probe(): Promise<void> {
    const { storage } = this.#parts;
    removeFile(storage, PROBE);
    using file = storage.create(PROBE);
    try {
      writeAll(file, new Uint8Array(FULL_PROBE_BYTES), 0);
      await file.sync();
    } finally {
      giveUp(storage, PROBE);
    }
  }
}
