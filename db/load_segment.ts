/**
 * Loading one complete segment into the catalog: by its hint, or by reading it.
 *
 * @module
 */

import type { Catalog } from "./catalog.ts";
import { type Damage, newerFormat, systemCode } from "./errors.ts";
import { hintBytesMax, MISSING, tryRead, unreadable } from "./files.ts";
import { isIndexed } from "./format.ts";
import { decodeHint, eachOf, type Hint, hintName } from "./hint.ts";
import type { SegmentRow } from "./manifest.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, segmentName } from "./segment_header.ts";
import type { Scratch } from "./scratch.ts";
import { scanSegment } from "./segment_scan.ts";
import type { Segment, Segments } from "./segments.ts";
import type { Storage } from "./storage.ts";

/** Where a segment is loaded from and to. */
export interface LoadParts {
  readonly storage: Storage;
  readonly catalog: Catalog;
  readonly segments: Segments;
  /** The store's id. */
  readonly store: string;
  /** Whether hints may be used. Default: yes. */
  readonly useHints?: boolean;
  /** Where hints are read into, one after the other. */
  readonly scratch: Scratch;
  /** Beginnings of keys that nobody needs any more. Default: none. */
  readonly forgotten?: readonly string[];
}

/** What came of loading a segment. */
export interface LoadedSegment {
  /** Absent when the file cannot be used at all. */
  readonly segment: Segment | undefined;
  readonly damages: readonly Damage[];
  /** Whether the hint was good. */
  readonly hinted: boolean;
}

/** Loads a segment that a manifest names. */
export async function loadSegment(parts: LoadParts, row: SegmentRow): Promise<LoadedSegment> {
  const { storage, catalog, segments } = parts;
  const damages = await checkHeader(parts, row);
  if (damages.length > 0) return { segment: undefined, damages, hinted: false };
  const segment = segments.add(row);
  const hint = parts.useHints === false ? undefined : await readHint(parts, segment);
  if (hint !== undefined) {
    const reason = catalog.applyHint(hint, segment.ordinal);
    eachOf(hint).run((_slot, _seq, { count }) => segment.records += count);
    segment.records += hint.keys.filter(({ unit }) => unit > 0).length + (hint.forgotten ?? 0);
    const file = hintName(row.id);
    const wrong = reason === undefined ? [] : [{ file, offset: 0, bytes: 0, reason }];
    return { segment, damages: wrong, hinted: true };
  }
  using file = storage.open(segmentName(row.id));
  const found = await scanSegment(
    (into, at) => file.read(into, at),
    row,
    (record, block, at, offset) => {
      if (isIndexed(record.kind)) segment.records++;
      return catalog.apply(record, block, at, { ordinal: segment.ordinal, offset });
    },
  );
  return { segment, damages: found, hinted: false };
}

/** The hint of a segment; `undefined` when there is none that is good. */
async function readHint(
  { storage, forgotten, scratch }: LoadParts,
  segment: Segment,
): Promise<Hint | undefined> {
  const read = await tryRead(storage, hintName(segment.id), {
    scratch,
    bytesMax: hintBytesMax(segment.end),
  });
  if (read.kind !== "bytes") return undefined;
  segment.hintBytes = read.bytes.length;
  return decodeHint(segment, read.bytes, forgotten);
}

/** Checks that the file is there, is long enough, and is the segment it should be. */
async function checkHeader(parts: LoadParts, row: SegmentRow): Promise<Damage[]> {
  const name = segmentName(row.id);
  const damage = (reason: string): Damage[] => [{ file: name, offset: 0, bytes: row.end, reason }];
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  try {
    using file = parts.storage.open(name);
    if (file.size() < row.end) {
      return damage(`the file has ${file.size()} bytes and must have ${row.end}`);
    }
    await file.read(bytes, 0);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return damage(MISSING);
    const reason = unreadable(error);
    if (reason !== undefined) return damage(reason);
    throw error;
  }
  const outcome = decodeSegmentHeader(bytes);
  switch (outcome.kind) {
    case "newer":
      throw newerFormat(name);
    case "invalid":
      return damage(outcome.reason);
    case "header": {
      const { store, id, salt } = outcome.header;
      const fits = store === parts.store && id === row.id && salt === row.salt;
      return fits ? [] : damage("the file belongs to another store or segment");
    }
    default:
      return outcome satisfies never;
  }
}
