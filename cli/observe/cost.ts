/**
 * What watching costs, from two looks at the kernel's own statistics. Pure.
 *
 * @module
 */

import type { Snapshot } from "../../observe/mod.ts";

/** What watching costs. */
export interface CostRate {
  /** Mean nanoseconds of one run of a kernel program. */
  readonly nsPerRun: number;
  /** Share of one CPU. */
  readonly share: number;
}

/** A moment and the statistics so far. */
type Look = Pick<Snapshot, "ts"> & Partial<Pick<Snapshot, "cost">>;

/** What watching cost between two looks; `undefined` when the kernel did not measure, or nothing ran. */
export function costBetween(before: Look, now: Look): CostRate | undefined {
  if (now.cost === undefined) return undefined;
  const runs = now.cost.runs - (before.cost?.runs ?? 0);
  const ns = now.cost.ns - (before.cost?.ns ?? 0);
  const span = now.ts - before.ts;
  return runs > 0 && span > 0 ? { nsPerRun: ns / runs, share: ns / span } : undefined;
}
