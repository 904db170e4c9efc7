/**
 * Reading records: from places in the index to checked bodies.
 *
 * The places of a page are sorted, neighbours are fetched by one read, and a few reads of a page run at the same
 * time on threads. A record's length is not in the index, so a little is read ahead; a longer record
 * costs a second read. Every record is checked against its checksum and against what was looked for. A bad
 * one is read once more, because a cache may have been at fault, and then reported: never skipped.
 *
 * @module
 */

import type { Damage } from "./errors.ts";
import {
  type Block,
  blockOf,
  bodyOf,
  parseRecord,
  RECORD_HEADER_BYTES,
  recordBytesAt,
  type RecordHeader,
} from "./format.ts";
import {
  READ_AHEAD_BYTES,
  READ_EXTENT_BYTES,
  READ_GAP_BYTES,
  READ_NOW_MS_MAX,
  READS_AT_ONCE_MAX,
} from "./limits.ts";
import { segmentName } from "./segment_header.ts";
import type { Segment, Segments } from "./segments.ts";

/** Where reads on the event loop put their bytes; nothing stays in it beyond one. */
const scratch = new Uint8Array(READ_EXTENT_BYTES + READ_AHEAD_BYTES);
/** First size of a buffer for the bodies of a page. */
const KEEP_BYTES = 16 << 10;

/** A record's place. */
export interface Spot {
  readonly segment: Segment;
  readonly offset: number;
}

/** A record that was read, or why it cannot be. */
export type ReadRecord =
  | { readonly kind: "record"; readonly record: RecordHeader; readonly body: Uint8Array }
  | { readonly kind: "damaged"; readonly damage: Damage };

/**
 * Reads the records at some spots, in the order of the spots.
 *
 * @param now Milliseconds from a fixed point.
 */
export async function readRecords(
  segments: Segments,
  spots: readonly Spot[],
  now: () => number,
): Promise<ReadRecord[]> {
  using pins = new DisposableStack();
  for (const segment of new Set(spots.map((spot) => spot.segment))) pins.use(segments.pin(segment));
  const results = new Array<ReadRecord>(spots.length);
  const keep = keeper();
  const alone: number[] = [];
  const fill = (extent: Extent, block: Block): void => {
    for (const index of extent.spots) {
      const spot = spots[index];
      if (spot === undefined) continue;
      const read = parseAt(block, spot.offset - extent.from, spot, keep);
      if (read === undefined) alone.push(index);
      else results[index] = read;
    }
  };
  const extents = extentsOf(spots);
  const start = now();
  let next = 0;
  while (next < extents.length && now() - start < READ_NOW_MS_MAX) {
    const extent = extents[next++];
    if (extent === undefined) break;
    const buffer = scratch.subarray(0, extentBytes(extent));
    const got = segments.readNow(extent.segment, buffer, extent.from);
    fill(extent, blockOf(buffer.subarray(0, got)));
  }
  await eachOf(extents.slice(next), async (extent) => {
    const { segment, from } = extent;
    fill(extent, await readBlock(segments, segment, from, extentBytes(extent)));
  });
  await eachOf(alone, async (index) => {
    const spot = spots[index];
    if (spot !== undefined) results[index] = await readAlone(segments, spot);
  });
  return results;
}

/** Does something with each item, with a bounded number at a time: each read may hold a file open. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(Array.from({ length: READS_AT_ONCE_MAX }, async () => {
    for (const item of left) await work(item);
  }));
}

/** A stretch of a segment that one read fetches. */
interface Extent {
  readonly segment: Segment;
  readonly from: number;
  /** Where the last record begins. */
  to: number;
  /** Which spots lie in it. */
  readonly spots: number[];
}

