/**
 * Making a new segment file.
 *
 * Two ways, and each leaves nothing half done that recovery could mistake: an empty segment counts for
 * nothing until its first record is there, and one that begins with records gets its name only when they are
 * all durable.
 *
 * @module
 */

import { giveUp, removeFile, writeAll } from "./files.ts";
import { type Block, recordBytesAt, resignRecord } from "./format.ts";
import {
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  segmentName,
  storeIdText,
} from "./segment_header.ts";
import type { Segment, Segments } from "./segments.ts";
import type { Storage, StorageFile } from "./storage.ts";
import type { World } from "./world.ts";

/** What a new segment needs. */
export interface SegmentMaker {
  readonly storage: Storage;
  readonly world: World;
  readonly segments: Segments;
  /** The store's id. */
  readonly store: string;
  /** Gives a segment number that was never used in this store. */
  readonly nextId: () => number;
  /** Takes a number back of which no file was made, so that tries in vain do not use the numbers up. */
  readonly takeBack: (id: number, error: unknown) => void;
}

/** A segment that is open for writing. */
export interface ActiveSegment {
  readonly segment: Segment;
  readonly file: StorageFile;
}

/** Ending of the names of files that are not finished. They are removed when the store is opened. */
export const PART = ".part";

/** Whether a name is one of ours for a file that is not finished: others use that ending, too. */
export function isPart(name: string): boolean {
  return /^(\d{8,10}\.segment|room)\.part$/.test(name);
}

/**
 * Makes an empty segment; durable when this resolves.
 *
 * @param firstLsn LSN of its first record, if that is known already.
 */
export async function makeSegment(maker: SegmentMaker, firstLsn = 0): Promise<ActiveSegment> {
  const { storage } = maker;
  const id = maker.nextId();
  const salt = newSalt(maker.world);
  const name = segmentName(id);
  let file: StorageFile | undefined;
  try {
    file = storage.create(name);
    writeAll(file, encodeSegmentHeader({ store: maker.store, id, salt, compacted: false }), 0);
    await file.sync();
    await storage.syncDirectory();
  } catch (error) {
    file?.close();
    if (file !== undefined) giveUp(storage, name);
    maker.takeBack(id, error);
    throw error;
  }
  return { file, segment: addSegment(maker, id, salt, firstLsn, SEGMENT_HEADER_BYTES) };
}

/**
 * Takes in a segment that is to begin with records, before its file is there: what they add up to can then be judged
 * first, and `makeSegmentWith` makes it.
 */
export function planSegmentWith(maker: SegmentMaker, records: Block, firstLsn: number): Segment {
  const end = SEGMENT_HEADER_BYTES + records.bytes.length;
  return addSegment(maker, maker.nextId(), newSalt(maker.world), firstLsn, end);
}

/** Makes the file of a segment that begins with these records; durable, and visible only whole. */
export async function makeSegmentWith(
  maker: SegmentMaker,
  records: Block,
  segment: Segment,
): Promise<ActiveSegment> {
  const { storage } = maker;
  const { id, salt } = segment;
  const name = segmentName(id);
  for (let at = 0; at < records.bytes.length;) {
    const end = at + recordBytesAt(records.view, at);
    resignRecord(records, at, end, salt);
    at = end;
  }
  removeFile(storage, name + PART);
  const file = storage.create(name + PART);
  let begun = name + PART;
  try {
    writeAll(file, encodeSegmentHeader({ store: maker.store, id, salt, compacted: false }), 0);
    writeAll(file, records.bytes, SEGMENT_HEADER_BYTES);
    await file.sync();
    storage.rename(name + PART, name);
    begun = name;
    await storage.syncDirectory();
  } catch (error) {
    file.close();
    giveUp(storage, begun);
    throw error;
  }
  return { file, segment };
}

/** A new salt. */
export function newSalt(world: World): number {
  const salt = new Uint32Array(1);
  world.random(new Uint8Array(salt.buffer));
  return salt[0] ?? 0;
}

/** The id of a new store. */
export function newStoreId(world: World): string {
  const id = new Uint8Array(16);
  world.random(id);
  return storeIdText(id);
}

function addSegment(
  maker: SegmentMaker,
  id: number,
  salt: number,
  firstLsn: number,
  end: number,
): Segment {
  return maker.segments.add({ id, salt, firstLsn, lastLsn: firstLsn - 1, end });
}
