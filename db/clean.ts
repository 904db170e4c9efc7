/**
 * Removing what an opened store does not need: inputs and unfinished outputs of compaction, old tails, hints without a
 * segment, parts, manifests that do not count.
 *
 * What is removed cannot be had back, so the manifest alone does not decide: it may be an old one that somebody has put
 * back. A segment goes only when it is this store's and the log that was opened goes as far as its last record. Files
 * of other names, of other stores and what is no file are left alone. What cannot be removed counts for nothing, so it
 * keeps nobody from starting.
 *
 * @module
 */

import { giveUp, tryRead } from "./files.ts";
import { blockOf, parseRecord } from "./format.ts";
import { hintIdOf } from "./hint.ts";
import { hintedRow } from "./hint_files.ts";
import { isPart } from "./make_segment.ts";
import { type Manifest, manifestNumberOf } from "./manifest.ts";
import { readTail } from "./scan.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, segmentIdOf } from "./segment_header.ts";
import type { Storage } from "./storage.ts";

/** What decides what an opened store does not need. */
export interface CleanParts {
  /** The manifest that was written last. */
  readonly manifest: Manifest;
  /** The valid one before it: it is kept, in case a bit of the last one rots. */
  readonly before: Manifest;
  /** The last LSN of the log as it was opened. */
  readonly lastLsn: number;
}

/** Removes the files of the store that its manifest does not need. */
export async function clean(
  storage: Storage,
  { manifest, before, lastLsn }: CleanParts,
): Promise<void> {
  const names = await storage.list();
  const needed = new Set([...manifest.rows.map(({ id }) => id), manifest.tail]);
  for (const name of names) {
    const id = segmentIdOf(name);
    if (id === undefined || needed.has(id) || !isFile(storage, name)) continue;
    const isPromised = before.tailSalt !== undefined && id === before.tail;
    // The last manifest but one can count only while this is there; one with records holds what may be deleted by now.
    const stays = isPromised && isEmpty(storage, name);
    if (!stays && await isCovered(storage, { name, id }, manifest.store, lastLsn)) {
      giveUp(storage, name);
    } else needed.add(id);
  }
  for (const name of names) {
    const id = hintIdOf(name);
    const number = manifestNumberOf(name);
    // None with a higher number is valid, and none must become so.
    const stale = isPart(name) || (id !== undefined && !needed.has(id)) ||
      (number !== undefined && number !== manifest.number && number !== before.number);
    if (stale && isFile(storage, name)) giveUp(storage, name);
  }
}

/** Whether a segment has no record. */
function isEmpty(storage: Storage, name: string): boolean {
  using file = storage.open(name);
  return file.size() <= SEGMENT_HEADER_BYTES;
}

/** Whether a segment has no record behind the last one of the log; of one that cannot be read nobody knows. */
async function isCovered(
  storage: Storage,
  { name, id }: { readonly name: string; readonly id: number },
  store: string,
  lastLsn: number,
): Promise<boolean> {
  const beginning = await beginningOf(storage, name);
  if (beginning === undefined) return false;
  if (beginning.size <= SEGMENT_HEADER_BYTES) return true;
  const outcome = decodeSegmentHeader(beginning.bytes);
  if (outcome.kind !== "header" || outcome.header.store !== store) return false;
  const { salt, range } = outcome.header;
  if (range !== undefined) return range.lastLsn <= lastLsn;
  const hinted = await hintedRow(storage, { id, salt });
  if (hinted !== undefined) return hinted.lastLsn <= lastLsn;
  const read = await tryRead(storage, name);
  if (read.kind !== "bytes") return false;
  const block = blockOf(read.bytes);
  const first = parseRecord(block, SEGMENT_HEADER_BYTES, read.bytes.length, salt);
  const firstLsn = first.kind === "record" ? first.record.lsn : lastLsn + 1;
  const tail = readTail(block, SEGMENT_HEADER_BYTES, salt, firstLsn);
  return tail.lastLsn <= lastLsn && tail.ending.kind !== "damaged";
}

/** The first bytes of a file and its size; `undefined` when the disk does not give them. */
async function beginningOf(
  storage: Storage,
  name: string,
): Promise<{ readonly bytes: Uint8Array; readonly size: number } | undefined> {
  try {
    using file = storage.open(name);
    const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
    return { bytes: bytes.subarray(0, await file.read(bytes, 0)), size: file.size() };
  } catch {
    // Nobody needs it to start.
    return undefined;
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
