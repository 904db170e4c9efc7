/**
 * An observation as lines of JSON for programs: the names and shapes of the contract, the rest additive. Pure.
 *
 * @module
 */

import {
  type Conn,
  type ConnFigures,
  costBetween,
  type End,
  type Histogram,
  type Io,
  type Operation,
  type SocketFigures,
  type Start,
  type Summary,
} from "../../observe/mod.ts";
import type { Connection } from "./connections.ts";
import { occupied } from "./histograms.ts";
import type { OwnCpu } from "./own_cpu.ts";

/** The first line: what is watched, and how. */
export function startJson(start: Start): string {
  const { ts, at, pids, whom, backend, probes, blind, events } = start;
  return line({ type: "start", ts, at, pids, whom, backend, probes, blind, events });
}

/** One call. */
export function ioJson(io: Io): string {
  return line({
    type: "io",
    ts: io.ts,
    pid: io.pid,
    tid: io.tid,
    comm: io.comm,
    op: io.op,
    func: io.func,
    bytes: io.bytes,
    // Always there; null where no entry was seen.
    latency_ns: io.durationNs ?? null,
    local: io.local,
    remote: io.remote,
    errno: io.errno,
    requested: io.requested,
    fd: io.fd,
    delay_ns: io.delayNs,
    socket: io.socket,
    family: io.family,
    offset: io.offset,
  });
}

/** A connection that was closed: what is known of all of it. */
export function closeJson(figures: SocketFigures): string {
  const { send, recv, firstTs, lastTs, tcp } = figures;
  return line({
    type: "close",
    ts: lastTs,
    pid: figures.pid,
    socket: figures.socket,
    family: figures.family,
    local: figures.local,
    remote: figures.remote,
    seen_ns: lastTs - firstTs,
    calls: send.calls + recv.calls,
    bytes_sent: send.bytes,
    bytes_received: recv.bytes,
    rtt_us: tcp?.rttUs === 0 ? undefined : tcp?.rttUs,
    retransmits: tcp?.retransmits,
  });
}

/** Something that happened to a connection. */
export function connJson(conn: Conn): string {
  return line({
    type: "conn",
    ts: conn.ts,
    event: conn.what,
    pid: conn.pid,
    comm: conn.comm,
    local: conn.local,
    remote: conn.remote,
    opened_by: conn.openedBy,
    closed_by: conn.closedBy,
    lasted_ns: conn.lastedNs,
    errno: conn.errno,
    bytes_sent: conn.sent,
    bytes_received: conn.received,
    retransmits: conn.retransmits,
    rtt_us: conn.rttUs,
    socket: conn.socket,
    family: conn.family,
    count: conn.count,
  });
}

function connFiguresJson(figures: ConnFigures): object {
  return {
    connects: figures.connects,
    failed: figures.failed,
    accepts: figures.accepts,
    closes: figures.closes,
    retransmits: figures.retransmits,
    resets_sent: figures.resetsSent,
    resets_received: figures.resetsReceived,
    overflows: figures.overflows,
    lost: figures.lost,
  };
}

/** The histograms at the end: durations each way, then arrival to read. */
export function histogramsJson({ last }: End): string {
  return histogramJson("send", "duration", last.send.durations) +
    histogramJson("recv", "duration", last.recv.durations) +
    histogramJson("recv", "delay", last.delays);
}

function histogramJson(op: Operation, of: "duration" | "delay", histogram: Histogram): string {
  // The last slot has no end.
  const buckets = occupied(histogram)
    .map(({ ge, lt, count }) => ({ ge, lt: lt === Infinity ? null : lt, count }));
  const { count, sumNs } = histogram;
  return line({ type: "hist", op, of, unit: "ns", buckets, count, sum_ns: sumNs });
}

/** What the last line is made of. */
export interface SummaryParts {
  readonly start: Start;
  readonly summary: Summary;
  readonly end: End | undefined;
  readonly connections: readonly Connection[];
  /** What this process took itself, when it was the one that observed. */
  readonly own?: OwnCpu | undefined;
}

/** The last line. */
export function summaryJson({ start, summary, end, connections, own }: SummaryParts): string {
  return line({
    type: "summary",
    backend: summary.backend,
    events: summary.events,
    lost: summary.lost,
    sockets_full: end?.last.socketsFull,
    strays: end?.last.strays,
    duration_ms: Math.round(summary.durationMs),
    bytes_sent: summary.bytesSent,
    bytes_received: summary.bytesReceived,
    reason: end?.reason,
    pids: start.pids,
    whom: start.whom,
    probes: start.probes,
    blind: start.blind,
    functions: end?.last.functions,
    cost: end && costJson(start, end),
    observer: own && { cpu_ms: Math.round(own.ms), cpu_share: rounded(own.share) },
    lives: end?.last.connections && connFiguresJson(end.last.connections),
    connections: connections.map((row) => ({
      pid: row.pid,
      comm: row.comm,
      peer: row.peer,
      local: row.local,
      calls: row.calls,
      bytes_sent: row.out,
      bytes_received: row.in,
      oldest_unread_ns: row.oldestNs,
      unread: row.unread,
      rtt_us: row.rttUs,
      retransmits: row.retransmits,
      unsent: row.unsent,
      closed: row.closed,
    })),
  });
}

/** What the kernel measured, in how long, and what share of a CPU that is. */
function costJson(start: Start, { last }: End): object | undefined {
  if (last.cost === undefined) return undefined;
  const { runs, ns, measuredNs } = last.cost;
  const share = costBetween(start, last)?.share;
  return { runs, ns, measured_ns: measuredNs, cpu_share: share && rounded(share) };
}

function rounded(share: number): number {
  return Number(share.toPrecision(3));
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
