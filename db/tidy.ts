/**
 * Compacting where it pays, wherever something is dead, or everything.
 *
 * @module
 */

import type { Catalog } from "./catalog.ts";
import { pickRuns } from "./pick.ts";
import type { Segment, Segments } from "./segments.ts";
import type { Shelf } from "./shelf.ts";
import type { CompactReach, CompactReport } from "./store.ts";

/** What is needed to find what is worth compacting. */
export interface TidyParts {
  readonly shelf: Shelf;
  readonly catalog: Catalog;
  readonly segments: Segments;
  readonly segmentBytes: number;
  /** Compacts segments that lie side by side into one. @returns Whether nothing in them was damaged. */
  readonly compact: (run: readonly Segment[]) => Promise<boolean>;
}

/**
 * Compacts the complete segments. One in which something is damaged stays as it is, and holds up no other.
 */
export async function tidy(
  { shelf, catalog, segments, segmentBytes, compact }: TidyParts,
  reach: CompactReach,
  runsMax: number = Infinity,
): Promise<CompactReport> {
  const size = (): number => shelf.segments().reduce((sum, { end }) => sum + end, 0);
  const bytesBefore = size();
  let runs = 0;
  // Once more without what has turned out to be damaged; each time that is one more segment at least.
  for (let isWhole = false; !isWhole && runs < runsMax;) {
    isWhole = true;
    const before = shelf.segments();
    const candidates = before.map((segment) => ({
      bytes: segment.end,
      records: segment.records,
      live: catalog.live.live(segment.ordinal),
      // What was deleted is to be gone for good then, also where nobody reads.
      rest: reach !== "worthwhile" && segments.hasRest(segment),
      damaged: segment.damages.length > 0,
    }));
    for (const { from, to } of pickRuns(candidates, segmentBytes, reach)) {
      if (await compact(before.slice(from, to))) runs++;
      else isWhole = false;
      if (runs >= runsMax) break;
    }
  }
  return { runs, bytesBefore, bytesAfter: size() };
}
