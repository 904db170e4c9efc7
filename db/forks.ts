/**
 * Segments of two stores that were one: a copy of a directory that went on by itself, and files of which came back.
 *
 * Both give out the same LSNs for different records under the same store's id, so nothing in a file alone tells them
 * apart. What one store writes keeps three rules, and a segment of the chain that breaks one is of another:
 *
 * ```text
 *   rows ─────────┤ last ├────────────────┤
 *                        next ├─────────────────┤   recovery writes the unproved end of `last` again, and goes on
 *   ✗ begins within the rows behind one that does not, or before `last` does: what is proved is not written again
 *   ✗ ends before `last` ends: all that is unproved is written again, and durable before anything else
 *   ✗ holds another record under an LSN that both have
 * ```
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
  // The first ones may hold again what a row holds: openings whose disk failed have written it, and were tried again.
  if (last === undefined) return undefined;
  if (next.firstLsn <= rowsEnd && last.firstLsn > rowsEnd) {
    return `it begins with record ${next.firstLsn}, and the log before it goes to ${rowsEnd}: ${ofCopy}`;
  }
  const before = segmentName(last.id);
  if (next.firstLsn < last.firstLsn) {
    return `it begins with record ${next.firstLsn}, and ${before} with ${last.firstLsn}: ${ofCopy}`;
  }
  const other = firstOther(last, next);
  if (other !== undefined) {
    return `record ${other} stands in ${before}, too, and is another one there: ` +
      "these are the segments of two stores that were one";
  }
  // One that is damaged ends nowhere.
  if (next.tail.ending.kind === "damaged" || next.tail.lastLsn >= last.tail.lastLsn) {
    return undefined;
  }
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
