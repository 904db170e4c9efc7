/**
 * Backup: a second directory that holds the store as it was at one moment.
 *
 * Complete segments never change, so a hard link is a copy that costs nothing; on another file system they are
 * copied. The manifest is written last: a backup without one is no store, so a half one cannot be taken for
 * whole. Restoring is opening.
 *
 * @module
 */

import { StoreError, systemCode } from "./errors.ts";
import { writeAll } from "./files.ts";
import { hintName } from "./hint.ts";
import type { Manifest } from "./manifest.ts";
import { putManifest } from "./manifest_files.ts";
import { segmentName } from "./segment_header.ts";
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

const COPY_BYTES = 1 << 20;

/**
 * Brings the segments of a manifest into another directory, which must be missing or empty.
 *
 * @param manifest Segments that stay where they are until this resolves.
 * @throws {StoreError} `not_empty`.
 */
export async function backUp(
  from: Storage,
  to: Storage,
  manifest: Manifest,
): Promise<BackupReport> {
  if (to.exists() && to.list().length > 0) {
    throw new StoreError("not_empty", `Cannot back up to ${to.path}: there is something in it`);
  }
  await to.make();
  for (const row of manifest.rows) {
    await bring(from, to, segmentName(row.id));
    try {
      await bring(from, to, hintName(row.id));
    } catch (error) {
      // A hint is a convenience; the backup makes its own when it is opened.
      if (systemCode(error) !== "ENOENT") throw error;
    }
  }
  await to.syncDirectory();
  await putManifest(to, { ...manifest, number: 1 });
  return {
    segments: manifest.rows.length,
    bytes: manifest.rows.reduce((sum, { end }) => sum + end, 0),
    lsn: manifest.rows.at(-1)?.lastLsn ?? 0,
  };
}

async function bring(from: Storage, to: Storage, name: string): Promise<void> {
  try {
    from.link(name, to);
  } catch (error) {
    const code = systemCode(error) ?? "";
    if (!["EXDEV", "EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP"].includes(code)) throw error;
    await copyFile(from, to, name);
  }
}

async function copyFile(from: Storage, to: Storage, name: string): Promise<void> {
  using source = from.open(name);
  using target = to.create(name);
  const buffer = new Uint8Array(COPY_BYTES);
  for (let at = 0;;) {
    const got = await source.read(buffer, at);
    writeAll(target, buffer.subarray(0, got), at);
    at += got;
    if (got < buffer.length) break;
  }
  await target.sync();
}
