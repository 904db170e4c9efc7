/**
 * A hint: what the index needs to know about one complete segment, so that opening need not read the segment.
 *
 * ```text
 *    0      8        12      16        20     24        32                 64
 *   ├──────┼────────┼───────┼─────────┼──────┼─────────┼──────────────────┼──────────────────┬─────┐
 *   │"hint"│ version│ id    │ salt    │ end  │ last lsn│ 8 counts u32     │ columns          │ crc │
 *   └──────┴────────┴───────┴─────────┴──────┴─────────┴──────────────────┴──────────────────┴─────┘
 *
 *   columns, one after the other, all u32 but for the f64 at the front:
 *   totals    bytes f64 │ last time f64                 │ slot
 *   samples   time f64 │ bytes before, in the segment f64 │ slot │ block number
 *   runs      slot │ first seq │ count          units   one for each message of each run
 *   drops     slot │ from │ count
 *   names     slot │ length                     keys    unit, or 0 when removed │ length
 *   then the texts of the names and of the keys in UTF-8
 * ```
 *
 * Columns are copied as they are, in the byte order of every machine that this runs on: little-endian.
 *
 * A hint is bound to its segment by id, salt, length and last LSN, and protected by a CRC. One that does not
 * fit is ignored and made again from the segment: it is derived, never believed, and needs no sync. A
 * message costs 4 bytes here, so ten million are read in a fraction of a second; this takes the place of
 * a checkpoint of the whole index, which would be written again and again as the store grows.
 *
 * @module
 */

import { fileNumber } from "./numbers.ts";
import { crc32 } from "node:zlib";
import { encodeName } from "./bodies.ts";
import { HINT_HEADER_BYTES, readColumns } from "./hint_columns.ts";
import type { SegmentRow } from "./manifest.ts";
import { FORMAT_VERSION } from "./limits.ts";

/** Consecutive seqs of one stream, and where each stands. A later run overrides an earlier one. */
export interface Run {
  readonly slot: number;
  readonly seq: number;
  readonly units: ArrayLike<number>;
}

/** Time and size of the first message of a block in this segment. */
export interface Sample {
  readonly slot: number;
  readonly block: number;
  readonly at: number;
  /** Bytes of the stream's bodies in this segment before the message. */
  readonly before: number;
}

/** What a stream has in this segment: bytes of bodies as first written, and its latest time. */
export interface Total {
  readonly slot: number;
  readonly bytes: number;
  readonly lastAt: number;
}

/** Messages that are gone. */
export interface Gap {
  readonly slot: number;
  readonly seq: number;
  readonly count: number;
}

/** Where the units of a run stand in a column. */
export interface Places {
  readonly units: ArrayLike<number>;
  readonly at: number;
  readonly count: number;
}

/** Sees a run. The places are lent until it returns. */
export type SeeRun = (slot: number, seq: number, places: Places) => void;

/** Sees a sample. */
export type SeeSample = (slot: number, block: number, at: number, before: number) => void;

/** Sees a total. */
export type SeeTotal = (slot: number, bytes: number, lastAt: number) => void;

/** What one segment does to the index. */
export interface Hint {
  readonly names: readonly { readonly slot: number; readonly name: string }[];
  readonly runs: readonly Run[];
  readonly samples: readonly Sample[];
  readonly totals: readonly Total[];
  readonly gaps: readonly Gap[];
  /** The last word on each key: the unit of its value, or 0 when it was removed; before that, one that is not its value any more. */
  readonly keys: readonly { readonly key: string; readonly unit: number }[];
  /** Shows what a decoded hint has without making an object of each: there may be a hundred thousand. */
  readonly each?: () => Each;
  /** Keys with a value that were left out in decoding, because nobody needs them. */
  readonly forgotten?: number;
}

/** Walks over the columns of a hint. */
export interface Each {
  readonly run: (see: SeeRun) => void;
  readonly sample: (see: SeeSample) => void;
  readonly total: (see: SeeTotal) => void;
}

const MAGIC = new TextEncoder().encode("hint\n\0\0\0");
const HIGH = 0x1_0000_0000;

/** Name of the file of a segment's hint. */
export function hintName(id: number): string {
  return `${String(id).padStart(8, "0")}.hint`;
}

/** The segment id in a hint file's name, if it is one. */
export function hintIdOf(name: string): number | undefined {
  const match = /^(\d{8,10})\.hint$/.exec(name);
  return match?.[1] === undefined ? undefined : fileNumber(match[1]);
}

