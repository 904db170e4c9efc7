/**
 * Pages: which messages of a stream a question means, and fetching them.
 *
 * ```text
 *   {}                newest `limit`                     ……………………████
 *   { before: s }     last `limit` below s               ……████│s………
 *   { after: s }      first `limit` above s              ………s│████……
 * ```
 *
 * Messages come in the order of their seqs. Those that are gone are passed over; one that is damaged stands in
 * its place with the damage, so that a hole is never silent.
 *
 * @module
 */

import type { Damage } from "./errors.ts";
import { Kind } from "./format.ts";
import { PAGE_LIMIT_MAX, SLICE_ENTRIES } from "./limits.ts";
import { ABSENT, GONE } from "./locations.ts";
import { type ReadRecord, readRecords, type Spot } from "./read.ts";
import { segmentName } from "./segment_header.ts";
import type { Segments } from "./segments.ts";
import { blockRange, type Stream } from "./stream.ts";
import type { StreamTable } from "./streams.ts";
import type { World } from "./world.ts";

/** Which messages of a stream to read. At most one of `before` and `after`. */
export interface PageQuery {
  /** Only messages below this seq; the newest of them. */
  readonly before?: number;
  /** Only messages above this seq; the oldest of them. */
  readonly after?: number;
  /** How many messages at most, 1 to 10,000. Default: 50. */
  readonly limit?: number;
}

/** One message of a page. */
export type Entry =
  | {
    readonly kind: "message";
    readonly seq: number;
    /** Time in ms since 1970, as given to `append`, or that of a message before it if that one was later. */
    readonly at: number;
    /** The bytes that were appended, or those of the last edit. */
    readonly body: Uint8Array;
    readonly edited: boolean;
  }
  /** There is a message here, and it cannot be read. */
  | { readonly kind: "damaged"; readonly seq: number; readonly damage: Damage };

/** What reading pages needs. */
export interface PageParts {
  readonly streams: StreamTable;
  readonly segments: Segments;
  readonly world: World;
}

/** Reads a page. */
export async function readPage(
  parts: PageParts,
  stream: Stream,
  query: PageQuery,
): Promise<Entry[]> {
  const limit = query.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT_MAX) {
    throw new RangeError(`Cannot read ${limit} messages: a page has 1 to ${PAGE_LIMIT_MAX}`);
  }
  return await readSeqs(parts, stream, await choose(parts, stream, query, limit));
}

async function choose(
  parts: PageParts,
  stream: Stream,
  query: PageQuery,
  limit: number,
): Promise<number[]> {
  const { before, after } = query;
  if (after !== undefined) return await walk(parts, stream, after + 1, 1, limit);
  return (await walk(parts, stream, (before ?? Infinity) - 1, -1, limit)).reverse();
}

/** Up to `limit` seqs that are not gone, from `from` on in steps of `step`. */
async function walk(
  { streams, world }: PageParts,
  stream: Stream,
  from: number,
  step: 1 | -1,
  limit: number,
): Promise<number[]> {
  const seqs: number[] = [];
  let seq = step > 0 ? Math.max(from, stream.first) : Math.min(from, stream.last);
  for (let steps = 1; seqs.length < limit; steps++) {
    if (seq < stream.first || seq > stream.last) break;
    if (streams.ordinal(stream, seq) !== GONE) seqs.push(seq);
    seq += step;
    if (steps % SLICE_ENTRIES === 0) await world.pause(0);
  }
  return seqs;
}

/** Reads messages by their seqs. Those that are gone by now are passed over. */
export async function readSeqs(
  { streams, segments, world }: PageParts,
  stream: Stream,
  seqs: readonly number[],
): Promise<Entry[]> {
  const found: { seq: number; spot: Spot }[] = [];
  const lost: Entry[] = [];
  for (const seq of seqs) {
    const ordinal = streams.ordinal(stream, seq);
    if (ordinal === GONE) continue;
    if (ordinal === ABSENT) {
      const damage = { file: "", offset: 0, bytes: 0, reason: "no segment holds this message" };
      lost.push({ kind: "damaged", seq, damage });
      continue;
    }
    const spot = { segment: segments.at(ordinal), offset: streams.offset(stream, seq) };
    found.push({ seq, spot });
  }
  const records = await readRecords(segments, found.map(({ spot }) => spot), world.now);
  const entries = records.map((read, i) => entryOf(stream, found[i], read));
  return lost.length === 0 ? entries : [...entries, ...lost].sort((a, b) => a.seq - b.seq);
}

function entryOf(
  stream: Stream,
  found: { seq: number; spot: Spot } | undefined,
  read: ReadRecord,
): Entry {
  if (found === undefined) throw new RangeError("More records were read than asked for");
  const { seq, spot } = found;
  if (read.kind === "damaged") return { ...read, seq };
  const { record, body } = read;
  const fits = (record.kind === Kind.message || record.kind === Kind.edit) &&
    record.seq === seq && record.slot === stream.slot;
  if (fits) {
    return { kind: "message", seq, at: record.at, body, edited: record.kind === Kind.edit };
  }
  const damage: Damage = {
    file: segmentName(spot.segment.id),
    offset: spot.offset,
    bytes: record.bytes,
    reason:
      `message ${record.seq} of stream ${record.slot} stands where ${seq} of ${stream.slot} must`,
  };
  return { kind: "damaged", seq, damage };
}

/**
 * The first message whose time is `at` or later, with its time; one more than the last seq, without a time, when there is
 * none. Found by the samples of the blocks, and then by reading one block.
 */
export async function firstAt(
  parts: PageParts,
  stream: Stream,
  at: number,
): Promise<{ readonly seq: number; readonly at: number | undefined }> {
  const { streams } = parts;
  let low = stream.firstBlock;
  let high = stream.firstBlock + stream.blocks.length - 1;
  // The last block that begins before `at`; a block without a sample counts as beginning early.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (streams.timeOf(stream, middle) >= at) high = middle - 1;
    else low = middle;
  }
  const { from, to } = blockRange(stream, low);
  const seqs = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  for (const entry of await readSeqs(parts, stream, seqs)) {
    if (entry.kind === "message" && entry.at >= at) return { seq: entry.seq, at: entry.at };
  }
  return { seq: Math.max(to + 1, stream.first), at: undefined };
}
