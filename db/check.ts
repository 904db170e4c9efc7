/**
 * Checking a store against what its manifest promises: every segment that counts is read whole.
 *
 * Everything that a checksum vouches for is taken; everything else is named. Without a valid manifest nothing is
 * promised: then the segments themselves say which LSNs they hold, and the missing manifest is named. To save what
 * can be saved is another matter (`salvage.ts`).
 *
 * @module
 */

import { Catalog } from "./catalog.ts";
import { type Damage, newerFormat, StoreError, systemCode } from "./errors.ts";
import { blockOf, isBody, isIndexed, Kind } from "./format.ts";
import { type ChainSegment, readChain, rowUpTo } from "./load_tail.ts";
import { gapIn, type Manifest, manifestName, type SegmentRow } from "./manifest.ts";
import { MISSING, tryRead, unreadable } from "./files.ts";
import { findManifest, type Passed, withPassed } from "./manifest_files.ts";
import {
  decodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  segmentIdOf,
  segmentName,
} from "./segment_header.ts";
import { remainsOf } from "./remains.ts";
import { NOT_READ, readAround, type ReadAt } from "./read_around.ts";
import { endOfWritten } from "./scan.ts";
import { scanSegment } from "./segment_scan.ts";
import { type Segment, Segments } from "./segments.ts";
import type { Storage } from "./storage.ts";

/** A store as it was found. */
export interface Checked {
  readonly store: string;
  readonly catalog: Catalog;
  readonly segments: Segments;
  /** The usable segments, oldest first. */
  readonly complete: readonly Segment[];
  /** How many bodies of messages stand in them, also of those that were edited or are gone. */
  readonly bodies: number;
  readonly damages: readonly Damage[];
}

const LSN_MAX = 2 ** 48 - 1;

/**
 * Reads all that counts. Beside a writer, what has been removed meanwhile seems to be missing.
 *
 * @throws {StoreError} `not_a_store` when nothing is left that looks like a store, `newer_format`.
 */
export async function checkStore(storage: Storage): Promise<Checked> {
  const damages: Damage[] = [];
  const { store, rows, passed } = await findRows(storage, damages);
  const catalog = new Catalog();
  using stack = new DisposableStack();
  const segments = stack.use(new Segments(storage, true));
  const complete: Segment[] = [];
  let bodies = 0;
  const onBody = (): void => void bodies++;
  for (const row of rows) {
    try {
      const segment = segments.add(row);
      complete.push(segment);
      const found = await checkSegment({ store, catalog, segments, onBody }, segment);
      // Reading it to its end tells more exactly what opening stops at.
      const again = damages.findIndex(({ file, offset }) =>
        found.some((one) => one.file === file && one.offset === offset)
      );
      if (again >= 0) damages.splice(again, 1);
      damages.push(...found);
    } catch (error) {
      const reason = systemCode(error) === "ENOENT" ? MISSING : unreadable(error);
      if (reason === undefined) throw error;
      damages.push({ file: segmentName(row.id), offset: 0, bytes: row.end, reason });
    }
  }
  stack.move();
  return { store, catalog, segments, complete, bodies, damages: withPassed(passed, damages) };
}

/** Reads one segment into the catalog, and says what is damaged. */
async function checkSegment(
  { store, catalog, segments, onBody }: Pick<Checked, "store" | "catalog" | "segments"> & {
    readonly onBody: () => void;
  },
  segment: Segment,
): Promise<Damage[]> {
  const read: ReadAt = (into, at) => segments.read(segment, into, at);
  // The salt is known from the manifest, so the records can be checked behind a damaged header.
  const reason = await headerFault(read, segment, store);
  const damages = await scanSegment(read, segment, (record, block, at, offset) => {
    if (isIndexed(record.kind)) segment.records++;
    if (isBody(record.kind)) onBody();
    const hasSlot = isBody(record.kind) || record.kind === Kind.drop;
    if (hasSlot && catalog.streams.at(record.slot) === undefined) {
      catalog.streams.learn(record.slot, `stream ${record.slot}, whose name is damaged`);
    }
    return catalog.apply(record, block, at, { ordinal: segment.ordinal, offset });
  });
  if (reason === undefined) return damages;
  const file = segmentName(segment.id);
  return [{ file, offset: 0, bytes: SEGMENT_HEADER_BYTES, reason }, ...damages];
}

/** The segments to read: those that the manifest names and those that continue it, or else all. */
async function findRows(
  storage: Storage,
  damages: Damage[],
): Promise<{ store: string; rows: SegmentRow[]; passed: readonly Passed[] }> {
  const names = storage.exists() ? await storage.list() : [];
  const search = await findManifest(storage, names);
  if (search.kind === "newer") {
    throw newerFormat(search.file);
  }
  if (search.kind === "found") {
    const { manifest, passed } = search;
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
      passed,
    };
  }
  const remains = await remainsOf(storage, names);
  if (remains.length === 0) {
    throw new StoreError("not_a_store", `There is no store in ${storage.path}`);
  }
  damages.push(...remains);
  const rows = await guessRows(storage, names);
  return { store: rows[0]?.store ?? "", rows, passed: [] };
}

/** The row of a segment of the chain; behind damage there may be good records, so it is read to its end. */
function rowOf(segment: ChainSegment): SegmentRow | undefined {
  const row = rowUpTo(segment, LSN_MAX);
  if (segment.tail.ending.kind !== "damaged") return row;
  const { id, salt, firstLsn, block, tail } = segment;
  const end = endOfWritten(block, tail.end, salt);
  return { id, salt, firstLsn, lastLsn: LSN_MAX, end };
}

/** What segments say about themselves, in the order of their last records. */
async function guessRows(
  storage: Storage,
  names: readonly string[],
): Promise<(SegmentRow & { store: Manifest["store"] })[]> {
  const rows: (SegmentRow & { store: string })[] = [];
  for (const id of names.map(segmentIdOf)) {
    if (id === undefined) continue;
    const read = await tryRead(storage, segmentName(id));
    const outcome = read.kind === "bytes" ? decodeSegmentHeader(read.bytes) : read;
    if (read.kind !== "bytes" || outcome.kind !== "header") continue;
    const { store, salt } = outcome.header;
    const end = endOfWritten(blockOf(read.bytes), SEGMENT_HEADER_BYTES, salt);
    const row = { id, salt, store, firstLsn: 1, lastLsn: LSN_MAX, end };
    let lastLsn = 0;
    await scanSegment(
      (into, at) => {
        into.set(read.bytes.subarray(at, at + into.length));
        return Promise.resolve(Math.min(into.length, read.bytes.length - at));
      },
      row,
      (record) => void (lastLsn = record.lsn),
    );
    rows.push({ ...row, lastLsn });
  }
  return rows.sort((a, b) => a.lastLsn - b.lastLsn || a.id - b.id);
}

async function headerFault(
  read: ReadAt,
  row: SegmentRow,
  store: string,
): Promise<string | undefined> {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const { got, unread } = await readAround(read, bytes, 0);
  if (unread.length > 0) return NOT_READ;
  const outcome = decodeSegmentHeader(bytes.subarray(0, got));
  if (outcome.kind === "invalid") return outcome.reason;
  if (outcome.kind === "newer") return undefined;
  const { header } = outcome;
  const fits = header.store === store && header.id === row.id && header.salt === row.salt;
  return fits ? undefined : "the file belongs to another store or segment";
}
