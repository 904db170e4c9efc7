/**
 * Segments of two stores that were one: a copy of a directory that went on by itself, and files of which came back.
 *
 * Both give out the same LSNs for different records under the same store's id, so nothing in a file alone tells them
 * apart. But what is proved to have been acknowledged is never given up, so a segment of the chain is of another store
 * when it would cost that:
 *
 * ```text
 *   rows ─────────┤ last ├──────proved─┤··┤
 *                        next ├──────────────────┤   recovery writes the unproved end of `last` again, and goes on
 *   ✗ begins within the rows, and goes on behind them
 *   ✗ ends before what `last` proves
 *   ✗ holds another record under an LSN that both have
 * ```
 *
 * What is not proved may come and go: a disk that loses its power brings back what was cut off and not synced, in front of a
 * segment that was written without it. Groups of a store in the mode `os` prove nothing; there all of `last` counts as proved,
 * which refuses more than it would have to, and `repair` has every record.
 *
 * Limit, openly: one that begins where the store ended, and whose own beginning is gone, goes on like the store's own.
 *
 * @module
 */

import { type Block, bodyOf, readHeader, type RecordHeader } from "./format.ts";
import type { Tail } from "./scan.ts";
import { SEGMENT_HEADER_BYTES, segmentName } from "./segment_header.ts";

/** A segment as first written, as far as its place in the log goes. */
export interface Stretch {
  readonly id: number;
  readonly firstLsn: number;
  readonly block: Block;
  readonly tail: Tail;
}

/**
 * What proves that a segment is not what this store has written behind the one before it.
 *
 * @param rowsEnd The last LSN of the segments that the manifest names.
 * @param last The segment of the chain before it, if there is one.
 * @returns A reason, or `undefined` when nothing proves it.
 */
export function forkFault(
  rowsEnd: number,
  last: Stretch | undefined,
  next: Stretch,
): string | undefined {
  const ofCopy = "it is the segment of a copy that went on by itself";
  if (next.firstLsn <= rowsEnd && next.tail.lastLsn > rowsEnd) {
    return `it begins with record ${next.firstLsn}, and the log before it goes to ${rowsEnd}: ${ofCopy}`;
  }
  if (last === undefined) return undefined;
  const before = segmentName(last.id);
  const provesNothing = last.tail.durableLsn === 0;
  if (provesNothing && next.firstLsn < last.firstLsn) {
    return `it begins with record ${next.firstLsn}, and ${before} with ${last.firstLsn}: ${ofCopy}`;
  }
  const other = firstOther(last, next);
  if (other !== undefined) {
    return `record ${other} stands in ${before}, too, and is another one there: ` +
      "these are the segments of two stores that were one";
  }
  const proved = provesNothing ? last.tail.lastLsn : last.tail.durableLsn;
  // One that is damaged ends nowhere.
  if (next.tail.ending.kind === "damaged" || next.tail.lastLsn >= proved) return undefined;
  return `it ends with record ${next.tail.lastLsn}, and ${before} with ${last.tail.lastLsn}: ` +
    `${ofCopy}, or its end is lost`;
}

/**
 * The first LSN under which two segments hold different records. Recovery copies the end of one into the next, and
 * changes nothing but checksums and groups.
 */
function firstOther(one: Stretch, next: Stretch): number | undefined {
  const last = Math.min(one.tail.lastLsn, next.tail.lastLsn);
  let [at, other] = [SEGMENT_HEADER_BYTES, SEGMENT_HEADER_BYTES];
  while (at < one.tail.end && other < next.tail.end) {
    const [a, b] = [readHeader(one.block.view, at), readHeader(next.block.view, other)];
    if (a.lsn > last || b.lsn > last) return undefined;
    if (a.lsn === b.lsn && !saySame([one.block, a, at], [next.block, b, other])) {
      return a.lsn;
    }
    if (a.lsn <= b.lsn) at += a.bytes;
    if (b.lsn <= a.lsn) other += b.bytes;
  }
  return undefined;
}

/** Whether two records say the same, wherever they stand. */
function saySame(
  [one, a, at]: readonly [Block, RecordHeader, number],
  [two, b, other]: readonly [Block, RecordHeader, number],
): boolean {
  if (a.kind !== b.kind || a.slot !== b.slot || a.seq !== b.seq || a.at !== b.at) return false;
  const body = bodyOf(two, other, b);
  return a.bodyBytes === b.bodyBytes && bodyOf(one, at, a).every((byte, i) => byte === body[i]);
}
