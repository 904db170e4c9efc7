/**
 * What manifests and hints tell of a damaged store. All of it is hearsay: it says what should be there and where to
 * look, and what is found counts.
 *
 * A complete segment never changes, so what any good manifest, also an old one, says of one is true for ever. Which
 * segments are the store's, and which of them is the last, only the newest one knows; if that one is damaged, what
 * can be read in it is held against what is there.
 *
 * @module
 */

import { type Damage, newerFormat } from "./errors.ts";
import { tryRead } from "./files.ts";
import { decodeHint, type Hint, hintIdOf, hintName, hintRow } from "./hint.ts";
import {
  decodeManifest,
  type Manifest,
  MANIFEST_HEADER_BYTES,
  manifestName,
  readManifest,
} from "./manifest.ts";
import { manifestNumbers } from "./manifest_files.ts";
import type { Storage } from "./storage.ts";

/** What is said of one segment, which is known by its salt. */
export interface Claim {
  readonly id: number;
  readonly salt: number;
  /** Where its last record ends. */
  readonly end: number;
  readonly lastLsn: number;
  /** Known from manifests only. */
  readonly firstLsn: number | undefined;
  readonly hint: Hint | undefined;
}

/** The newest manifest: `good`, or what can be read of a damaged one, if anything can. */
export interface Newest {
  readonly good: boolean;
  readonly manifest: Manifest | undefined;
}

/** All that is said. */
export interface Evidence {
  readonly claims: ReadonlyMap<number, Claim>;
  readonly newest: Newest | undefined;
  /** The store's id, if a good manifest says it. */
  readonly store: string | undefined;
  /** Salts that any manifest or hint names, good or not. */
  readonly salts: ReadonlySet<number>;
  readonly damages: readonly Damage[];
}

/** Reads all manifests and hints. @throws {StoreError} `newer_format`. */
export async function gatherEvidence(
  storage: Storage,
  names: readonly string[],
): Promise<Evidence> {
  const damages: Damage[] = [];
  const claims = new Map<number, Claim>();
  const salts = new Set<number>();
  let newest: Newest | undefined;
  let store: string | undefined;
  for (const number of manifestNumbers(names)) {
    const file = manifestName(number);
    const read = await tryRead(storage, file);
    if (read.kind === "missing") continue;
    const outcome = read.kind === "bytes"
      ? decodeManifest(read.bytes, number)
      : { kind: "invalid" as const, reason: read.reason };
    if (outcome.kind === "newer") {
      throw newerFormat(file);
    }
    if (outcome.kind === "invalid") {
      damages.push({ file, offset: 0, bytes: sizeOf(read), reason: outcome.reason });
    }
    const manifest = outcome.kind === "manifest" ? outcome.manifest : readable(read);
    const good = outcome.kind === "manifest";
    newest ??= { good, manifest };
    if (manifest === undefined) continue;
    for (const { salt } of manifest.rows) salts.add(salt);
    if (manifest.tailSalt !== undefined) salts.add(manifest.tailSalt);
    if (!good) continue;
    store ??= manifest.store;
    for (const row of manifest.rows) {
      if (!claims.has(row.salt)) claims.set(row.salt, { ...row, hint: undefined });
    }
  }
  for (const id of names.map(hintIdOf)) {
    if (id === undefined) continue;
    const read = await tryRead(storage, hintName(id));
    const row = read.kind === "bytes" ? hintRow(read.bytes) : undefined;
    const hint = read.kind === "bytes" && row !== undefined
      ? decodeHint(row, read.bytes)
      : undefined;
    if (row !== undefined) salts.add(row.salt);
    if (hint === undefined || row === undefined) {
      const reason = "the hint is damaged; a hint is never needed";
      if (read.kind !== "missing") {
        damages.push({ file: hintName(id), offset: 0, bytes: sizeOf(read), reason });
      }
      continue;
    }
    const known = claims.get(row.salt);
    if (known === undefined) claims.set(row.salt, { ...row, firstLsn: undefined, hint });
    else if (known.end === row.end) claims.set(row.salt, { ...known, hint });
  }
  return { claims, newest, store, salts, damages };
}

type Read = Awaited<ReturnType<typeof tryRead>>;

function readable(read: Read): Manifest | undefined {
  const fits = read.kind === "bytes" && read.bytes.length >= MANIFEST_HEADER_BYTES + 4;
  return fits ? readManifest(read.bytes) : undefined;
}

function sizeOf(read: Read): number {
  return read.kind === "bytes" ? read.bytes.length : 0;
}
