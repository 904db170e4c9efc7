/**
 * What watching costs in the kernel, from two looks at what was measured in samples. Pure.
 *
 * @module
 */

import type { Cost, Snapshot } from "./observation.ts";

/** What watching costs. */
export interface CostRate {
  /** Mean nanoseconds of one run of a kernel program; absent when none ran. */
  readonly nsPerRun?: number;
  /** Share of one CPU; absent in recordings that do not say in how long it was measured. */
  readonly share?: number;
  /** Part of the time in which it was measured, 0 to 1; absent like `share`. */
  readonly measured?: number;
}

/** A moment and the statistics so far. */
type Look = Pick<Snapshot, "ts"> & Partial<Pick<Snapshot, "cost">>;

/** What watching cost between two looks; `undefined` when the kernel did not measure in between. */
export function costBetween(before: Look, now: Look): CostRate | undefined {
  if (now.cost === undefined) return undefined;
  const [runs, ns] = [since(before, now.cost, "runs"), since(before, now.cost, "ns")];
  const measuredNs = since(before, now.cost, "measuredNs");
  const spanNs = Math.max(measuredNs, now.ts - before.ts);
  if (runs === 0 && measuredNs === 0) return undefined;
  return {
    ...(runs > 0 ? { nsPerRun: ns / runs } : {}),
    ...(measuredNs > 0 ? { share: ns / measuredNs, measured: measuredNs / spanNs } : {}),
  };
}

/** What was added to a sum. One that is smaller than before belongs to an observer that began anew. */
function since({ cost: before }: Look, now: Cost, field: keyof Cost): number {
  const [earlier, sum] = [before?.[field] ?? 0, now[field] ?? 0];
  return sum < earlier ? sum : sum - earlier;
}
