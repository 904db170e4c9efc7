/**
 * Finding the end of the log: the segments that continue it after the last one that the manifest names.
 *
 * ```text
 *   rows of the manifest          chain: ids from `tail` on, not written by compaction
 *   ├─────────┼─────────┤         ├──────────┼──────────┼───────────┤
 *                                  complete   the tail   made ready, empty
 * ```
 *
 * - Every segment of the chain but the last with records is complete, because the next one is begun only
 *   when it is durable. The first LSN of the next one is where it ends, even if more stands there: recovery begins
 *   a new segment instead of writing behind a torn end.
 * - The first of them is missing only by damage, if the manifest says that it was there. Those behind it may have
 *   been in the making when the power failed, and then be cut short.
 * - What the last one holds is decided by `scan.ts`; one that cannot be this store's continues nothing (`forks.ts`).
 * - A reader beside a writer reads the newest file first. The other way round, the writer could fill and end the
 *   tail behind the reader's back and go on in the next file, and what lies between would seem to be missing.
 *
 * @module
 */

import type { Damage } from "./errors.ts";
import { tryRead } from "./files.ts";
import { forkFault } from "./forks.ts";
import { type Block, blockOf, parseRecord } from "./format.ts";
import { hintedRow } from "./hint_files.ts";
import type { Manifest, SegmentRow } from "./manifest.ts";
import { endOfWritten, readTail, type Tail } from "./scan.ts";
import {
  decodeSegmentHeader,
  type LsnRange,
  SEGMENT_HEADER_BYTES,
  segmentIdOf,
  segmentName,
} from "./segment_header.ts";
import type { Storage } from "./storage.ts";

/** A segment of the chain, whole in memory. */
export interface ChainSegment {
  readonly id: number;
  readonly salt: number;
  readonly firstLsn: number;
  readonly block: Block;
  readonly tail: Tail;
}

/** The log after the manifest's last row. */
export interface Chain {
  /** Segments that are complete, in order. */
  readonly complete: readonly ChainSegment[];
  /** The last one with records. */
  readonly last: ChainSegment | undefined;
  readonly damages: readonly Damage[];
}

/** A file of the chain, as it was read. */
interface ChainFile {
  readonly id: number;
  readonly salt: number;
  readonly block: Block;
}

/** A segment that compaction has written and no row names. */
interface CompactedFile {
  readonly id: number;
  readonly range: LsnRange;
}

/** Reads the chain. It changes nothing. */
export async function readChain(
  storage: Storage,
  names: readonly string[],
  manifest: Manifest,
): Promise<Chain> {
  const { files, compacted, damages } = await readFiles(
    storage,
    chainIds(names, manifest),
    manifest,
  );
  const complete: ChainSegment[] = [];
  let last: ChainSegment | undefined;
  const rowsEnd = manifest.rows.at(-1)?.lastLsn ?? 0;
  let expected = rowsEnd + 1;
  for (const { id, salt, block } of files) {
    const file = segmentName(id);
    const size = block.bytes.length;
    const first = parseRecord(block, SEGMENT_HEADER_BYTES, size, salt);
    const firstLsn = first.kind === "record" ? first.record.lsn : expected;
    const tail = readTail(block, SEGMENT_HEADER_BYTES, salt, firstLsn);
    if (tail.ending.kind === "damaged") {
      const { offset, reason } = tail.ending;
      // Room that was made ahead is no damage.
      const bytes = endOfWritten(block, tail.end, salt) - offset;
      damages.push({ file, offset, bytes, reason });
    }
    if (tail.end === SEGMENT_HEADER_BYTES) {
      damages.push(...await cutOff(storage, { id, salt, lastLsn: expected - 1, end: tail.end }));
      continue;
    }
    const next = { id, salt, firstLsn, block, tail };
    const fork = forkFault(rowsEnd, last, next);
    if (fork !== undefined) {
      // It continues nothing, so nothing that stands before it ends because of it.
      damages.push({ file, offset: SEGMENT_HEADER_BYTES, bytes: 0, reason: fork });
      continue;
    }
    if (firstLsn > expected) {
      const reason = `the log continues with record ${firstLsn}, and ${expected} to ${
        firstLsn - 1
      } are missing`;
      damages.push({ file, offset: SEGMENT_HEADER_BYTES, bytes: 0, reason });
    }
    const cut = last === undefined ? undefined : cutAt(last, firstLsn);
    if (cut !== undefined) complete.push(cut);
    damages.push(...await cutOff(storage, { id, salt, lastLsn: tail.lastLsn, end: tail.end }));
    last = next;
    expected = tail.lastLsn + 1;
  }
  damages.push(...forgotten(compacted, expected - 1));
  return { complete, last, damages };
}

