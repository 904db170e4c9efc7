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

import { crc32 } from "node:zlib";
import { decodeName, encodeName } from "./bodies.ts";
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
  /** The last word on each key: the unit of its value, or 0 when it was removed. */
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
const HEADER_BYTES = 64;
const HIGH = 0x1_0000_0000;

/** Name of the file of a segment's hint. */
export function hintName(id: number): string {
  return `${String(id).padStart(8, "0")}.hint`;
}

/** The segment id in a hint file's name, if it is one. */
export function hintIdOf(name: string): number | undefined {
  const match = /^(\d{8,10})\.hint$/.exec(name);
  return match?.[1] === undefined ? undefined : Number(match[1]);
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
  let at = HEADER_BYTES;
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
  if (bytes.length < HEADER_BYTES + 4 || !MAGIC.every((byte, i) => bytes[i] === byte)) {
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
  if (bytes.length < HEADER_BYTES + 4) return undefined;
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

function readColumns(
  bytes: Uint8Array,
  counts: readonly number[],
  forgotten: readonly Uint8Array[],
): Hint {
  const [totals = 0, samples = 0, runs = 0, units = 0, gaps = 0, names = 0, keys = 0] = counts;
  let at = HEADER_BYTES;
  // Columns are looked at where they lie: a hint of many streams is megabytes, and is needed for a moment only.
  const whole = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const doubles = (count: number): Float64Array => {
    const column = new Float64Array(whole.buffer, whole.byteOffset + at, count);
    at += 8 * count;
    return column;
  };
  const words = (count: number): Uint32Array => {
    const column = new Uint32Array(whole.buffer, whole.byteOffset + at, count);
    at += 4 * count;
    return column;
  };
  const texts = (lengths: Uint32Array): string[] => {
    const from = at;
    for (const length of lengths) at += length;
    return textsOf(bytes.subarray(from, at), lengths);
  };
  const totalBytes = doubles(totals);
  const totalTimes = doubles(totals);
  const sampleTimes = doubles(samples);
  const sampleBefore = doubles(samples);
  const totalSlots = words(totals);
  const sampleSlots = words(samples);
  const sampleBlocks = words(samples);
  const runSlots = words(runs);
  const runSeqs = words(runs);
  const runCounts = words(runs);
  const runUnits = words(units);
  const gapSlots = words(gaps);
  const gapSeqs = words(gaps);
  const gapCounts = words(gaps);
  const nameSlots = words(names);
  const nameLengths = words(names);
  const keyUnits = words(keys);
  const keyLengths = words(keys);
  const nameTexts = texts(nameLengths);
  const keyList = keysOf(bytes.subarray(at, bytes.length - 4), keyUnits, keyLengths, forgotten);
  return {
    names: nameTexts.map((name, i) => ({ slot: nameSlots[i] ?? 0, name })),
    get runs(): readonly Run[] {
      let unit = 0;
      return Array.from(runCounts, (count, i) => ({
        slot: runSlots[i] ?? 0,
        seq: runSeqs[i] ?? 0,
        units: runUnits.subarray(unit, unit += count),
      }));
    },
    get samples(): readonly Sample[] {
      return Array.from(sampleTimes, (time, i) => ({
        slot: sampleSlots[i] ?? 0,
        block: sampleBlocks[i] ?? 0,
        at: time,
        before: sampleBefore[i] ?? 0,
      }));
    },
    get totals(): readonly Total[] {
      return Array.from(totalBytes, (sum, i) => ({
        slot: totalSlots[i] ?? 0,
        bytes: sum,
        lastAt: totalTimes[i] ?? 0,
      }));
    },
    gaps: Array.from(gapCounts, (count, i) => ({
      slot: gapSlots[i] ?? 0,
      seq: gapSeqs[i] ?? 0,
      count,
    })),
    ...keyList,
    each: () => ({
      run: (see) => {
        const places = { units: runUnits, at: 0, count: 0 };
        for (let i = 0; i < runCounts.length; i++) {
          places.count = runCounts[i] ?? 0;
          see(runSlots[i] ?? 0, runSeqs[i] ?? 0, places);
          places.at += places.count;
        }
      },
      sample: (see) => {
        for (let i = 0; i < sampleSlots.length; i++) {
          see(sampleSlots[i] ?? 0, sampleBlocks[i] ?? 0, sampleTimes[i] ?? 0, sampleBefore[i] ?? 0);
        }
      },
      total: (see) => {
        for (let i = 0; i < totalSlots.length; i++) {
          see(totalSlots[i] ?? 0, totalBytes[i] ?? 0, totalTimes[i] ?? 0);
        }
      },
    }),
  };
}

/** Texts that stand one behind the other. One call decodes them all, where their letters are all one byte. */
function textsOf(bytes: Uint8Array, lengths: Uint32Array): string[] {
  const whole = decodeName(bytes);
  let at = 0;
  if (whole?.length === bytes.length) {
    return Array.from(lengths, (length) => whole.slice(at, at += length));
  }
  return Array.from(lengths, (length) => decodeName(bytes.subarray(at, at += length)) ?? "");
}

function keysOf(
  texts: Uint8Array,
  units: Uint32Array,
  lengths: Uint32Array,
  forgotten: readonly Uint8Array[],
): Pick<Hint, "keys" | "forgotten"> {
  if (forgotten.length === 0) {
    return { keys: textsOf(texts, lengths).map((key, i) => ({ key, unit: units[i] ?? 0 })) };
  }
  const keys: { key: string; unit: number }[] = [];
  let left = 0;
  let at = 0;
  for (let i = 0; i < lengths.length; i++) {
    const from = at;
    at += lengths[i] ?? 0;
    const unit = units[i] ?? 0;
    if (!beginsWithOne(texts, from, at, forgotten)) {
      keys.push({ key: decodeName(texts.subarray(from, at)) ?? "", unit });
    } else if (unit > 0) left++;
  }
  return { keys, forgotten: left };
}

/** Whether the text from `from` to `to` has one of these beginnings. There may be a million of them: no view for each. */
function beginsWithOne(
  texts: Uint8Array,
  from: number,
  to: number,
  starts: readonly Uint8Array[],
): boolean {
  for (const start of starts) {
    let same = 0;
    while (same < start.length && from + same < to && texts[from + same] === start[same]) same++;
    if (same === start.length) return true;
  }
  return false;
}

function sizeOf(counts: readonly number[]): number {
  const [totals = 0, samples = 0, runs = 0, units = 0, gaps = 0, names = 0, keys = 0, texts = 0] =
    counts;
  const words = totals + 2 * samples + 3 * runs + units + 3 * gaps + 2 * names + 2 * keys;
  return HEADER_BYTES + 16 * (totals + samples) + 4 * words + texts + 4;
}
