/**
 * Whether a listing of the directory can be believed.
 *
 * A file system whose directory is damaged may leave names out without an error. A store that believes that would
 * take an older manifest, or go on under numbers that are taken. So a writer asks, by name, for what must not be
 * there: the next manifest, the next segment, and each segment behind the manifest's rows that was not listed.
 *
 * @module
 */

import { StoreError, systemCode } from "./errors.ts";
import { type Manifest, manifestName } from "./manifest.ts";
import { FILE_NUMBER_STEP_MAX } from "./limits.ts";
import { lastNear } from "./numbers.ts";
import { segmentIdOf, segmentName } from "./segment_header.ts";
import type { Storage } from "./storage.ts";

/** Refuses a listing that leaves out files. @throws {StoreError} `failed`. */
export function refuseShortListing(
  storage: Storage,
  names: readonly string[],
  manifest: Manifest,
): void {
  const ids = new Set(names.map(segmentIdOf).filter((id) => id !== undefined));
  for (const { id } of manifest.rows) ids.add(id);
  const last = lastNear(manifest.rows.reduce((a, { id }) => Math.max(a, id), manifest.tail), ids);
  const missing = [manifestName(manifest.number + 1)].filter((name) => !names.includes(name));
  for (let id = Math.max(manifest.tail, last + 1 - FILE_NUMBER_STEP_MAX); id <= last + 1; id++) {
    if (!ids.has(id)) missing.push(segmentName(id));
  }
  const there = missing.find((name) => isThere(storage, name));
  if (there === undefined) return;
  throw new StoreError(
    "failed",
    `Cannot open the store in ${storage.path}: the disk does not list all of its files (${there} is there)`,
  );
}

function isThere(storage: Storage, name: string): boolean {
  try {
    storage.open(name).close();
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}
