/**
 * What happened between two snapshots: rates, histograms of the interval, and a row per socket.
 *
 * Figures only grow, so what happened is their difference. A socket is the same in both when its
 * cookie and its first call are: one that left the kernel's table as silent and comes back begins
 * at nothing, and is new again.
 *
 * @module
 */

import { histogramDifference } from "./histogram.ts";
import type { Flow, Histogram, Snapshot, SocketFigures } from "./observation.ts";
import { emptyFlow, emptySnapshot } from "./summary.ts";

/** What a direction did in a second, on average. */
export interface Rates {
  /** Bytes moved. */
  readonly bytes: number;
  /** Calls that moved bytes. */
  readonly calls: number;
  /** Calls that failed; those that would have had to wait are none of these. */
  readonly errors: number;
}

/** What happened in one direction. */
export interface FlowChange {
  /** What was added in the interval. `durations` is the interval's own histogram. */
  readonly added: Flow;
  /** The same by the seconds between the snapshots; all 0 when there are none. */
  readonly perSecond: Rates;
}

/**
 * A socket's life in the interval: seen for the first time, seen before, or no longer in the
 * kernel's table.
 */
export type RowState = "new" | "known" | "gone";

/** One socket. */
export interface SocketRow {
  /** Its life in the interval. */
  readonly state: RowState;
  /** All that is known of it: the latest figures. */
  readonly figures: SocketFigures;
  /** What was sent in the interval. */
  readonly send: FlowChange;
  /** What was received in the interval. */
  readonly recv: FlowChange;
  /** Arrival of data to its reading, in the interval. */
  readonly delays: Histogram;
}

/** What happened between two snapshots. */
export interface Changes {
  /** Seconds between them. */
  readonly seconds: number;
  /** What was sent in the interval. */
  readonly send: FlowChange;
  /** What was received in the interval. */
  readonly recv: FlowChange;
  /** Arrival of data to its reading, in the interval. */
  readonly delays: Histogram;
  /** Events that were lost in the interval. */
  readonly lost: number;
  /** A row for each socket of either snapshot, in no order (`sortRows`). */
  readonly rows: readonly SocketRow[];
}

/**
 * What rows can be sorted by: what happened in the interval, what happened so far, or how TCP
 * stands.
 */
export const SORT_KEYS = [
  "bytes",
  "calls",
  "total",
  "oldest",
  "rtt",
  "retransmits",
  "unsent",
] as const;

/** One of these. */
export type SortKey = typeof SORT_KEYS[number];

/**
 * What happened up to the first snapshot.
 *
 * @param from When it began, in nanoseconds of `CLOCK_MONOTONIC`.
 */
export function firstChanges(from: number, after: Snapshot): Changes {
  return changes(emptySnapshot(from), after);
}

/** What happened between two snapshots of one observation, the earlier one first. */
export function changes(before: Snapshot, after: Snapshot): Changes {
  const seconds = Math.max(0, (after.ts - before.ts) / 1e9);
  return {
    seconds,
    send: flowChange(before.send, after.send, seconds),
    recv: flowChange(before.recv, after.recv, seconds),
    delays: histogramDifference(after.delays, before.delays),
    lost: after.lost - before.lost,
    rows: rowsOf(before.sockets, after.sockets, seconds),
  };
}

function rowsOf(
  before: readonly SocketFigures[],
  after: readonly SocketFigures[],
  seconds: number,
): readonly SocketRow[] {
  const earlier = new Map(before.map((figures) => [figures.socket, figures]));
  const rows = after.map((figures) => {
    const known = earlier.get(figures.socket);
    earlier.delete(figures.socket);
    return known?.firstTs === figures.firstTs
      ? row("known", known, figures, seconds)
      : row("new", undefined, figures, seconds);
  });
  for (const figures of earlier.values()) rows.push(row("gone", figures, figures, seconds));
  return rows;
}

function row(
  state: RowState,
  before: SocketFigures | undefined,
  figures: SocketFigures,
  seconds: number,
): SocketRow {
  return {
    state,
    figures,
    send: flowChange(before?.send ?? emptyFlow(), figures.send, seconds),
    recv: flowChange(before?.recv ?? emptyFlow(), figures.recv, seconds),
    delays: before === undefined
      ? figures.delays
      : histogramDifference(figures.delays, before.delays),
  };
}

function flowChange(before: Flow, after: Flow, seconds: number): FlowChange {
  const added = {
    calls: after.calls - before.calls,
    bytes: after.bytes - before.bytes,
    empty: after.empty - before.empty,
    again: after.again - before.again,
    errors: after.errors - before.errors,
    durations: histogramDifference(after.durations, before.durations),
  };
  // Two looks at one moment: nothing can be said of a second.
  const per = (count: number) => seconds > 0 ? count / seconds : 0;
  return {
    added,
    perSecond: { bytes: per(added.bytes), calls: per(added.calls), errors: per(added.errors) },
  };
}

/**
 * The rows from the largest to the smallest. Equals stay in the order of their sockets, so that a
 * live view is still.
 */
export function sortRows(rows: readonly SocketRow[], key: SortKey): readonly SocketRow[] {
  const measure = MEASURES[key];
  return rows.toSorted((one, other) =>
    measure(other) - measure(one) || one.figures.socket - other.figures.socket
  );
}

const MEASURES: Readonly<Record<SortKey, (row: SocketRow) => number>> = {
  bytes: ({ send, recv }) => send.added.bytes + recv.added.bytes,
  calls: ({ send, recv }) => send.added.calls + recv.added.calls,
  total: ({ figures }) => figures.send.bytes + figures.recv.bytes,
  oldest: ({ figures }) => figures.unread?.ageNs ?? 0,
  rtt: ({ figures }) => figures.tcp?.rttUs ?? 0,
  retransmits: ({ figures }) => figures.tcp?.retransmits ?? 0,
  unsent: ({ figures }) => figures.tcp?.unsent ?? 0,
};
