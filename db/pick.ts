/**
 * Which segments to compact together.
 *
 * A run is always contiguous in the log, so the ranges of LSNs stay disjoint and "later wins" stays true
 * whatever is compacted when. Pure.
 *
 * @module
 */

import { COMPACT_DEAD_SHARE, COMPACT_SMALL_SHARE } from "./limits.ts";
import type { CompactReach } from "./store.ts";

/** What is to be known about a segment. */
export interface Candidate {
  readonly bytes: number;
  /** Records that the index points at or once did. */
  readonly records: number;
  /** Those that it points at. */
  readonly live: number;
  /** Whether its file holds something behind its last record. */
  readonly rest?: boolean;
  /** Whether something in it is damaged, so that it stays as it is. */
  readonly damaged?: boolean;
}

/** Segments `from` to `to − 1`. */
export interface PickedRun {
  readonly from: number;
  readonly to: number;
}

/** Small segments that must lie side by side to be joined: fewer would be copied again and again. */
const SMALL_RUN = 4;

/**
 * Picks the runs that are worth compacting.
 *
 * @param candidates The complete segments in LSN order.
 * @param segmentBytes What one output may hold.
 */
export function pickRuns(
  candidates: readonly Candidate[],
  segmentBytes: number,
  reach: CompactReach,
): PickedRun[] {
  const runs: PickedRun[] = [];
  let from = 0;
  let bytes = 0;
  const finish = (to: number): void => {
    if (isWorth(candidates.slice(from, to), segmentBytes, reach)) runs.push({ from, to });
    from = to;
    bytes = 0;
  };
  candidates.forEach((candidate, i) => {
    const stays = candidate.damaged || isFine(candidate, segmentBytes, reach);
    const expected = liveBytes(candidate);
    if (stays || bytes + expected > segmentBytes) finish(i);
    if (stays) from = i + 1;
    else bytes += expected;
  });
  finish(candidates.length);
  return runs;
}

/** Whether nothing is to be done about a segment, and runs end before it. */
function isFine(candidate: Candidate, segmentBytes: number, reach: CompactReach): boolean {
  if (reach === "all") return false;
  if (reach === "dead") return !holdsDead(candidate);
  // One of names and drops only is worth no run of its own, but goes with one.
  return candidate.records > 0 && !isDead(candidate) && !isSmall(candidate, segmentBytes);
}

function isWorth(run: readonly Candidate[], segmentBytes: number, reach: CompactReach): boolean {
  if (reach === "dead") return run.some(holdsDead);
  if (reach === "all") return run.length > 1 || run.some(holdsDead);
  const small = run.filter((candidate) => isSmall(candidate, segmentBytes)).length;
  return run.some(isDead) || small >= SMALL_RUN;
}

/** Whether anything in it is dead, or was left behind its end by a kill. */
function holdsDead({ records, live, rest = false }: Candidate): boolean {
  return live < records || rest;
}

function isDead({ records, live }: Candidate): boolean {
  return records > 0 && 1 - live / records >= COMPACT_DEAD_SHARE;
}

function isSmall({ bytes }: Candidate, segmentBytes: number): boolean {
  return bytes < segmentBytes * COMPACT_SMALL_SHARE;
}

/** What is expected to survive. Of names and drops alone that is unknown, and must not keep them apart: together they may go. */
function liveBytes({ bytes, records, live }: Candidate): number {
  return records === 0 ? 0 : bytes * (live / records);
}
