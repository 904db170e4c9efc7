/**
 * Retention: where to cut a stream so that it keeps to limits of age, number and bytes.
 *
 * Only the cut is found here. Who decides the limits, and when to look, is for the caller; that the messages
 * go for good is the writer's and compaction's work.
 *
 * @module
 */

import { SLICE_ENTRIES } from "./limits.ts";
import { GONE } from "./locations.ts";
import { type PageParts, readSeqs, seqAtTime } from "./pages.ts";
import { blockRange, type Stream } from "./streams.ts";

/** What a stream may keep. Limits that are absent do not limit. */
export interface Retention {
  /** Messages older than this time, in ms since 1970, go. */
  readonly olderThan?: number;
  /** How many messages stay at most. */
  readonly count?: number;
  /** How many bytes of bodies stay at most, counted as they were first written. */
  readonly bytes?: number;
}

/** The first seq that stays. */
export async function cutOf(parts: PageParts, stream: Stream, limits: Retention): Promise<number> {
  const { olderThan, count, bytes } = limits;
  return Math.max(
    stream.first,
    olderThan === undefined ? 0 : await seqAtTime(parts, stream, olderThan),
    count === undefined ? 0 : await cutOfCount(parts, stream, count),
    bytes === undefined ? 0 : await cutOfBytes(parts, stream, bytes),
  );
}

async function cutOfCount(parts: PageParts, stream: Stream, count: number): Promise<number> {
  if (stream.live <= count) return stream.first;
  let kept = 0;
  let seq = stream.last + 1;
  for (let steps = 1; kept < count && seq > stream.first; steps++) {
    seq--;
    if (parts.streams.ordinal(stream, seq) !== GONE) kept++;
    if (steps % SLICE_ENTRIES === 0) await parts.world.pause(0);
  }
  return seq;
}

/** The blocks tell the cut to within 64 messages; the lengths of those are read. */
async function cutOfBytes(parts: PageParts, stream: Stream, bytes: number): Promise<number> {
  const after = (block: number): number => stream.sum - parts.streams.sumBefore(stream, block);
  const first = stream.firstBlock;
  let low = first;
  let high = first + stream.blocks.length;
  // The first block that may stay whole with all behind it.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (after(middle) <= bytes) high = middle;
    else low = middle + 1;
  }
  if (low === first) return stream.first;
  const { from, to } = blockRange(stream, low - 1);
  let left = bytes - (low === first + stream.blocks.length ? 0 : after(low));
  const seqs = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  const entries = await readSeqs(parts, stream, seqs);
  let cut = to + 1;
  for (const entry of entries.reverse()) {
    left -= entry.kind === "message" ? entry.body.length : 0;
    if (left < 0) break;
    cut = entry.seq;
  }
  return cut;
}
