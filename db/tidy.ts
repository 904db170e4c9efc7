/**
 * Compacting where it pays, or everything.
 *
 * @module
 */

import type { Catalog } from "./catalog.ts";
import { pickRuns } from "./pick.ts";
import type { Segment } from "./segments.ts";
import type { Shelf } from "./shelf.ts";
import type { CompactReport } from "./store.ts";

/** What is needed to find what is worth compacting. */
export interface TidyParts {
  readonly shelf: Shelf;
  readonly catalog: Catalog;
  readonly segmentBytes: number;
  /** Compacts segments that lie side by side into one. */
  readonly compact: (run: readonly Segment[]) => Promise<void>;
}

/**
 * Compacts the complete segments.
 *
 * @param all Whether everything dead must go, not only where much is.
 */
export async function tidy(
  { shelf, catalog, segmentBytes, compact }: TidyParts,
  all: boolean,
): Promise<CompactReport> {
  const size = (): number => shelf.segments().reduce((sum, { end }) => sum + end, 0);
  const bytesBefore = size();
  const before = shelf.segments();
  const candidates = before.map(({ end, records, ordinal }) => ({
    bytes: end,
    records,
    live: catalog.live.live(ordinal),
  }));
  const runs = pickRuns(candidates, segmentBytes, all);
  for (const { from, to } of runs) await compact(before.slice(from, to));
  return { runs: runs.length, bytesBefore, bytesAfter: size() };
}
