/**
 * Finding the manifest that counts, and replacing it.
 *
 * @module
 */

import { removeFile, tryRead, writeNewFile } from "./files.ts";
import {
  decodeManifest,
  encodeManifest,
  type Manifest,
  manifestName,
  manifestNumberOf,
} from "./manifest.ts";
import type { Storage } from "./storage.ts";

/** What the manifests in a directory turn out to be. */
export type ManifestSearch =
  | { readonly kind: "found"; readonly manifest: Manifest }
  | { readonly kind: "newer"; readonly file: string }
  /** There is none that is valid: `file` is the one that should have been, if any is there. */
  | { readonly kind: "none"; readonly file: string | undefined; readonly reason: string };

/** Finds the valid manifest with the highest number. */
export async function findManifest(storage: Storage, names: string[]): Promise<ManifestSearch> {
  const numbers = manifestNumbers(names);
  let reason = "there is none";
  for (const number of numbers) {
    const file = manifestName(number);
    const read = await tryRead(storage, file);
    if (read.kind === "missing") continue;
    const outcome = read.kind === "bytes"
      ? decodeManifest(read.bytes, number)
      : { kind: "invalid" as const, reason: read.reason };
    switch (outcome.kind) {
      case "manifest":
        return { kind: "found", manifest: outcome.manifest };
      case "newer":
        return { kind: "newer", file };
      case "invalid":
        reason = outcome.reason;
        break;
      default:
        outcome satisfies never;
    }
  }
  const file = numbers[0] === undefined ? undefined : manifestName(numbers[0]);
  return { kind: "none", file, reason };
}

/** The numbers of all manifests, valid or not, highest first. */
export function manifestNumbers(names: readonly string[]): number[] {
  return names.map(manifestNumberOf).filter((number) => number !== undefined)
    .sort((a, b) => b - a);
}

/**
 * Makes a manifest count, under a number that no file has. When this has resolved it is durable; until then the one
 * before it may count as well. Of the older ones the last is kept, in case a bit of this one rots.
 */
export async function putManifest(storage: Storage, manifest: Manifest): Promise<void> {
  await writeNewFile(storage, manifestName(manifest.number), encodeManifest(manifest));
  try {
    for (const number of manifestNumbers(await storage.list())) {
      if (number < manifest.number - 1) removeFile(storage, manifestName(number));
    }
  } catch {
    // It counts already; what stays behind is removed with the next one.
  }
}
