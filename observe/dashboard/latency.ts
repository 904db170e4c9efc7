/**
 * The latencies of a call, and the slots in which the kernel counts them. Pure.
 *
 * @module
 */

import type { Io } from "../observation.ts";
import type { Measure } from "./page_messages.ts";

/** How long a call took, or its data waited, in nanoseconds; `undefined` when it has no such latency. */
export function latencyOf(io: Io, measure: Measure): number | undefined {
  if (measure === "delay") return io.delayNs;
  return io.op === measure ? io.durationNs : undefined;
}

/** The slot of a latency, as in `Histogram`: slot i is [2^(i+7), 2^(i+8)) ns, and the first begins at 0. */
export function slotOf(ns: number): number {
  return Math.max(0, Math.floor(Math.log2(Math.max(1, ns))) - 7);
}
