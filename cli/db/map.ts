/**
 * The map of a store: one row for each segment, with a bar that shows what of it is live, dead and damaged.
 *
 * ```text
 *   segment              size  records    live
 *   00000001.segment   64 MiB   98,304  92.1 %  ██████████████████████░░
 *   00000002.segment   12 MiB   17,001   100 %  ████████████████████████
 * ```
 *
 * The three differ by shape and need no colour. What is there at all gets one cell at least, since a damaged
 * byte matters more than its share. The store counts records and not bytes, so the shares are those of
 * records, taken to be of equal size.
 *
 * Pure.
 *
 * @module
 */

import type { Damage, SegmentInfo } from "../../db/mod.ts";
import { showBytes, showNumber, showShare, showTable } from "./text.ts";

/** Cells of a bar. */
const CELLS = 24;
const SIGNS = { live: "█", dead: "░", damaged: "×" } as const;

/** Bytes of a segment by what they are worth. */
export interface Shares {
  readonly live: number;
  readonly dead: number;
  readonly damaged: number;
}

/** What a segment's bytes are worth. A segment without messages and values holds names and deletions, which live. */
export function sharesOf(segment: SegmentInfo, damages: readonly Damage[] = []): Shares {
  const { bytes, records, live } = segment;
  const here = damages.filter(({ file }) => file === segment.file);
  // A damage of unknown size is one byte at least.
  const hurt = here.reduce((sum, damage) => sum + Math.max(1, damage.bytes), 0);
  const damaged = Math.min(bytes, hurt);
  const dead = records === 0 ? 0 : Math.round((bytes - damaged) * (1 - live / records));
  return { live: bytes - damaged - dead, dead, damaged };
}

/**
 * Draws the map.
 *
 * @param damages What is damaged; `undefined` when nobody has looked.
 */
export function storeMap(segments: readonly SegmentInfo[], damages?: readonly Damage[]): string {
  const { live, dead, damaged } = SIGNS;
  const legend = `${live} live  ${dead} dead`;
  const columns = [
    { head: "segment" },
    { head: "size", align: "right" },
    { head: "records", align: "right" },
    { head: "live", align: "right" },
    { head: damages === undefined ? legend : `${legend}  ${damaged} damaged` },
  ] as const;
  return showTable(
    columns,
    segments.map((segment) => {
      const shares = sharesOf(segment, damages);
      return [
        segment.file,
        showBytes(segment.bytes),
        showNumber(segment.records),
        showShare(shares.live, segment.bytes),
        bar(shares),
      ];
    }),
  );
}

/** A bar of `cells` characters in which everything that is there can be seen. */
export function bar(shares: Shares, cells: number = CELLS): string {
  const { live, dead, damaged } = shares;
  const cellsOf = (part: number): number =>
    part === 0 ? 0 : Math.max(1, Math.round(cells * part / (live + dead + damaged)));
  const [oneLive, oneDead] = [Math.min(1, live), Math.min(1, dead)];
  const hurt = Math.min(cellsOf(damaged), cells - oneLive - oneDead);
  const gone = Math.min(cellsOf(dead), cells - hurt - oneLive);
  const lives = cells - hurt - gone;
  return SIGNS.live.repeat(lives) + SIGNS.dead.repeat(gone) + SIGNS.damaged.repeat(hurt);
}
