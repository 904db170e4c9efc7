/**
 * What the two histograms measure, in words: a figure that is not labelled for what it is would be a lie. Pure.
 *
 * Of a non-blocking socket a call's duration is copying and what the network stack does within the call; of a blocking
 * one it is waiting, too. The kernel does not tell which a socket is, but a call that "would have to wait"
 * is proof of non-blocking ones.
 *
 * @module
 */

import { mergeHistograms, type Snapshot } from "../../observe/mod.ts";
import type { Chart } from "./chart.ts";

/** How long calls took, both directions together. */
export function callTimes({ send, recv }: Snapshot): Chart {
  return {
    title: `call duration (${whatIsTimed({ send, recv })})`,
    histogram: mergeHistograms(send.durations, recv.durations),
    empty: "not measured (--durations)",
  };
}

/** How long data lay in the socket before the process read it. */
export function delays({ delays }: Snapshot): Chart {
  return { title: "arrival to read", histogram: delays, empty: "nothing measured yet" };
}

/** What a call's duration consists of here. */
export function whatIsTimed({ send, recv }: Pick<Snapshot, "send" | "recv">): string {
  return send.again + recv.again > 0 ? "copying" : "copying, or waiting";
}
