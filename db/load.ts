/**
 * Loading a store: from the files of a directory to the catalog, changing nothing.
 *
 * 1. The valid manifest with the highest number says which segments are complete.
 * 2. Each of them is loaded by its hint, or read.
 * 3. The chain behind them is read, and its end is decided.
 *
 * What is damaged is gathered, not thrown: whether to refuse is for the caller, who may be the one that repairs.
 * What of the tail is not proved durable is *not* applied for a writer: it may exist only in a cache that a
 * failed sync has marked clean, so the writer writes it again (`recover.ts`).
 *
 * @module
 */

import { Catalog, type CatalogOptions } from "./catalog.ts";
import { type Damage, newerFormat } from "./errors.ts";
import { Faults } from "./faults.ts";
import { type Block, isIndexed, readHeader } from "./format.ts";
import { refuseShortListing } from "./listing.ts";
import { type Chain, type ChainSegment, readChain, rowUpTo } from "./load_tail.ts";
import { loadSegment } from "./load_segment.ts";
import { gapIn, type Manifest, manifestName, type SegmentRow } from "./manifest.ts";
import { findManifest, withPassed } from "./manifest_files.ts";
import { Scratch } from "./scratch.ts";
import { SEGMENT_HEADER_BYTES, segmentName } from "./segment_header.ts";
import { type Segment, Segments } from "./segments.ts";
import type { Storage } from "./storage.ts";

/** A store in memory, and what was found on the way. */
export interface Loaded {
  readonly manifest: Manifest;
  readonly catalog: Catalog;
  readonly segments: Segments;
  /** The complete segments in LSN order. */
  readonly complete: readonly Segment[];
  /** Those of them without a good hint. */
  readonly unhinted: readonly Segment[];
  /** Highest id of a segment that is named or holds records. */
  readonly lastId: number;
  /** LSN of the last record that was applied. */
  readonly lastLsn: number;
  /** Records after `lastLsn` that are not proved durable; whole batches. */
  readonly unproved: Block | undefined;
  /** What is damaged; for a writer without the messages that are lost, which shows when the end is applied, too. */
  readonly damages: readonly Damage[];
  /** How the log ended. */
  readonly ending: ChainSegment["tail"]["ending"];
}

/** How to load. */
export interface LoadOptions extends CatalogOptions {
  readonly storage: Storage;
  /** Whether to leave out what is not proved durable, because it will be written again. */
  readonly forWriting: boolean;
  /** Whether hints may be used. Default: yes. */
  readonly useHints?: boolean;
}

/**
 * Loads a store.
 *
 * @returns `undefined` when the directory holds no store.
 * @throws {StoreError} `newer_format`, or `not_a_store` when there are segments without a manifest.
 */
export async function load(options: LoadOptions): Promise<Loaded | undefined> {
  const { storage } = options;
  const names = await storage.list();
  const search = await findManifest(storage, names);
  if (search.kind === "newer") {
    throw newerFormat(search.file);
  }
  if (search.kind === "none") return undefined;
  const { manifest, passed } = search;
  // A reader beside a writer sees names come and go all the time.
  if (options.forWriting) refuseShortListing(storage, names, manifest);
  const catalog = new Catalog(options);
  using stack = new DisposableStack();
  const segments = stack.use(new Segments(storage, !options.forWriting));
  const damages: Damage[] = [];
  const complete: Segment[] = [];
  const unhinted: Segment[] = [];
  const useHints = options.useHints ?? true;
  const gap = gapIn(manifest.rows);
  if (gap !== undefined) {
    const reason = `no segment stands for the records ${gap.from} to ${gap.to}`;
    damages.push({ file: manifestName(manifest.number), offset: 0, bytes: 0, reason });
  }
  const { forgotten = [] } = options;
  const scratch = new Scratch();
  const parts = { storage, catalog, segments, store: manifest.store, useHints, scratch, forgotten };
  for (const row of manifest.rows) {
    const loaded = await loadSegment(parts, row);
    damages.push(...loaded.damages);
    if (loaded.segment === undefined) continue;
    complete.push(loaded.segment);
    if (!loaded.hinted) unhinted.push(loaded.segment);
  }
  const chain = await readChain(storage, names, manifest);
  damages.push(...chain.damages);
  const { rows, unproved } = divide(chain, options.forWriting);
  for (const { row, block } of rows) {
    const segment = segments.add(row);
    damages.push(...applyBlock(catalog, segment, block));
    complete.push(segment);
    unhinted.push(segment);
  }
  const lastLsn = complete.at(-1)?.lastLsn ?? 0;
  settle(catalog);
  const found = damages.length > 0 || options.forWriting ? damages : lostMessages(catalog);
  stack.move();
  return {
    manifest,
    catalog,
    segments,
    complete,
    unhinted,
    lastId: Math.max(...segmentIds(manifest, chain)),
    lastLsn,
    unproved,
    // A damaged manifest costs nothing where the one before it fits; where it does not, that is why.
    damages: found.length > 0 ? withPassed(passed, found) : [],
    ending: chain.last?.tail.ending ?? { kind: "clean" },
  };
}

