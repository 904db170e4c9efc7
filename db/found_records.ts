/**
 * Records that salvage has found, read once more to be copied.
 *
 * They are read ahead, since most of what follows is wanted next; where that meets a place that the disk does not give,
 * each record is read by itself. What was there at first and cannot be read any more is counted.
 *
 * @module
 */

import { type Damage, systemCode } from "./errors.ts";
import {
  blockOf,
  bodyOf,
  parseRecord,
  readHeader,
  recordBytesAt,
  type RecordHeader,
} from "./format.ts";
import { GRID_BYTES, READ_AHEAD_BYTES } from "./limits.ts";
import { NOT_READ } from "./read_around.ts";
import type { Salvaged } from "./salvage.ts";
import { saltOf } from "./salt.ts";
import { SourceFiles } from "./sources.ts";
import type { Storage } from "./storage.ts";

/** The first bytes of a record, which tell its length. */
const LENGTH_BYTES = 8;

/** Reads records that were found. */
export class FoundRecords implements Disposable {
  readonly #files: SourceFiles;
  readonly #found: Salvaged;
  readonly #known: ReadonlySet<number | undefined>;
  /** Those that could not be read any more. */
  readonly #unread = new Set<number>();
  #buffer = new Uint8Array(READ_AHEAD_BYTES);

  /** @param storage Where they were found. */
  constructor(storage: Storage, found: Salvaged) {
    this.#files = new SourceFiles(storage);
    this.#found = found;
    this.#known = new Set([...found.evidence.salts, ...found.sources.map(({ salt }) => salt)]);
  }

  /** How many of those that were asked for cannot be read any more. */
  get unread(): number {
    return this.#unread.size;
  }

  /** Where these stand: one place for each file, around all of them. */
  damages(): Damage[] {
    const { finds, sources } = this.#found;
    const places = new Map<string, { from: number; to: number }>();
    for (const find of this.#unread) {
      const file = sources[finds.source(find)]?.file ?? "";
      const at = finds.unit(find) * GRID_BYTES;
      const place = places.get(file) ?? { from: at, to: at };
      places.set(file, { from: Math.min(place.from, at), to: Math.max(place.to, at) });
    }
    return [...places].map(([file, { from, to }]) => ({
      file,
      offset: from,
      bytes: to - from,
      reason: `${NOT_READ} a second time`,
    }));
  }

  /** A record, whose body is valid until the next one is read; `undefined` when it cannot be read any more. */
  read(find: number): { readonly record: RecordHeader; readonly body: Uint8Array } | undefined {
    const { finds, sources } = this.#found;
    const file = sources[finds.source(find)]?.file ?? "";
    const got = this.#bring(file, finds.unit(find) * GRID_BYTES);
    const block = blockOf(this.#buffer.subarray(0, got));
    const salt = got < LENGTH_BYTES ? undefined : saltOf(block, 0);
    if (this.#known.has(salt) && parseRecord(block, 0, got, salt ?? 0).kind === "record") {
      const record = readHeader(block.view, 0);
      if (record.lsn === finds.lsn(find)) return { record, body: bodyOf(block, 0, record) };
    }
    this.#unread.add(find);
    return undefined;
  }

  /** Reads a record into the buffer, with what follows if that can be read. @returns How many bytes are there. */
  #bring(file: string, at: number): number {
    const ahead = this.#tryRead(file, at, this.#buffer.length);
    const got = ahead ?? this.#tryRead(file, at, LENGTH_BYTES) ?? 0;
    const bytes = got < LENGTH_BYTES ? 0 : recordBytesAt(blockOf(this.#buffer).view, 0);
    if (ahead !== undefined && bytes <= ahead) return ahead;
    if (bytes > this.#buffer.length) this.#buffer = new Uint8Array(bytes);
    return bytes === 0 ? 0 : this.#tryRead(file, at, bytes) ?? 0;
  }

  #tryRead(file: string, at: number, bytes: number): number | undefined {
    try {
      return this.#files.read(file, this.#buffer.subarray(0, bytes), at);
    } catch (error) {
      if (systemCode(error) === "EIO") return undefined;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#files[Symbol.dispose]();
  }
}
