/**
 * Whether there was a store where no manifest is valid: then it is damaged, and no other one may begin in its place.
 *
 * A first start writes its manifest, number 1 and without a row, before anything else. So a power failure in it leaves
 * that one, torn, and nothing more; whatever is beyond that is left of a store.
 *
 * @module
 */

import type { Damage } from "./errors.ts";
import { tryRead } from "./files.ts";
import { hintIdOf } from "./hint.ts";
import { decodeManifest, MANIFEST_HEADER_BYTES, manifestName, wasWritten } from "./manifest.ts";
import { manifestNumbers } from "./manifest_files.ts";
import { NOT_READ } from "./read_around.ts";
import { segmentIdOf } from "./segment_header.ts";
import type { Storage } from "./storage.ts";

/** What proves that there was a store in a directory without a valid manifest; nothing when it may be a new one. */
export async function remainsOf(storage: Storage, names: readonly string[]): Promise<Damage[]> {
  const damages: Damage[] = [];
  const kinds = [
    names.some((name) => segmentIdOf(name) !== undefined) ? "segments" : "",
    names.some((name) => hintIdOf(name) !== undefined) ? "hints" : "",
  ].filter((kind) => kind !== "");
  let proved = kinds.length > 0;
  for (const number of manifestNumbers(names)) {
    const file = manifestName(number);
    const read = await tryRead(storage, file);
    if (read.kind === "missing") continue;
    if (read.kind !== "bytes") {
      proved ||= read.reason === NOT_READ;
      damages.push({ file, offset: 0, bytes: 0, reason: read.reason });
      continue;
    }
    const { bytes } = read;
    // Anybody can make an empty file, and one of zeros is what a file system makes of one.
    if (bytes.every((byte) => byte === 0)) continue;
    proved ||= number > 1 || bytes.length > MANIFEST_HEADER_BYTES + 4 || wasWritten(bytes);
    const outcome = decodeManifest(bytes, number);
    const reason = outcome.kind === "invalid" ? outcome.reason : "it was not listed at first";
    damages.push({ file, offset: 0, bytes: bytes.length, reason });
  }
  if (!proved) return [];
  if (kinds.length === 0) return damages;
  const reason = `there are ${kinds.join(" and ")}, but no valid manifest that names them`;
  return [...damages, { file: "manifest", offset: 0, bytes: 0, reason }];
}