/**
 * Compacted segments with records that the log does not have. A manifest must have named them: what they were made of
 * is gone, or it would be part of the log.
 */
function forgotten(compacted: readonly CompactedFile[], lastLsn: number): Damage[] {
  return compacted.filter(({ range }) => range.lastLsn > lastLsn).map(({ id, range }) => ({
    file: segmentName(id),
    offset: 0,
    bytes: 0,
    reason: `it stands for the records up to ${range.lastLsn}, the log ends with ${lastLsn}, and ` +
      "no manifest names it: the one that did is lost",
  }));
}

/**
 * What a hint proves to be missing at the end of a segment. A segment gets one when it is complete and durable; here
 * it has one, and no manifest that counts names it, because the newest is damaged.
 */
async function cutOff(
  storage: Storage,
  found: {
    readonly id: number;
    readonly salt: number;
    readonly lastLsn: number;
    readonly end: number;
  },
): Promise<Damage[]> {
  const row = await hintedRow(storage, found);
  if (row === undefined || row.lastLsn <= found.lastLsn) return [];
  const reason = `record ${row.lastLsn} was the last one, and it ends with ${found.lastLsn}`;
  return [{ file: segmentName(found.id), offset: found.end, bytes: row.end - found.end, reason }];
}

/** The files of the chain that hold records, in order; and what is wrong with others. */
async function readFiles(
  storage: Storage,
  ids: readonly number[],
  { store, tail, tailSalt }: Manifest,
): Promise<{ files: ChainFile[]; compacted: CompactedFile[]; damages: Damage[] }> {
  const files: ChainFile[] = [];
  const compacted: CompactedFile[] = [];
  const damages: Damage[] = [];
  // The newest first: when a writer is at work, each one then holds at least all that comes before the next.
  for (const id of ids.toReversed()) {
    const file = segmentName(id);
    const read = await tryRead(storage, file);
    if (read.kind !== "bytes") {
      damages.push({ file, offset: 0, bytes: 0, reason: read.reason });
      continue;
    }
    const { bytes } = read;
    const promised = id === tail ? tailSalt : undefined;
    // One that was being made when the power failed may be cut anywhere, but not the one that a manifest promises.
    if (bytes.length <= SEGMENT_HEADER_BYTES && promised === undefined) continue;
    const outcome = decodeSegmentHeader(bytes);
    const fits = outcome.kind === "header" && outcome.header.id === id &&
      outcome.header.store === store && (promised ?? outcome.header.salt) === outcome.header.salt;
    if (!fits) {
      const reason = outcome.kind === "invalid"
        ? outcome.reason
        : "the file belongs to another store or segment";
      // With the salt that the manifest promises, the records can be checked all the same.
      const known = promised !== undefined && bytes.length > SEGMENT_HEADER_BYTES;
      damages.push({ file, offset: 0, bytes: known ? SEGMENT_HEADER_BYTES : bytes.length, reason });
      if (known) files.push({ id, salt: promised, block: blockOf(bytes) });
      continue;
    }
    const { salt, range, compacted: isCompacted } = outcome.header;
    if (!isCompacted) files.push({ id, salt, block: blockOf(bytes) });
    else if (range !== undefined) compacted.push({ id, range });
  }
  return { files: files.sort((a, b) => a.id - b.id), compacted, damages: damages.reverse() };
}

/** A row for what a segment of the chain holds up to an LSN; `undefined` when that is nothing. */
export function rowUpTo(segment: ChainSegment, lastLsn: number): SegmentRow | undefined {
  const cut = cutAt(segment, lastLsn + 1);
  if (cut === undefined) return undefined;
  const { id, salt, firstLsn, tail } = cut;
  return { id, salt, firstLsn, lastLsn: tail.lastLsn, end: tail.end };
}

/** The segment as it is when what follows from `cutLsn` on stands elsewhere. */
function cutAt(segment: ChainSegment, cutLsn: number): ChainSegment | undefined {
  if (cutLsn <= segment.firstLsn) return undefined;
  const { block, salt, firstLsn } = segment;
  const tail = readTail(block, SEGMENT_HEADER_BYTES, salt, firstLsn, cutLsn);
  return { ...segment, tail };
}

function chainIds(names: readonly string[], manifest: Manifest): number[] {
  const named = new Set(manifest.rows.map((row) => row.id));
  const listed = names.map(segmentIdOf).filter((id) => id !== undefined);
  // Whatever the listing says: what the manifest promises is looked for.
  const promised = manifest.tailSalt === undefined ? [] : [manifest.tail];
  return [...new Set([...listed, ...promised])]
    .filter((id) => id >= manifest.tail && !named.has(id))
    .sort((a, b) => a - b);
}
