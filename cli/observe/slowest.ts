/**
 * The slowest call and the longest wait, kept in sight: among a hundred thousand others a single one is in no p99, and its bar
 * is the lowest. Pure.
 *
 * They are known from histograms, so as slots: at least so long, and less than twice that. A slower one replaces the one that is
 * kept, and so does any other after a while.
 *
 * @module
 */

import {
  type Histogram,
  histogramDifference,
  mergeHistograms,
  slotBounds,
  type Snapshot,
  type SocketFigures,
} from "../../observe/mod.ts";
import { safeText } from "../tty/safe.ts";
import { peerOf } from "./connections.ts";
import { clock, time } from "./amounts.ts";
import { SLOWEST_KEPT_MS } from "./limits.ts";

/** Something slow. */
export interface Slow {
  readonly slot: number;
  /** Whose it was, safe to print; absent when no connection has it. */
  readonly peer: string | undefined;
  /** The end of the interval in which it was, in nanoseconds of `CLOCK_MONOTONIC`. */
  readonly ts: number;
}

/** What is kept. */
export interface Slowest {
  /** By its duration. */
  readonly call?: Slow | undefined;
  /** By how long data had lain in the socket when it was read. */
  readonly wait?: Slow | undefined;
}

type Figures = Pick<SocketFigures, "send" | "recv" | "delays">;
type Measure = (figures: Figures) => Histogram;

const MEASURES: Readonly<Record<keyof Slowest, Measure>> = {
  call: ({ send, recv }) => mergeHistograms(send.durations, recv.durations),
  wait: ({ delays }) => delays,
};

/** What is to be kept after another snapshot. @param before The one before it, if there was one. */
export function slowestAfter(
  kept: Slowest,
  before: Snapshot | undefined,
  now: Snapshot,
): Slowest {
  return {
    call: slower(kept.call, before, now, MEASURES.call),
    wait: slower(kept.wait, before, now, MEASURES.wait),
  };
}

function slower(
  kept: Slow | undefined,
  before: Snapshot | undefined,
  now: Snapshot,
  measure: Measure,
): Slow | undefined {
  const slot = since(before, now, measure).findLastIndex((count) => count > 0);
  if (slot < 0) return kept;
  const isOld = kept !== undefined && now.ts - kept.ts > SLOWEST_KEPT_MS * 1e6;
  if (kept !== undefined && !isOld && slot < kept.slot) return kept;
  const earlier = new Map(before?.sockets.map((one) => [one.socket, one]));
  const whose = now.sockets.find((one) => {
    // Of most sockets this slot alone need be looked at.
    return (measure(one).slots[slot] ?? 0) > 0 &&
      (since(earlier.get(one.socket), one, measure)[slot] ?? 0) > 0;
  });
  return { slot, peer: whose && safeText(peerOf(whose)), ts: now.ts };
}

/** What was added to each slot. */
function since(before: Figures | undefined, now: Figures, measure: Measure): readonly number[] {
  const after = measure(now);
  return before === undefined ? after.slots : histogramDifference(after, measure(before)).slots;
}

/** In words: `slowest call ≥ 131 ms, 0:12 ago, 192.0.2.17:50420`; nothing of what was never measured. */
export function slowestTexts({ call, wait }: Slowest, nowTs: number): readonly string[] {
  const text = (name: string, { slot, peer, ts }: Slow) => {
    const { ge, lt } = slotBounds(slot);
    const bound = ge > 0 ? `≥ ${time(ge)}` : `< ${time(lt)}`;
    return `${name} ${bound}, ${clock((nowTs - ts) / 1e6)} ago${
      peer === undefined ? "" : `, ${peer}`
    }`;
  };
  return [
    ...(call === undefined ? [] : [text("call", call)]),
    ...(wait === undefined ? [] : [text("wait", wait)]),
  ];
}
