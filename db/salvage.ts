/**
 * Loading what is left of a damaged store.
 *
 * Everything that a checksum vouches for is taken; everything else is named. Two things are guessed, because the
 * alternative is to lose more:
 * - Without a valid manifest, the segments themselves say which LSNs they hold. They are applied in the order
 *   of their last ones, so that what is newer wins, and an unfinished compaction does no harm.
 * - Messages of a stream whose name is lost get the name `recovered-stream-<slot>`.
 *
 * One thing cannot be known: if the last word on a message or key was in the damaged part, an older one shows.
 *
 * @module
 */

import { Catalog } from "./catalog.ts";
import { type Damage, StoreError, systemCode } from "./errors.ts";
import { isIndexed, Kind } from "./format.ts";
import { type ChainSegment, readChain, rowUpTo } from "./load_tail.ts";
import { gapIn, type Manifest, manifestName, type SegmentRow } from "./manifest.ts";
import { findManifest } from "./manifest_files.ts";
import {
  decodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  segmentIdOf,
  segmentName,
} from "./segment_header.ts";
import { type ReadAt, scanSegment } from "./segment_scan.ts";
import { type Segment, Segments } from "./segments.ts";
import type { Storage } from "./storage.ts";

/** What is left of a store. */
export interface Salvaged {
  readonly store: string;
  readonly catalog: Catalog;
  readonly segments: Segments;
  /** The usable segments, oldest first. */
  readonly complete: readonly Segment[];
  readonly damages: readonly Damage[];
}

const LSN_MAX = 2 ** 48 - 1;

/**
 * Loads what is left. Beside a writer, what has been removed meanwhile seems to be missing.
 *
 * @throws {StoreError} `not_a_store` when nothing is left that looks like a store, `newer_format`.
 */
export async function salvage(storage: Storage): Promise<Salvaged> {
  const damages: Damage[] = [];
  const { store, rows } = await findRows(storage, damages);
  const catalog = new Catalog();
  using stack = new DisposableStack();
  const segments = stack.use(new Segments(storage, true));
  const complete: Segment[] = [];
  for (const row of rows) {
    const file = segmentName(row.id);
    const segment = addIfThere(segments, row);
    if (segment === undefined) {
      damages.push({ file, offset: 0, bytes: row.end, reason: "the file is missing" });
      continue;
    }
    complete.push(segment);
    const read: ReadAt = (into, at) => segments.read(segment, into, at);
    // The salt is known from the manifest, so a damaged header is named and costs nothing.
    const fault = await headerFault(read);
    if (fault !== undefined) {
      damages.push({ file, offset: 0, bytes: SEGMENT_HEADER_BYTES, reason: fault });
    }
    damages.push(
      ...await scanSegment(read, row, (record, block, at, offset) => {
        if (isIndexed(record.kind)) segment.records++;
        const hasSlot = record.kind === Kind.message || record.kind === Kind.edit ||
          record.kind === Kind.drop;
        if (hasSlot && catalog.streams.at(record.slot) === undefined) {
          catalog.streams.learn(record.slot, `recovered-stream-${record.slot}`);
        }
        return catalog.apply(record, block, at, { ordinal: segment.ordinal, offset });
      }),
    );
  }
  stack.move();
  return { store, catalog, segments, complete, damages };
}

/** The segments to read: those that the manifest names and those that continue it, or else all. */
async function findRows(
  storage: Storage,
  damages: Damage[],
): Promise<{ store: string; rows: SegmentRow[] }> {
  const names = storage.exists() ? storage.list() : [];
  const search = await findManifest(storage, names);
  if (search.kind === "newer") {
    throw new StoreError(
      "newer_format",
      `${search.file} was written by a newer version of this program`,
    );
  }
  if (search.kind === "found") {
    const { manifest } = search;
    const gap = gapIn(manifest.rows);
    if (gap !== undefined) {
      const reason = `no segment stands for the records ${gap.from} to ${gap.to}`;
      damages.push({ file: manifestName(manifest.number), offset: 0, bytes: 0, reason });
    }
    const chain = await readChain(storage, names, manifest);
    damages.push(...chain.damages);
    const { last } = chain;
    const ends = [...chain.complete, ...(last === undefined ? [] : [last])];
    const open = ends.map(rowOf);
    return {
      store: manifest.store,
      rows: [...manifest.rows, ...open.filter((row) => row !== undefined)],
    };
  }
  const rows = await guessRows(storage, names);
  if (rows.length === 0) {
    throw new StoreError("not_a_store", `There is no store in ${storage.path}`);
  }
  damages.push({ file: search.file ?? "manifest", offset: 0, bytes: 0, reason: search.reason });
  return { store: rows[0]?.store ?? "", rows };
}

/** The row of a segment of the chain; behind damage there may be good records, so it is read to its end. */
function rowOf(segment: ChainSegment): SegmentRow | undefined {
  const row = rowUpTo(segment, LSN_MAX);
  if (segment.tail.ending.kind !== "damaged") return row;
  const { id, salt, firstLsn, block } = segment;
  return { id, salt, firstLsn, lastLsn: LSN_MAX, end: block.bytes.length };
}

/** What segments say about themselves, in the order of their last records. */
async function guessRows(
  storage: Storage,
  names: readonly string[],
): Promise<(SegmentRow & { store: Manifest["store"] })[]> {
  const rows: (SegmentRow & { store: string })[] = [];
  for (const id of names.map(segmentIdOf)) {
    if (id === undefined) continue;
    using file = storage.open(segmentName(id));
    const header = new Uint8Array(SEGMENT_HEADER_BYTES);
    await file.read(header, 0);
    const outcome = decodeSegmentHeader(header);
    if (outcome.kind !== "header") continue;
    const { store, salt } = outcome.header;
    const row = { id, salt, store, firstLsn: 1, lastLsn: LSN_MAX, end: file.size() };
    let lastLsn = 0;
    await scanSegment(
      (into, at) => file.read(into, at),
      row,
      (record) => void (lastLsn = record.lsn),
    );
    rows.push({ ...row, lastLsn });
  }
  return rows.sort((a, b) => a.lastLsn - b.lastLsn || a.id - b.id);
}

function addIfThere(segments: Segments, row: SegmentRow): Segment | undefined {
  try {
    return segments.add(row);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function headerFault(read: ReadAt): Promise<string | undefined> {
  const header = new Uint8Array(SEGMENT_HEADER_BYTES);
  const outcome = decodeSegmentHeader(header.subarray(0, await read(header, 0)));
  return outcome.kind === "invalid" ? outcome.reason : undefined;
}
