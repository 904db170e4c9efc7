/**
 * The floors as a store keeps them: read where their key's record stands, and judged.
 *
 * Without them seqs would be given out again that others have had, so what of them is damaged is damage like that of a
 * message: the store refuses to be written, `verify` names it, and `repair` makes a store that is told apart from this
 * one.
 *
 * @module
 */

import { decodePair } from "./bodies.ts";
import type { Catalog } from "./catalog.ts";
import type { Damage } from "./errors.ts";
import { unreadable } from "./files.ts";
import { FLOORS_KEY, floorsFault } from "./floors.ts";
import { type Block, bodyOf, Kind, readHeader } from "./format.ts";
import { GRID_BYTES } from "./limits.ts";
import { type ReadRecord, readRecordNow } from "./read.ts";
import { SEGMENT_HEADER_BYTES, segmentName } from "./segment_header.ts";
import type { Segment, Segments } from "./segments.ts";

/** Records that are in memory, as they will stand in a segment whose file is not made yet. */
export interface Planned {
  readonly unproved: Block;
  readonly segment: Segment;
}

/**
 * Takes the floors that a store keeps into its streams.
 *
 * @returns What is damaged of them.
 */
export function takeFloors(catalog: Catalog, segments: Segments, planned?: Planned): Damage[] {
  const place = catalog.keys.get(FLOORS_KEY);
  if (place === undefined) return [];
  const segment = segments.at(place.ordinal);
  const offset = place.unit * GRID_BYTES;
  const read = segment === planned?.segment
    ? recordIn(planned.unproved, offset - SEGMENT_HEADER_BYTES)
    : readRecord(segments, segment, offset);
  if (read.kind === "damaged") return [read.damage];
  const pair = read.record.kind === Kind.put ? decodePair(read.body) : undefined;
  const fault = pair?.key === FLOORS_KEY
    ? floorsFault(pair.value)
    : "what the store keeps of rooms that have ended is not here";
  if (fault !== undefined) {
    const { bytes } = read.record;
    return [{ file: segmentName(segment.id), offset, bytes, reason: fault }];
  }
  if (pair !== undefined) catalog.streams.floors.take(pair.value);
  return [];
}

function recordIn(block: Block, at: number): ReadRecord {
  const record = readHeader(block.view, at);
  return { kind: "record", record, body: bodyOf(block, at, record) };
}

function readRecord(segments: Segments, segment: Segment, offset: number): ReadRecord {
  try {
    return readRecordNow(segments, { segment, offset });
  } catch (error) {
    const reason = unreadable(error);
    if (reason === undefined) throw error;
    return { kind: "damaged", damage: { file: segmentName(segment.id), offset, bytes: 0, reason } };
  }
}
