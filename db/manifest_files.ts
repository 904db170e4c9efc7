/**
 * Finding the manifest that counts, and replacing it.
 *
 * @module
 */

import { type Damage, GoneError } from "./errors.ts";
import { removeFile, tryRead, writeNewFile } from "./files.ts";
import {
  decodeManifest,
  encodeManifest,
  type Manifest,
  manifestName,
  manifestNumberOf,
  wasWritten,
} from "./manifest.ts";
import { NOT_READ } from "./read_around.ts";
import type { Storage } from "./storage.ts";

/** What the manifests in a directory turn out to be. */
export type ManifestSearch =
  | {
    readonly kind: "found";
    readonly manifest: Manifest;
    /** Damaged ones with higher numbers, the highest first. */
    readonly passed: readonly Passed[];
  }
  | { readonly kind: "newer"; readonly file: string }
  /** There is none that is valid. */
  | { readonly kind: "none" };

/** A damaged manifest that was passed over for one with a lower number. */
export interface Passed {
  readonly damage: Damage;
  /** Whether it was there whole once, and did not only break off when the power failed. */
  readonly written: boolean;
}

/**
 * Finds the valid manifest with the highest number.
 *
 * @throws {GoneError} When a writer has replaced all that were listed.
 */
export async function findManifest(storage: Storage, names: string[]): Promise<ManifestSearch> {
  const passed: Passed[] = [];
  let gone: string | undefined;
  for (const number of manifestNumbers(names)) {
    const file = manifestName(number);
    const read = await tryRead(storage, file);
    if (read.kind === "missing") gone = file;
    if (read.kind !== "bytes") {
      const damage = { file, offset: 0, bytes: 0, reason: read.reason };
      // What is no file at all was never a manifest.
      if (read.kind === "unreadable") passed.push({ damage, written: read.reason === NOT_READ });
      continue;
    }
    const { bytes } = read;
    const outcome = decodeManifest(bytes, number);
    switch (outcome.kind) {
      case "manifest":
        return { kind: "found", manifest: outcome.manifest, passed };
      case "newer":
        return { kind: "newer", file };
      case "invalid":
        // A whole one under another name is somebody's copy: it never counted.
        if (bytes.length === 0 || decodeManifest(bytes).kind === "manifest") break;
        passed.push({
          damage: { file, offset: 0, bytes: bytes.length, reason: outcome.reason },
          written: wasWritten(bytes),
        });
        break;
      default:
        outcome satisfies never;
    }
  }
  if (gone !== undefined) throw new GoneError(gone);
  return { kind: "none" };
}

/**
 * What of damaged manifests is to be said beside other damages: of one that was there whole always, and of one that may
 * have broken off only where something is damaged because of it.
 */
export function withPassed(passed: readonly Passed[], damages: readonly Damage[]): Damage[] {
  const told = passed.filter(({ written }) => written || damages.length > 0);
  return [...told.map(({ damage }) => damage), ...damages];
}

/** The numbers of all manifests, valid or not, highest first. */
export function manifestNumbers(names: readonly string[]): number[] {
  return names.map(manifestNumberOf).filter((number) => number !== undefined)
    .sort((a, b) => b - a);
}

/**
 * Makes a manifest count, under a number that no file has. When this has resolved it is durable; until then the one
 * before it may count as well. Of the older ones the last valid one is kept, in case a bit of this one rots.
 *
 * @param options `kept`: number of the last valid one (default: the number before). `onWhole`: told when it may count, though
 * this may still fail.
 */
export async function putManifest(
  storage: Storage,
  manifest: Manifest,
  { kept = manifest.number - 1, onWhole }: { kept?: number; onWhole?: () => void } = {},
): Promise<void> {
  await writeNewFile(storage, manifestName(manifest.number), encodeManifest(manifest), onWhole);
  try {
    for (const number of manifestNumbers(await storage.list())) {
      if (number < manifest.number && number !== kept) removeFile(storage, manifestName(number));
    }
  } catch {
    // It counts already; what stays behind is removed with the next one.
  }
}
