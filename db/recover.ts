/**
 * From a loaded store to one that can be written.
 *
 * 1. What the tail holds without proof is applied, and all is judged: messages may be missing because of drops or edits
 *    that only stand there, when compaction has made use of them.
 * 2. It is written again, into a new segment; otherwise the new segment is
 *    empty. Nothing is ever written behind an end that may be torn.
 * 3. A manifest names all segments before it.
 * 4. Only now is removed what no longer counts: inputs and unfinished outputs of compaction, old tails,
 *    hints without a segment, parts.
 *
 * A crash between any two steps leaves a directory from which the same store is loaded.
 *
 * @module
 */

import type { Catalog } from "./catalog.ts";
import { DamageError } from "./errors.ts";
import { giveUp } from "./files.ts";
import { hintIdOf } from "./hint.ts";
import { type Block, isIndexed, readHeader } from "./format.ts";
import { type Loaded, lostMessages } from "./load.ts";
import {
  type ActiveSegment,
  isPart,
  makeSegment,
  makeSegmentWith,
  newStoreId,
  PART,
  planSegmentWith,
  type SegmentMaker,
} from "./make_segment.ts";
import { type Manifest, manifestNumberOf } from "./manifest.ts";
import { manifestNumbers } from "./manifest_files.ts";
import { nextNumber, SEGMENT_HEADER_BYTES, segmentIdOf } from "./segment_header.ts";
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
 * @throws {DamageError} When messages are lost.
 */
export async function recover(storage: Storage, world: World, loaded: Loaded): Promise<Recovered> {
  const { manifest, segments, catalog, unproved, complete } = loaded;
  const names = await storage.list();
  const ids = names.map((name) => segmentIdOf(name.replace(PART, ""))).filter((id) =>
    id !== undefined
  );
  // The first manifest names a segment that is not there yet.
  const tail = manifest.number === 1 ? 0 : manifest.tail;
  let lastId = [...ids, ...manifest.rows.map((row) => row.id)].reduce(
    (a, b) => Math.max(a, b),
    tail,
  );
  const maker = {
    storage,
    world,
    segments,
    store: manifest.store,
    nextId: () => lastId = nextNumber(lastId),
  };
  const planned = unproved === undefined
    ? undefined
    : { unproved, segment: planSegmentWith(maker, unproved, loaded.lastLsn + 1) };
  if (planned !== undefined) applyEnd(catalog, planned.unproved, planned.segment);
  const lost = lostMessages(catalog);
  if (lost.length > 0) throw new DamageError(`Cannot open the store in ${storage.path}`, lost);
  const active = planned === undefined
    ? await makeSegment(maker, loaded.lastLsn + 1)
    : await makeSegmentWith(maker, planned.unproved, planned.segment);
  const lastLsn = planned?.segment.lastLsn ?? loaded.lastLsn;
  const number = Math.max(manifest.number, ...manifestNumbers(names));
  const shelf = new Shelf(storage, manifest.store, number, complete);
  await shelf.commit(active.segment);
  await clean(storage, shelf.manifest(active.segment));
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

/**
 * Removes the files of the store that its manifest does not need. Files of other names are left alone, and what is no
 * file. What cannot be removed counts for nothing, so it keeps nobody from starting.
 */
async function clean(storage: Storage, manifest: Manifest): Promise<void> {
  const needed = new Set([...manifest.rows.map((row) => row.id), manifest.tail]);
  for (const name of await storage.list()) {
    const id = segmentIdOf(name) ?? hintIdOf(name);
    const number = manifestNumberOf(name);
    const stale = isPart(name) || (id !== undefined && !needed.has(id)) ||
      (number !== undefined && number < manifest.number - 1);
    if (stale && isFile(storage, name)) giveUp(storage, name);
  }
}

function isFile(storage: Storage, name: string): boolean {
  try {
    storage.open(name).close();
    return true;
  } catch {
    return false;
  }
}

/** The manifest of a store that is empty and new. @param number One that no file has. */
export function emptyManifest(world: World, number: number): Manifest {
  return { store: newStoreId(world), number, tail: 1, rows: [] };
}