/** Gathers spots that lie close together. */
export function extentsOf(spots: readonly Spot[]): Extent[] {
  const sorted = spots.map((spot, index) => ({ ...spot, index }))
    .sort((a, b) => a.segment.ordinal - b.segment.ordinal || a.offset - b.offset);
  const extents: Extent[] = [];
  for (const { segment, offset, index } of sorted) {
    const last = extents.at(-1);
    const joins = last !== undefined && last.segment === segment &&
      offset - last.to <= READ_GAP_BYTES && offset - last.from <= READ_EXTENT_BYTES;
    if (joins) {
      last.to = offset;
      last.spots.push(index);
    } else {
      extents.push({ segment, from: offset, to: offset, spots: [index] });
    }
  }
  return extents;
}

function extentBytes({ from, to }: Extent): number {
  return to + READ_AHEAD_BYTES - from;
}

/** The record at `at` of a block, if the block holds it whole and it is good. */
function parseAt(block: Block, at: number, spot: Spot, keep: Keep): ReadRecord | undefined {
  const parsed = parseRecord(block, at, block.bytes.length, spot.segment.salt);
  if (parsed.kind !== "record") return undefined;
  return { kind: "record", record: parsed.record, body: keep(bodyOf(block, at, parsed.record)) };
}

/** Copies bytes to where they can stay. */
type Keep = (bytes: Uint8Array) => Uint8Array;

/** Copies many small bodies into few buffers: a buffer each would cost more than the reading. */
function keeper(): Keep {
  let room = new Uint8Array(0);
  return (bytes) => {
    if (bytes.length > room.length) room = new Uint8Array(Math.max(bytes.length, KEEP_BYTES));
    const kept = room.subarray(0, bytes.length);
    kept.set(bytes);
    room = room.subarray(bytes.length);
    return kept;
  };
}

/** Reads one record by itself: because it is long, or because it looked bad. */
async function readAlone(segments: Segments, { segment, offset }: Spot): Promise<ReadRecord> {
  const header = await readBlock(segments, segment, offset, RECORD_HEADER_BYTES);
  const known = header.bytes.length === RECORD_HEADER_BYTES;
  const length = known ? recordBytesAt(header.view, 0) : RECORD_HEADER_BYTES;
  const bytes = Math.min(length, segment.end - offset);
  const again = await readBlock(segments, segment, offset, bytes);
  const parsed = parseRecord(again, 0, again.bytes.length, segment.salt);
  if (parsed.kind === "record") {
    return { kind: "record", record: parsed.record, body: bodyOf(again, 0, parsed.record) };
  }
  const reason = parsed.kind === "short" ? "the file ends too early" : parsed.reason;
  const file = segmentName(segment.id);
  return { kind: "damaged", damage: { file, offset, bytes, reason } };
}

/** Reads one record on the event loop. */
export function readRecordNow(segments: Segments, { segment, offset }: Spot): ReadRecord {
  const readNow = (bytes: number): Block => {
    const buffer = new Uint8Array(bytes);
    return blockOf(buffer.subarray(0, segments.readNow(segment, buffer, offset)));
  };
  let block = readNow(Math.min(READ_AHEAD_BYTES, segment.end - offset));
  let parsed = parseRecord(block, 0, block.bytes.length, segment.salt);
  if (parsed.kind === "short" && block.bytes.length >= RECORD_HEADER_BYTES) {
    block = readNow(Math.min(recordBytesAt(block.view, 0), segment.end - offset));
    parsed = parseRecord(block, 0, block.bytes.length, segment.salt);
  }
  if (parsed.kind === "record") {
    return { kind: "record", record: parsed.record, body: bodyOf(block, 0, parsed.record) };
  }
  const reason = parsed.kind === "short" ? "the file ends too early" : parsed.reason;
  const file = segmentName(segment.id);
  return { kind: "damaged", damage: { file, offset, bytes: block.bytes.length, reason } };
}

async function readBlock(
  segments: Segments,
  segment: Segment,
  at: number,
  bytes: number,
): Promise<Block> {
  const buffer = new Uint8Array(bytes);
  return blockOf(buffer.subarray(0, await segments.read(segment, buffer, at)));
}
