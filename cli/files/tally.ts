/**
 * When `chat receive` is done: what counts is what it took, and not what somebody offered. Pure.
 *
 * @module
 */

import type { News } from "../../server/wire/transfers/mod.ts";

/** What has come so far. */
export interface Tally {
  /** Files that are whole. */
  readonly arrived: number;
  /** The news of the first one that was taken and did not arrive. */
  readonly failed: News | undefined;
}

/** Nothing yet. */
export const NO_FILES: Tally = { arrived: 0, failed: undefined };

/** What has come by now. */
export function counted(tally: Tally, news: News): Tally {
  if (news.kind === "stopped") return { ...tally, failed: tally.failed ?? news };
  if (news.kind !== "ended") return tally;
  const { end } = news;
  if (end.kind === "done" || end.kind === "have") return { ...tally, arrived: tally.arrived + 1 };
  // What its sender took back before anything came was nobody's file.
  if (end.kind !== "failed" || end.untaken) return tally;
  return { ...tally, failed: tally.failed ?? news };
}

/** Whether that is enough. @param count Files that are wanted; `Infinity` for all that come. */
export function isEnough({ arrived, failed }: Tally, count: number): boolean {
  return arrived >= count || (failed !== undefined && count !== Infinity);
}
