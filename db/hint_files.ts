/**
 * What the hint of a segment proves about it, when no manifest tells.
 *
 * @module
 */

import { tryRead } from "./files.ts";
import { decodeHint, hintName, hintRow } from "./hint.ts";
import type { SegmentRow } from "./manifest.ts";
import type { Storage } from "./storage.ts";

/** The row of a complete segment by its hint; `undefined` when it has no good one. */
export async function hintedRow(
  storage: Storage,
  { id, salt }: { readonly id: number; readonly salt: number },
): Promise<Omit<SegmentRow, "firstLsn"> | undefined> {
  const read = await tryRead(storage, hintName(id));
  const row = read.kind === "bytes" ? hintRow(read.bytes) : undefined;
  if (read.kind !== "bytes" || row === undefined || row.salt !== salt) return undefined;
  return decodeHint(row, read.bytes) === undefined ? undefined : row;
}
