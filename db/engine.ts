/**
 * The parts of a store, joined.
 *
 * What may be written is in `drafts.ts`, how it gets to the disk in `writer.ts`, what it adds up to in `catalog.ts`,
 * how it is read in `reader.ts`, what is done beside that in `upkeep.ts`; what callers may rely on is in `store.ts`.
 *
 * @module
 */

import { backUp, type BackupReport } from "./backup.ts";
import type { Commit, Durability } from "./commit.ts";
import { stillOurs } from "./guard.ts";
import { Drafts, type Write } from "./drafts.ts";
import { DamageError } from "./errors.ts";
import { allOf } from "./files.ts";
import { recordBytes } from "./format.ts";
import { NAME_BYTES_MAX } from "./limits.ts";
import type { Loaded } from "./load.ts";
import type { LogMessage } from "./newest.ts";
import { makeSegment } from "./make_segment.ts";
import type { Entry, PageQuery } from "./pages.ts";
import { Reader, type StoreStat, type StreamInfo } from "./reader.ts";
import type { Recovered } from "./recover.ts";
import { Drops, expire, type KeepSince, type RetentionParts } from "./retention.ts";
import type { Segment } from "./segments.ts";
import type { Lock, Storage, StorageFile } from "./storage.ts";
import type { StreamTable } from "./streams.ts";
import type {
  Appended,
  BatchWritten,
  CompactOptions,
  CompactReport,
  RetainOptions,
  ShrinkOptions,
  Store,
  Written,
} from "./store.ts";
import { Upkeep } from "./upkeep.ts";
import type { World } from "./world.ts";
import { Writer } from "./writer.ts";

/** What a store is made of. */
export interface StoreParts {
  readonly storage: Storage;
  readonly world: World;
  readonly loaded: Loaded;
  readonly recovered: Recovered;
  readonly lock: Lock;
  readonly durability: Durability;
  readonly segmentBytes: number;
  readonly autoCompact: boolean;
  readonly onCommit: (commit: Commit) => void;
  readonly onWriting: () => void;
  readonly onSync: (ms: number) => void;
  readonly onEnded: () => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
}

/** An open store. */
export class Engine implements Store {
  readonly #parts: StoreParts;
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #upkeep: Upkeep;
  #closing: Promise<void> | undefined;

