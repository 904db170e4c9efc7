/**
 * The columns of a hint as they lie in its file, looked at where they are.
 *
 * A hint of a hundred thousand streams is megabytes and is needed for a moment, so nothing is copied, and no object is
 * made of what may be very many: runs, samples, totals, and keys that nobody needs. `each` walks over the columns;
 * the lists are made for whoever asks for them.
 *
 * @module
 */

import { decodeName } from "./bodies.ts";
import type { Hint, Run, Sample, Total } from "./hint.ts";

/** Bytes of a hint before its columns. */
export const HINT_HEADER_BYTES = 64;

/**
 * Reads the columns of a hint whose header and checksum are good.
 *
 * @param counts How many rows there are: the counts of the header.
 * @param forgotten Beginnings of keys that are to be left out.
 */
export function readColumns(
  bytes: Uint8Array,
  counts: readonly number[],
  forgotten: readonly Uint8Array[],
): Hint {
  const [totals = 0, samples = 0, runs = 0, units = 0, gaps = 0, names = 0, keys = 0] = counts;
  let at = HINT_HEADER_BYTES;
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
