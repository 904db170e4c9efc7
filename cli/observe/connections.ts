/**
 * What happened between two snapshots → the table of connections, ready to be shown. Pure.
 *
 * @module
 */

import { mean, type SocketFigures, type SocketRow, sortRows } from "../../observe/mod.ts";
import { safeText } from "../tty/safe.ts";
import type { Sort } from "./values.ts";

/** One row of the table. Names are safe to print. */
export interface Connection {
  readonly pid: number;
  /** What the process is called, where several are watched and somebody knows. */
  readonly comm: string | undefined;
  readonly peer: string;
  readonly local: string;
  /** Nothing more will come. */
  readonly closed: boolean;
  /** Per second, since the snapshot before. */
  readonly callsRate: number;
  readonly inRate: number;
  readonly outRate: number;
  /** In all. */
  readonly calls: number;
  readonly in: number;
  readonly out: number;
  /** Mean of arrival to read, in nanoseconds, if any was measured. */
  readonly delayNs: number | undefined;
  /** How old the oldest byte is that waits to be read, in nanoseconds; absent when nothing waits, or since when is not known. */
  readonly oldestNs: number | undefined;
  /** Bytes of TCP that wait to be read; absent when none do. */
  readonly unread: number | undefined;
  /** TCP only: the round trip in microseconds, if it was measured; segments sent again; bytes that wait. */
  readonly rttUs: number | undefined;
  readonly retransmits: number | undefined;
  readonly unsent: number | undefined;
}

/** The rows as connections: the largest first, peers by name; `reverse` the other way round. */
export function connections(
  rows: readonly SocketRow[],
  sort: Sort,
  reverse: boolean = false,
): readonly Connection[] {
  const ordered = sort === "peer" ? byPeer(rows) : sortRows(rows, sort).map(connection);
  return reverse ? ordered.toReversed() : ordered;
}

function byPeer(rows: readonly SocketRow[]): Connection[] {
  return rows.map(connection).sort(({ peer: one }, { peer: other }) =>
    one < other ? -1 : one > other ? 1 : 0
  );
}

function connection({ figures, send, recv, state }: SocketRow): Connection {
  const { tcp } = figures;
  return {
    pid: figures.pid,
    comm: figures.comm === undefined ? undefined : safeText(figures.comm),
    peer: safeText(peerOf(figures)),
    local: safeText(figures.local ?? "?"),
    closed: figures.closed || state === "gone",
    callsRate: send.perSecond.calls + recv.perSecond.calls,
    inRate: recv.perSecond.bytes,
    outRate: send.perSecond.bytes,
    calls: figures.send.calls + figures.recv.calls,
    in: figures.recv.bytes,
    out: figures.send.bytes,
    delayNs: mean(figures.delays),
    oldestNs: figures.unread?.ageNs,
    unread: figures.unread?.bytes,
    rttUs: tcp === undefined || tcp.rttUs === 0 ? undefined : tcp.rttUs,
    retransmits: tcp?.retransmits,
    unsent: tcp?.unsent,
  };
}

/** The other end; of a socket without a name, what kind it is and which. */
export function peerOf({ remote, family, inode, protocol }: SocketFigures): string {
  if (remote !== undefined) return remote;
  const kind = family === "unix" ? "unix" : protocol === 17 ? "udp" : "socket";
  return `${kind}:[${inode}]`;
}
