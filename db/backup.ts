/**
 * Backup: a second directory that holds the store as it was at one moment.
 *
 * Complete segments never change, so a hard link is a copy that costs nothing; on another file system they are
 * copied, and so is the last one that a reader sees beside a writer, up to where it ended then. The manifest is written
 * last: a backup without one is no store, so a half one cannot be taken for whole. Restoring is opening.
 *
 * A copy that is to live on beside its origin (`anew`) is another store: with an id of its own in every header, so that
 * a file of one that gets into the other's directory is known for a stranger's.
 *
 * @module
 */

import { DamageError, StoreError, systemCode } from "./errors.ts";
import { tryRead, writeAll, writeFile } from "./files.ts";
import { hintName } from "./hint.ts";
import type { Manifest, SegmentRow } from "./manifest.ts";
import { findManifest, putManifest } from "./manifest_files.ts";
import { NOT_READ, readAround, type ReadAt, type Unread } from "./read_around.ts";
import { renameStore, segmentName } from "./segment_header.ts";
import type { Segments } from "./segments.ts";
import type { Storage } from "./storage.ts";

/** What was backed up. */
export interface BackupReport {
  /** How many segments the backup has. */
  readonly segments: number;
  /** Bytes of records in them. */
  readonly bytes: number;
  /** LSN of the last record in the backup. */
  readonly lsn: number;
}

/** How to back up. */
export interface BackupOptions {
  /** Whether files that never change may be shared with the backup, which takes no space. Default: yes. */
  readonly link?: boolean;
  /** An earlier backup of the same store, whose files are shared where they are the same: then only what is new is copied. */
  readonly before?: string | undefined;
  /** Whether the copy is a store with an id of its own; then nothing is shared. Default: no. */
  readonly anew?: boolean;
  /** Told after each segment how many of how many bytes are there. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What is backed up, and where to. */
export interface BackupParts extends BackupOptions {
  readonly from: Storage;
  readonly to: Storage;
  /** Segments that can be read until this is done. */
  readonly manifest: Manifest;
  readonly segments: Segments;
  /** Ids of segments that may still grow or are not durable yet: they are copied as far as the manifest says. */
  readonly unfinished?: ReadonlySet<number>;
}

const COPY_BYTES = 1 << 20;

/**
 * Brings the segments of a manifest into another directory, which must be missing or empty.
 *
 * @throws {StoreError} `not_empty`.
 */
export async function backUp(parts: BackupParts): Promise<BackupReport> {
  const { to, manifest } = parts;
  if (to.exists() && (await to.list()).length > 0) {
    throw new StoreError("not_empty", `Cannot back up to ${to.path}: there is something in it`);
  }
  await to.make();
  const known = await rowsBefore(parts);
  const bytes = manifest.rows.reduce((sum, { end }) => sum + end, 0);
  let done = 0;
  for (const row of manifest.rows) {
    const name = segmentName(row.id);
    const isComplete = !parts.unfinished?.has(row.id);
    const linked = isComplete &&
      (known.has(keyOf(row)) && linkBefore(parts, name) || link(parts, name));
    if (!linked) await copySegment(parts, row);
    await bringHint(parts, hintName(row.id));
    parts.onProgress?.(done += row.end, bytes);
  }
  await to.syncDirectory();
  await putManifest(to, { ...manifest, number: 1 });
  return { segments: manifest.rows.length, bytes, lsn: manifest.rows.at(-1)?.lastLsn ?? 0 };
}

/** What the earlier backup has of this very store, by what no other segment has alike. */
async function rowsBefore({ from, before, anew, manifest }: BackupParts): Promise<Set<string>> {
  if (before === undefined || anew === true) return new Set();
  const storage = from.at(before);
  if (!storage.exists()) return new Set();
  const found = await findManifest(storage, await storage.list());
  if (found.kind !== "found" || found.manifest.store !== manifest.store) return new Set();
  return new Set(found.manifest.rows.map(keyOf));
}

function keyOf({ id, salt, firstLsn, lastLsn, end }: SegmentRow): string {
  return [id, salt, firstLsn, lastLsn, end].join(" ");
}

function linkBefore({ from, to, before = "", ...parts }: BackupParts, name: string): boolean {
  return link({ ...parts, from: from.at(before), to }, name);
}

/** Shares a file. @returns Whether that is possible: it needs one file system, and the file must be there by name. */
function link({ from, to, link, anew }: BackupParts, name: string): boolean {
  if (link === false || anew === true) return false;
  try {
    from.link(name, to);
    return true;
  } catch (error) {
    const code = systemCode(error) ?? "";
    const instead = ["ENOENT", "EXDEV", "EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP"];
    if (!instead.includes(code)) throw error;
    return false;
  }
}

async function copySegment(
  { segments, to, anew, manifest }: BackupParts,
  row: SegmentRow,
): Promise<void> {
  using target = to.create(segmentName(row.id));
  const buffer = new Uint8Array(Math.min(COPY_BYTES, row.end));
  for (let at = 0; at < row.end;) {
    const piece = buffer.subarray(0, row.end - at);
    const read: ReadAt = (into, from) => segments.read(row, into, from);
    const { got, unread } = await readAround(read, piece, at);
    if (unread.length > 0) throw notRead(row, unread);
    if (got === 0) break;
    if (at === 0 && anew === true) renameStore(piece, manifest.store);
    writeAll(target, piece.subarray(0, got), at);
    at += got;
  }
  await target.sync();
}

/** Nothing is copied of what the disk does not give: a copy with holes would look whole. */
function notRead({ id }: SegmentRow, unread: readonly Unread[]): DamageError {
  const file = segmentName(id);
  return new DamageError(
    "Cannot copy the store",
    unread.map(({ from, to }) => ({ file, offset: from, bytes: to - from, reason: NOT_READ })),
  );
}

/** A hint is a convenience; without one, the backup makes its own when it is opened. */
async function bringHint(parts: BackupParts, name: string): Promise<void> {
  if (link(parts, name)) return;
  const read = await tryRead(parts.from, name);
  if (read.kind === "bytes") writeFile(parts.to, name, read.bytes);
}
