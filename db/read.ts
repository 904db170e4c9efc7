/**
 * Reading records: from places in the index to checked bodies.
 *
 * The places of a page are sorted, neighbours are fetched by one read, and a few reads of a page run at the same
 * time on threads. As soon as one read has waited for the disk, the disk is told of the next ones all at once: it works on many
 * in the time of one. A record's length is not in the index, so a little is read ahead; a longer record
 * costs a second read. Every record is checked against its checksum and against what was looked for. A bad
 * one is read once more, because a cache may have been at fault, and then reported: never skipped. So is one that the
 * disk does not give; those beside it, which were asked for together with it, are read by themselves.
 *
 * @module
 */

import type { Damage } from "./errors.ts";
import { unreadable } from "./files.ts";
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
  READ_WAITED_MS,
  READS_AT_ONCE_MAX,
  READS_TOLD_MAX,
} from "./limits.ts";
import { NOT_READ } from "./read_around.ts";
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
  const fill = (extent: Extent, block: Block | undefined): void => {
    for (const index of extent.spots) {
      const spot = spots[index];
      if (spot === undefined) continue;
      const read = block === undefined
        ? undefined
        : parseAt(block, spot.offset - extent.from, spot, keep);
      if (read === undefined) alone.push(index);
      else results[index] = read;
    }
  };
  const extents = extentsOf(spots);
  const next = readSomeNow(segments, extents, fill, now);
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

/** Reads on the event loop for a short time, in order. @returns How many extents it has come through. */
function readSomeNow(
  segments: Segments,
  extents: readonly Extent[],
  fill: (extent: Extent, block: Block | undefined) => void,
  now: () => number,
): number {
  let done = 0;
  let isTold = false;
  let time = now();
  let end = time + READ_NOW_MS_MAX;
  while (time < end) {
    const extent = extents[done];
    if (extent === undefined) break;
    const { segment, from } = extent;
    const into = scratch.subarray(0, extentBytes(extent));
    fill(extent, readBlockNow(segments, segment, { at: from, bytes: into.length, into }));
    done++;
    const before = time;
    time = now();
    if (isTold || time - before < READ_WAITED_MS) continue;
    isTold = true;
    for (const one of extents.slice(done, done + READS_TOLD_MAX)) {
      segments.willNeed(one.segment, one.from, extentBytes(one));
    }
    // What has been told of comes soon: a thread would take longer than that.
    time = now();
    end = time + READ_NOW_MS_MAX;
  }
  return done;
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

/** Reads one record by itself: because it is long, because it looked bad, or because the disk did not give it. */
async function readAlone(segments: Segments, spot: Spot): Promise<ReadRecord> {
  const { segment, offset } = spot;
  const header = await readBlock(segments, segment, offset, RECORD_HEADER_BYTES);
  if (header === undefined) return notRead(spot, RECORD_HEADER_BYTES);
  const bytes = bytesAt(header, spot);
  const block = await readBlock(segments, segment, offset, bytes);
  return block === undefined ? notRead(spot, bytes) : recordIn(block, spot);
}

/** Reads one record on the event loop. */
export function readRecordNow(segments: Segments, spot: Spot): ReadRecord {
  const { segment, offset: at } = spot;
  const ahead = Math.min(READ_AHEAD_BYTES, segment.end - at);
  const read = (bytes: number) => readBlockNow(segments, segment, { at, bytes });
  // Where the disk does not give what is read ahead, it may give the record.
  const header = read(ahead) ?? read(RECORD_HEADER_BYTES);
  if (header === undefined) return notRead(spot, RECORD_HEADER_BYTES);
  const isShort = parseRecord(header, 0, header.bytes.length, segment.salt).kind === "short";
  if (!isShort) return recordIn(header, spot);
  const bytes = bytesAt(header, spot);
  const block = read(bytes);
  return block === undefined ? notRead(spot, bytes) : recordIn(block, spot);
}

/** Bytes of a record as its header says, as far as the segment goes. */
function bytesAt(header: Block, { segment, offset }: Spot): number {
  const known = header.bytes.length >= RECORD_HEADER_BYTES;
  const length = known ? recordBytesAt(header.view, 0) : RECORD_HEADER_BYTES;
  return Math.min(length, segment.end - offset);
}

/** The record that a block begins with, or what is wrong with it. */
function recordIn(block: Block, spot: Spot): ReadRecord {
  const parsed = parseRecord(block, 0, block.bytes.length, spot.segment.salt);
  if (parsed.kind === "record") {
    return { kind: "record", record: parsed.record, body: bodyOf(block, 0, parsed.record) };
  }
  const reason = parsed.kind === "short" ? "the file ends too early" : parsed.reason;
  return damaged(spot, block.bytes.length, reason);
}

function notRead(spot: Spot, bytes: number): ReadRecord {
  return damaged(spot, bytes, NOT_READ);
}

function damaged({ segment, offset }: Spot, bytes: number, reason: string): ReadRecord {
  return { kind: "damaged", damage: { file: segmentName(segment.id), offset, bytes, reason } };
}

/** Reads a stretch; `undefined` when the disk does not give it. */
async function readBlock(
  segments: Segments,
  segment: Segment,
  at: number,
  bytes: number,
): Promise<Block | undefined> {
  const buffer = new Uint8Array(bytes);
  try {
    return blockOf(buffer.subarray(0, await segments.read(segment, buffer, at)));
  } catch (error) {
    if (unreadable(error) === undefined) throw error;
    return undefined;
  }
}

/** The same on the event loop. */
function readBlockNow(
  segments: Segments,
  segment: Segment,
  { at, bytes, into = new Uint8Array(bytes) }: { at: number; bytes: number; into?: Uint8Array },
): Block | undefined {
  try {
    return blockOf(into.subarray(0, segments.readNow(segment, into, at)));
  } catch (error) {
    if (unreadable(error) === undefined) throw error;
    return undefined;
  }
}
