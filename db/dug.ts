/**
 * Which of the records that were found count, where several sources hold some for the same LSNs.
 *
 * @module
 */

import type { Claim, Evidence } from "./evidence.ts";
import type { Finds } from "./finds.ts";
import type { LsnRange } from "./segment_header.ts";
import type { Source } from "./sources.ts";

/** A source, and what was found in it. */
export interface Dug {
  readonly source: Source;
  /** Whether no record was found in it. */
  readonly isEmpty: boolean;
  /** Highest LSN in it that may have counted; 0 when there is none. */
  readonly lastLsn: number;
  /** Whether the last thing in it is no record. */
  readonly endIsDamaged: boolean;
  readonly claim: Claim | undefined;
  /** Where that ends of which it is sure that it was part of the log, if it is whole. */
  readonly sureTo: number;
  /** The LSNs of its records, if they follow each other and nothing else stands there. */
  readonly solid: LsnRange | undefined;
  /** Whether all that was ever in it is there. */
  readonly whole: boolean;
}

/**
 * Which records count. Inside the range of a segment that the newest manifest names and that is whole, nothing else
 * does: what compaction has replaced may still lie about, with keys in it that were removed since. The same holds for the
 * segments that continue its log, as far as nothing of them is missing.
 */
export function countIn(
  finds: Finds,
  dug: readonly Dug[],
  { newest }: Evidence,
): (index: number) => boolean {
  const named = new Set(newest?.good ? newest.manifest?.rows.map(({ salt }) => salt) : []);
  const truths = dug.flatMap(({ whole, claim }, source) =>
    whole && claim?.firstLsn !== undefined && named.has(claim.salt)
      ? [{ source, firstLsn: claim.firstLsn, lastLsn: claim.lastLsn }]
      : []
  ).sort((a, b) => a.firstLsn - b.firstLsn);
  const ends = newest?.good === true ? continuing(dug, newest.manifest?.tail ?? Infinity) : [];
  return (index) => {
    const lsn = finds.lsn(index);
    const end = ends.filter(({ firstLsn, lastLsn }) => firstLsn <= lsn && lsn <= lastLsn);
    if (end.length > 0) return end.some(({ source }) => source === finds.source(index));
    let low = 0;
    let high = truths.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((truths[middle]?.lastLsn ?? 0) < lsn) low = middle + 1;
      else high = middle;
    }
    const truth = truths[low];
    return truth === undefined || lsn < truth.firstLsn || truth.source === finds.source(index);
  };
}

/** The segments from `tail` on that compaction has not written and of whose records none is missing. */
function continuing(
  dug: readonly Dug[],
  tail: number,
): { readonly source: number; readonly firstLsn: number; readonly lastLsn: number }[] {
  return dug.flatMap(({ source: { id, range, headerIsGood }, solid }, source) =>
    headerIsGood && range === undefined && id >= tail && solid !== undefined
      ? [{ source, ...solid }]
      : []
  );
}
