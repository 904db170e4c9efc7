/**
 * The files of a damaged store that may hold records, and the salt of each.
 *
 * Every file is looked at that has the name of a segment, or of one that was being made, or that begins like one: what a
 * file is called is only a hint. A damaged hint or manifest may have got a piece of a segment. A file of another store is left alone, because its records would be taken for
 * this one's.
 *
 * @module
 */

import { solveSalt } from "./dig.ts";
import { type Damage, newerFormat, systemCode } from "./errors.ts";
import type { Evidence } from "./evidence.ts";
import { MISSING, unreadable } from "./files.ts";
import { type Block, blockOf } from "./format.ts";
import { OPEN_FILES_MAX, OPEN_FILES_SHARE, SEGMENT_FILE_BYTES_MAX } from "./limits.ts";
import { PART } from "./make_segment.ts";
import { NOT_READ, readAround } from "./read_around.ts";
import {
  decodeSegmentHeader,
  type LsnRange,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  segmentIdOf,
} from "./segment_header.ts";
import { LOCK_NAME, type Storage, type StorageFile } from "./storage.ts";

/** One file that may hold records. */
export interface Source {
  readonly file: string;
  /** Number of the segment, by its header or else by its name; 0 when neither says it. */
  readonly id: number;
  /** Salt of its records; `undefined` when nothing tells it. */
  readonly salt: number | undefined;
  readonly headerIsGood: boolean;
  /** Whether it should be a segment; in any other file nothing is missed. */
  readonly expected: boolean;
  readonly range: LsnRange | undefined;
  /** Whether compaction has written it, as its header says. */
  readonly compacted: boolean;
  /** Of two files that claim one LSN the one of higher rank is right: the newer one, if it was finished. */
  readonly rank: number;
}

/** A file with its bytes. Where the disk could not be read there are zeros, and a damage. */
export interface ReadSource {
  readonly block: Block;
  readonly damages: readonly Damage[];
}

/** What there is to dig through, and what is wrong with other files. */
export interface FoundSources {
  readonly sources: readonly Source[];
  readonly store: string | undefined;
  readonly damages: readonly Damage[];
}

/** What the first bytes of a file say. */
interface Begun {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly outcome: ReturnType<typeof decodeSegmentHeader>;
}

/** Finds all files that may hold records. @throws {StoreError} `newer_format`. */
export async function findSources(
  storage: Storage,
  names: readonly string[],
  evidence: Evidence,
): Promise<FoundSources> {
  const damages: Damage[] = [];
  const begun: Begun[] = [];
  for (const file of names.toSorted()) {
    if (file === LOCK_NAME) continue;
    const named = segmentIdOf(file.replace(PART, "")) !== undefined ||
      evidence.damages.some((damage) => damage.file === file);
    const read = await beginningOf(storage, file);
    if (read instanceof Uint8Array) {
      const outcome = decodeSegmentHeader(read);
      if (outcome.kind === "newer") {
        throw newerFormat(file);
      }
      if (named || outcome.kind === "header") begun.push({ file, bytes: read, outcome });
    } else if (named) damages.push({ file, offset: 0, bytes: 0, reason: read });
  }
  const store = storeOf(begun, evidence);
  const known = new Set(evidence.salts);
  for (const { outcome } of begun) {
    if (outcome.kind === "header" && outcome.header.store === store) known.add(outcome.header.salt);
  }
  const sources: Source[] = [];
  for (const one of begun) {
    const { file, outcome } = one;
    if (outcome.kind === "header") {
      const { header } = outcome;
      if (header.store !== store) {
        damages.push({ file, offset: 0, bytes: 0, reason: "the file belongs to another store" });
      } else {sources.push({
          file,
          headerIsGood: true,
          expected: true,
          rank: rankOf(file, header.id),
          ...ranged(header),
        });}
      continue;
    }
    const number = segmentIdOf(file.replace(PART, ""));
    const id = number ?? 0;
    const expected = number !== undefined;
    const salt = await lostSalt(storage, one, known);
    if (salt !== undefined) known.add(salt);
    const rank = rankOf(file, id);
    const unknown = { headerIsGood: false, range: undefined, compacted: false };
    sources.push({ file, id, salt, expected, rank, ...unknown });
  }
  return { sources, store, damages };
}

function ranged(
  { id, salt, range, compacted }: SegmentHeader,
): Pick<Source, "id" | "salt" | "range" | "compacted"> {
  return { id, salt, range, compacted };
}

/** What was being made and never got its name comes after all that did. */
function rankOf(file: string, id: number): number {
  return file.endsWith(PART) ? id - 2 ** 32 : id;
}

/** The store that this is: the one that the manifest names, if any segment says the same, or else what most say. */
function storeOf(begun: readonly Begun[], { store }: Evidence): string | undefined {
  const votes = new Map<string, number>();
  for (const { outcome } of begun) {
    if (outcome.kind !== "header") continue;
    votes.set(outcome.header.store, (votes.get(outcome.header.store) ?? 0) + 1);
  }
  if (store !== undefined && (votes.has(store) || votes.size === 0)) return store;
  return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** The salt of a file whose header is lost. */
async function lostSalt(
  storage: Storage,
  { file, bytes }: Begun,
  known: ReadonlySet<number>,
): Promise<number | undefined> {
  const { block } = await readSource(storage, file);
  const raw = bytes.length < 48
    ? undefined
    : new DataView(bytes.buffer, bytes.byteOffset).getUint32(44, true);
  return solveSalt(block, known, raw);
}

/** The first bytes of a file, or why they cannot be read. Bytes that the disk does not give are zeros. */
async function beginningOf(storage: Storage, name: string): Promise<Uint8Array | string> {
  try {
    using file = storage.open(name);
    const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
    try {
      return bytes.subarray(0, await file.read(bytes, 0));
    } catch (error) {
      if (systemCode(error) !== "EIO") throw error;
      return bytes;
    }
  } catch (error) {
    const reason = systemCode(error) === "ENOENT" ? MISSING : unreadable(error);
    if (reason === undefined) throw error;
    return reason;
  }
}

/** Reads a whole file, around what the disk does not give. */
export async function readSource(storage: Storage, name: string): Promise<ReadSource> {
  using file = storage.open(name);
  const bytes = new Uint8Array(Math.min(file.size(), SEGMENT_FILE_BYTES_MAX));
  const { unread } = await readAround((into, at) => file.read(into, at), bytes, 0);
  const damages = unread.map(({ from, to }) => ({
    file: name,
    offset: from,
    bytes: to - from,
    reason: NOT_READ,
  }));
  return { block: blockOf(bytes), damages };
}

/** Open files of sources, a bounded number of them. */
export class SourceFiles implements Disposable {
  readonly #storage: Storage;
  readonly #open = new Map<string, StorageFile>();
  readonly #max: number;

  constructor(storage: Storage) {
    this.#storage = storage;
    // Half of the share: the store that is being made has the other one.
    const share = Math.floor((storage.filesMax?.() ?? Infinity) * OPEN_FILES_SHARE / 2);
    this.#max = Math.max(1, Math.min(OPEN_FILES_MAX, share));
  }

  /** Reads from a file, on the event loop; fewer bytes only at its end. */
  read(file: string, into: Uint8Array, at: number): number {
    const open = this.#open.get(file) ?? this.#storage.open(file);
    this.#open.delete(file);
    this.#open.set(file, open);
    for (const [oldest, other] of this.#open) {
      if (this.#open.size <= this.#max) break;
      other.close();
      this.#open.delete(oldest);
    }
    return open.readNow(into, at);
  }

  /** Closes all files. */
  [Symbol.dispose](): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }
}