function segmentIds({ number, tail, rows }: Manifest, { complete, last }: Chain): number[] {
  // The first manifest names a segment that is not there yet.
  const named = [number === 1 ? 0 : tail, ...rows.map(({ id }) => id)];
  return [...named, ...complete.map(({ id }) => id), last?.id ?? 0];
}

/** Divides the chain into what is applied and what is written again. */
function divide(chain: Chain, forWriting: boolean): {
  rows: { row: SegmentRow; block: Block }[];
  unproved: Block | undefined;
} {
  const rows: { row: SegmentRow; block: Block }[] = [];
  const take = (segment: ChainSegment, lastLsn: number): number => {
    const row = rowUpTo(segment, lastLsn);
    if (row !== undefined) rows.push({ row, block: segment.block });
    return row?.end ?? SEGMENT_HEADER_BYTES;
  };
  for (const segment of chain.complete) take(segment, segment.tail.lastLsn);
  const { last } = chain;
  if (last === undefined) return { rows, unproved: undefined };
  const { tail, block, firstLsn } = last;
  const proved = forWriting ? Math.max(tail.durableLsn, firstLsn - 1) : tail.lastLsn;
  const end = take(last, Math.min(proved, tail.lastLsn));
  const bytes = block.bytes.slice(end, tail.end);
  const unproved = bytes.length > 0 ? { bytes, view: new DataView(bytes.buffer) } : undefined;
  return { rows, unproved };
}

/** Applies the valid records of a segment that is in memory. */
function applyBlock(catalog: Catalog, segment: Segment, block: Block): Damage[] {
  const faults = new Faults(segmentName(segment.id));
  for (let at = SEGMENT_HEADER_BYTES; at < segment.end;) {
    const record = readHeader(block.view, at);
    const reason = catalog.apply(record, block, at, { ordinal: segment.ordinal, offset: at });
    faults.note(reason, at, record.bytes);
    if (isIndexed(record.kind)) segment.records++;
    at += record.bytes;
  }
  return faults.damages();
}

/** Lets appends continue where the log ends. */
function settle(catalog: Catalog): void {
  catalog.streams.rollBack();
}

/**
 * Messages that no segment holds and no drop explains, though every segment looks good. Only what the whole log adds
 * up to can be judged: its end may hold the very drops because of which compaction has left messages out.
 */
export function lostMessages(catalog: Catalog): Damage[] {
  const lost = [...catalog.holed()].map(({ name, absent }) => ({
    file: "manifest",
    offset: 0,
    bytes: 0,
    reason: absent === 1
      ? `1 message of stream '${name}' is in no segment`
      : `${absent} messages of stream '${name}' are in no segment`,
  }));
  return [...doubledStreams(catalog), ...lost];
}

/** Streams that had to be over when another one got their name, and of whose end no segment tells. */
export function doubledStreams(catalog: Catalog): Damage[] {
  return Array.from(catalog.streams.outlived(), ({ name, slot }) => ({
    file: "manifest",
    offset: 0,
    bytes: 0,
    reason: `stream ${slot} and a later one have the name '${name}'`,
  }));
}