  constructor(parts: StoreParts) {
    this.#parts = parts;
    const { loaded, recovered, world, durability, segmentBytes, lock, storage } = parts;
    const { onWriting, onCommit, onTrouble } = parts;
    const { catalog, segments } = loaded;
    this.#upkeep = new Upkeep({
      ...parts,
      tail: () => this.#writer.unsealed()[0],
      harden: () => this.#writer.harden(),
    });
    this.#writer = new Writer(
      {
        catalog,
        world,
        durability,
        segmentBytes,
        makeSegment: () => makeSegment(recovered.maker),
        onSealed: (segment) => this.#upkeep.seal(segment),
        onWriting,
        onCommit,
        sync: (file) => this.#sync(file),
        holds: (active) => stillOurs(lock, active),
        path: storage.path,
        onTrouble,
      },
      recovered.active,
      recovered.lastLsn,
    );
    const list = (): Segment[] => [...recovered.shelf.segments(), ...this.#writer.unsealed()];
    this.#reader = new Reader({ world, catalog, segments, list });
    this.#upkeep.begin();
  }

  nextSeq(stream: string): number {
    const streams = this.#streams();
    return (streams.named(stream)?.assigned ?? streams.floors.of(stream)) + 1;
  }

  append(
    stream: string,
    body: Uint8Array,
    options: { readonly at: number; readonly edited?: boolean; readonly latest?: number },
  ): Appended {
    this.#writer.admit(2, recordBytes(body.length) + recordBytes(NAME_BYTES_MAX));
    const drafts = new Drafts(this.#streams());
    const seq = drafts.message(stream, body, options.at, options);
    const { lsn, done } = this.#writer.append(drafts.records);
    return { seq, lsn, done };
  }

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

  put(key: string, value: Uint8Array): Written {
    return this.batch([{ kind: "put", key, value }]);
  }

  delete(key: string): Written {
    return this.batch([{ kind: "delete", key }]);
  }

  async edit(stream: string, seq: number, body: Uint8Array): Promise<void> {
    const [entry] = await this.read(stream, { after: seq - 1, limit: 1 });
    const found = this.#streams().present(stream, seq);
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

  async remove(stream: string, seq: number): Promise<void> {
    const drafts = new Drafts(this.#streams());
    drafts.drop(this.#streams().present(stream, seq), seq, 1);
    await this.#write(drafts);
  }

  async trim(stream: string, before: number): Promise<number> {
    const found = this.#streams().named(stream);
    if (found === undefined) return 0;
    const drops = new Drops(this.#retention());
    await drops.below(found, before);
    return this.#tidied(await drops.finish());
  }

  async retain(
    keepSince: KeepSince,
    { latest = Infinity, beside }: RetainOptions = {},
  ): Promise<number> {
    return this.#tidied(await expire(this.#retention(), keepSince, { latest, beside }));
  }

  shrink(bytes: number, { mayGo = () => false }: ShrinkOptions = {}): Promise<number> {
    const roll = (): Promise<void> => this.#writer.roll();
    return this.#upkeep.shrink(bytes, this.#retention(), {
      bytes: () => this.bytes(),
      roll,
      mayGo,
    });
  }

  bytes(): number {
    const { shelf } = this.#parts.recovered;
    let bytes = 0;
    for (const { end, hintBytes } of shelf.segments()) bytes += end + hintBytes;
    for (const { end } of this.#writer.unsealed()) bytes += end;
    return bytes;
  }

  pendingMs(): number {
    return this.#writer.pendingMs();
  }

  async flush(): Promise<void> {
    await this.#writer.drain();
  }

  async compact(options: CompactOptions = {}): Promise<CompactReport> {
    const { reach = "worthwhile", bytesPerSecond = Infinity } = options;
    if (reach === "all" || (reach === "dead" && this.#hasDeadUnsealed())) await this.#writer.roll();
    return await this.#upkeep.compact(reach, bytesPerSecond);
  }

  async backup(directory: string): Promise<BackupReport> {
    const { storage: from, recovered, loaded: { segments } } = this.#parts;
    await this.#writer.roll();
    const tail = this.#writer.unsealed()[0];
    return await this.#upkeep.run(() =>
      backUp({
        from,
        to: from.at(directory),
        manifest: recovered.shelf.manifest({ id: tail.id }),
        segments,
      })
    );
  }

  async skip(stream: string, to: number, options: { readonly lost?: boolean } = {}): Promise<void> {
    const drafts = new Drafts(this.#streams());
    drafts.skip(stream, to, options.lost ?? false);
    if (drafts.records.length > 0) await this.#write(drafts);
  }

  stat(): StoreStat {
    return this.#reader.stat();
  }

  streams(): Iterable<StreamInfo> {
    return this.#reader.streams();
  }

  oldestAt(): number | undefined {
    return this.#reader.oldestAt();
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

  getNow(key: string): Uint8Array | undefined {
    return this.#reader.getNow(key);
  }

  keys(prefix?: string): Iterable<string> {
    return this.#reader.keys(prefix);
  }

  newest(): AsyncIterable<readonly LogMessage[]> {
    return this.#reader.newest();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    const { lock, loaded, onEnded, onTrouble } = this.#parts;
    this.#upkeep.rest();
    const finish = async (last: Segment | undefined): Promise<void> => {
      await this.#upkeep.stop();
      if (last !== undefined) await this.#upkeep.finish(last);
    };
    try {
      const last = await this.#writer.close();
      const ended = this.#writer.whole && lock.holds();
      // Each of them syncs, and who waits for the end waits for a slow disk only once.
      await allOf(finish(last), ended ? onEnded() : Promise.resolve());
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

  async #write(drafts: Drafts): Promise<void> {
    try {
      this.#writer.admit(drafts.records.length, drafts.bytes);
    } catch (error) {
      drafts.takeBack();
      throw error;
    }
    await this.#writer.append(drafts.records).done;
  }

  #hasDeadUnsealed(): boolean {
    const { live } = this.#parts.loaded.catalog;
    return this.#writer.unsealed().some(({ ordinal, records }) => live.live(ordinal) < records);
  }

  /** Makes what was written durable, and tells how long that took. */
  async #sync(file: StorageFile): Promise<void> {
    const { world, onSync } = this.#parts;
    const start = world.now();
    await file.sync();
    onSync(world.now() - start);
  }

  /** What retention works with. */
  #retention(): RetentionParts {
    const { world, loaded: { segments } } = this.#parts;
    return {
      streams: this.#streams(),
      segments,
      world,
      write: (drafts) => this.#write(drafts),
      alive: () => this.#closing === undefined,
    };
  }

  /** What was deleted is to be freed. */
  #tidied(gone: number): number {
    if (gone > 0) this.#upkeep.tidy();
    return gone;
  }
}
