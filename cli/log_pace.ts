/**
 * What anybody can cause who may come in, told so seldom that a log bears it: that people come, go and are renamed.
 *
 * ```text
 *   joined, left …  ─► a thousand at once, then a hundred a second ─► lines
 *                            └─ others are counted ─► one line says how many are missing, before the next one that is told
 * ```
 *
 * What happens seldom, or was made seldom by the server already, is told as it comes. Pure: the clock is an argument.
 *
 * @module
 */

import { TokenBucket } from "../ground/mod.ts";
import type { LogEvent } from "./server_log.ts";

/** Such lines a second: 10 kB, so that a day of them is a gigabyte at most, which a disk bears until somebody looks. */
const COMINGS_PER_SECOND = 100;
/** Such lines at once: a restart, after which a thousand people come back, is told in full. */
const COMINGS_BURST = 1_000;

const COMINGS: ReadonlySet<LogEvent["kind"]> = new Set(["joined", "left", "renamed"] as const);

/** Passes events on to whoever writes them, as many as are to be told. */
export function paced(
  tell: (event: LogEvent) => void,
  now: () => number = () => performance.now(),
): (event: LogEvent) => void {
  const bucket = new TokenBucket({ perSecond: COMINGS_PER_SECOND, burst: COMINGS_BURST }, now());
  let spared = 0;
  return (event) => {
    if (COMINGS.has(event.kind) && !bucket.take(now())) {
      spared++;
      return;
    }
    if (spared > 0) tell({ kind: "log_spared", lines: spared });
    spared = 0;
    tell(event);
  };
}