/** Shows what a hint has, each kind in order. */
export function eachOf(hint: Hint): Each {
  return hint.each?.() ?? {
    run: (see) => {
      for (const { slot, seq, units } of hint.runs) {
        see(slot, seq, { units, at: 0, count: units.length });
      }
    },
    sample: (see) => {
      for (const { slot, block, at, before } of hint.samples) see(slot, block, at, before);
    },
    total: (see) => {
      for (const { slot, bytes, lastAt } of hint.totals) see(slot, bytes, lastAt);
    },
  };
}

/** Encodes a hint. */
export function encodeHint(row: SegmentRow, hint: Hint): Uint8Array {
  const names = hint.names.map(({ name }) => encodeName(name));
  const keys = hint.keys.map(({ key }) => encodeName(key));
  const units = hint.runs.reduce((sum, run) => sum + run.units.length, 0);
  const texts = [...names, ...keys].reduce((sum, text) => sum + text.length, 0);
  const counts = [
    hint.totals.length,
    hint.samples.length,
    hint.runs.length,
    units,
    hint.gaps.length,
    hint.names.length,
    hint.keys.length,
    texts,
  ];
  const bytes = new Uint8Array(sizeOf(counts));
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  const header = [FORMAT_VERSION, row.id, row.salt, row.end, row.lastLsn % HIGH];
  [...header, Math.floor(row.lastLsn / HIGH), ...counts].forEach((value, i) => {
    view.setUint32(8 + 4 * i, value, true);
  });
  let at = HINT_HEADER_BYTES;
  const double = (value: number): void => {
    view.setFloat64(at, value, true);
    at += 8;
  };
  const word = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  for (const { bytes } of hint.totals) double(bytes);
  for (const { lastAt } of hint.totals) double(lastAt);
  for (const sample of hint.samples) double(sample.at);
  for (const { before } of hint.samples) double(before);
  for (const { slot } of hint.totals) word(slot);
  for (const { slot } of hint.samples) word(slot);
  for (const { block } of hint.samples) word(block);
  for (const { slot } of hint.runs) word(slot);
  for (const { seq } of hint.runs) word(seq);
  for (const run of hint.runs) word(run.units.length);
  // One copy for each run instead of a call for each message: this is nearly all of the hint.
  for (const { units } of hint.runs) {
    new Uint32Array(bytes.buffer, at, units.length).set(units);
    at += 4 * units.length;
  }
  for (const { slot } of hint.gaps) word(slot);
  for (const { seq } of hint.gaps) word(seq);
  for (const { count } of hint.gaps) word(count);
  for (const { slot } of hint.names) word(slot);
  for (const text of names) word(text.length);
  for (const { unit } of hint.keys) word(unit);
  for (const text of keys) word(text.length);
  for (const text of [...names, ...keys]) {
    bytes.set(text, at);
    at += text.length;
  }
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, bytes.length - 4)), true);
  return bytes;
}

/** Which segment a hint says that it is of; `undefined` when it is none. */
export function hintRow(bytes: Uint8Array): Omit<SegmentRow, "firstLsn"> | undefined {
  if (bytes.length < HINT_HEADER_BYTES + 4 || !MAGIC.every((byte, i) => bytes[i] === byte)) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    id: view.getUint32(12, true),
    salt: view.getUint32(16, true),
    end: view.getUint32(20, true),
    lastLsn: view.getUint32(28, true) * HIGH + view.getUint32(24, true),
  };
}

/**
 * Decodes the hint of a segment; `undefined` when it is none, not this segment's, or damaged.
 *
 * @param forgotten Beginnings of keys that are to be left out: a million of them cost nothing then.
 */
export function decodeHint(
  row: Omit<SegmentRow, "firstLsn">,
  bytes: Uint8Array,
  forgotten: readonly string[] = [],
): Hint | undefined {
  if (bytes.length < HINT_HEADER_BYTES + 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = Array.from({ length: 14 }, (_, i) => view.getUint32(8 + 4 * i, true));
  const [version, id, salt, end, low = 0, high = 0, ...counts] = header;
  if (version !== FORMAT_VERSION || id !== row.id || salt !== row.salt || end !== row.end) {
    return undefined;
  }
  if (low + high * HIGH !== row.lastLsn || sizeOf(counts) !== bytes.length) return undefined;
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) return undefined;
  const crc = view.getUint32(bytes.length - 4, true);
  if (crc32(bytes.subarray(0, bytes.length - 4)) !== crc) return undefined;
  return readColumns(bytes, counts, forgotten.map(encodeName));
}

function sizeOf(counts: readonly number[]): number {
  const [totals = 0, samples = 0, runs = 0, units = 0, gaps = 0, names = 0, keys = 0, texts = 0] =
    counts;
  const words = totals + 2 * samples + 3 * runs + units + 3 * gaps + 2 * names + 2 * keys;
  return HINT_HEADER_BYTES + 16 * (totals + samples) + 4 * words + texts + 4;
}
