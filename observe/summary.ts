/**
 * An observation in few numbers, live or replayed; and the figures with which each begins.
 *
 * @module
 */

import { emptyHistogram } from "./histogram.ts";
import type { Flow, Snapshot, Start, Summary } from "./observation.ts";

/** A direction in which nothing went. */
export function emptyFlow(): Flow {
  return { calls: 0, bytes: 0, empty: 0, again: 0, errors: 0, durations: emptyHistogram() };
}

/** The figures before anything happened. @param ts In nanoseconds of `CLOCK_MONOTONIC`. */
export function emptySnapshot(ts: number): Snapshot {
  return {
    kind: "snapshot",
    ts,
    send: emptyFlow(),
    recv: emptyFlow(),
    delays: emptyHistogram(),
    functions: {},
    sockets: [],
    produced: 0,
    received: 0,
    lost: 0,
    socketsFull: 0,
  };
}

/**
 * The observation in few numbers.
 *
 * @param figures The latest figures.
 * @param ts Until when, in nanoseconds of `CLOCK_MONOTONIC`; without, until the figures.
 */
export function summarise(start: Start, figures: Snapshot, ts: number = figures.ts): Summary {
  return {
    backend: start.backend,
    events: figures.received,
    lost: figures.lost,
    durationMs: (ts - start.ts) / 1e6,
    bytesSent: figures.send.bytes,
    bytesReceived: figures.recv.bytes,
  };
}
