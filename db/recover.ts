/**
 * From a loaded store to one that can be written.
 *
 * 1. What the tail holds without proof is applied, and all is judged: messages may be missing because of drops or edits
 *    that only stand there, when compaction has made use of them.
 * 2. It is written again, into a new segment; otherwise the new segment is
 *    empty. Nothing is ever written behind an end that may be torn.
 * 3. A manifest names all segments before it.
 * 4. Only now is removed what no longer counts (`clean.ts`).
 *
 * A crash between any two steps leaves a directory from which the same store is loaded. So does a failure, and what it has
 * begun is removed: whoever tries again and again must not fill the disk with copies of the end.
 *
 * @module
 */

import type { Catalog } from "./catalog.ts";
import { DamageError } from "./errors.ts";
import { clean } from "./clean.ts";
import { giveUp } from "./files.ts";
import { type Block, isIndexed, readHeader } from "./format.ts";
import { takeFloors } from "./kept_floors.ts";
import { type Loaded, lostMessages } from "./load.ts";
import {
  type ActiveSegment,
  makeSegment,
  makeSegmentWith,
  newStoreId,
  planSegmentWith,
  type SegmentMaker,
} from "./make_segment.ts";
import type { Manifest } from "./manifest.ts";
import { manifestNumbers } from "./manifest_files.ts";
import { lastNear, Numbers } from "./numbers.ts";
import { SEGMENT_HEADER_BYTES, segmentIdOf, segmentName } from "./segment_header.ts";
import type { Segment } from "./segments.ts";
import { Shelf } from "./shelf.ts";
import type { Storage } from "./storage.ts";
import type { World } from "./world.ts";

/** A store that can be written. */
export interface Recovered {
  readonly shelf: Shelf;
  readonly active: ActiveSegment;
  readonly maker: SegmentMaker;
  readonly lastLsn: number;
}

/**
 * Makes a loaded store ready for writing. Nothing is changed before the whole log has been judged.
 *
 * @throws {DamageError} When messages are lost, or which seqs were given out.
 */
export async function recover(storage: Storage, world: World, loaded: Loaded): Promise<Recovered> {
  const { manifest, segments, catalog, unproved, complete } = loaded;
  const names = await storage.list();
  const ids = new Numbers(loaded.lastId, names.map(segmentIdOf));
  const maker: SegmentMaker = {
    storage,
    world,
    segments,
    store: manifest.store,
    nextId: () => ids.next(),
    takeBack: (id, error) => ids.takeBack(id, error),
  };
  const planned = unproved === undefined
    ? undefined
    : { unproved, segment: planSegmentWith(maker, unproved, loaded.lastLsn + 1) };
  if (planned !== undefined) applyEnd(catalog, planned.unproved, planned.segment);
  const lost = lostMessages(catalog);
  const damages = [...lost, ...takeFloors(catalog, segments, planned)];
  if (damages.length > 0) {
    throw new DamageError(`Cannot open the store in ${storage.path}`, damages);
  }
  const active = planned === undefined
    ? await makeSegment(maker, loaded.lastLsn + 1)
    : await makeSegmentWith(maker, planned.unproved, planned.segment);
  const lastLsn = planned?.segment.lastLsn ?? loaded.lastLsn;
  const last = lastNear(manifest.number, manifestNumbers(names));
  const numbers = { last, valid: manifest.number };
  const shelf = new Shelf(storage, manifest.store, numbers, complete);
  try {
    await shelf.commit(active.segment);
  } catch (error) {
    active.file.close();
    // Each opening that fails here would leave one more copy of the end. What a manifest may name has to stay.
    if (!shelf.mayCount) giveUp(storage, segmentName(active.segment.id));
    throw error;
  }
  await clean(storage, { manifest: shelf.manifest(active.segment), before: manifest, lastLsn });
  return { shelf, active, maker, lastLsn };
}

/** Applies what is not proved durable, as it will stand in the segment that is made for it. */
function applyEnd(catalog: Catalog, unproved: Block, segment: Segment): void {
  for (let at = 0; at < unproved.bytes.length;) {
    const record = readHeader(unproved.view, at);
    const offset = SEGMENT_HEADER_BYTES + at;
    const fault = catalog.apply(record, unproved, at, { ordinal: segment.ordinal, offset });
    if (fault !== undefined) throw new Error(`Read record ${record.lsn} wrongly: ${fault}`);
    if (isIndexed(record.kind)) segment.records++;
    segment.lastLsn = record.lsn;
    at += record.bytes;
  }
  catalog.streams.rollBack();
}

/** The manifest of a store that is empty and new. @param number One that no file has. */
export function emptyManifest(world: World, number: number): Manifest {
  return { store: newStoreId(world), number, tail: 1, rows: [] };
}
