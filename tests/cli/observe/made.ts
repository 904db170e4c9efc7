/**
 * Hand-made observations: three connections of a chat server, seen for some seconds.
 *
 * @module
 */

import {
  emptyFlow,
  emptyHistogram,
  emptySnapshot,
  type Flow,
  type Histogram,
  type Io,
  type Snapshot,
  type SocketFigures,
  type Start,
} from "../../../observe/mod.ts";

/** When observations here begin, in nanoseconds of `CLOCK_MONOTONIC`. */
export const BEGIN = 1_000_000_000_000;

/** A beginning. */
export function made(options: Partial<Start> = {}): Start {
  return {
    kind: "start",
    ts: BEGIN,
    at: Date.UTC(2026, 10, 24, 12, 0, 0),
    pids: [4711],
    backend: "tracepoint",
    probes: ["sock_send_length", "sock_recv_length"],
    blind: ["What is read by splice is not seen."],
    ...options,
  };
}

/** A histogram with so many in some slots. */
export function histogram(slots: Readonly<Record<number, number>>): Histogram {
  const empty = emptyHistogram();
  const counts = empty.slots.map((_, slot) => slots[slot] ?? 0);
  return {
    count: counts.reduce((sum, count) => sum + count, 0),
    sumNs: counts.reduce((sum, count, slot) => sum + count * 1.5 * 2 ** (slot + 7), 0),
    slots: counts,
  };
}

/** A direction with so many calls and bytes. */
export function flow(calls: number, bytes: number, more: Partial<Flow> = {}): Flow {
  return { ...emptyFlow(), calls, bytes, ...more };
}

/** A TCP connection that moved something; `second` says how many seconds it did. */
export function socket(
  number: number,
  remote: string,
  second: number,
  { calls = 10, bytes = 1_000, ...more }: Partial<SocketFigures> & {
    calls?: number;
    bytes?: number;
  } = {},
): SocketFigures {
  return {
    socket: number,
    inode: 9_000 + number,
    pid: 4711,
    family: "inet",
    protocol: 6,
    local: "127.0.0.1:8080",
    remote,
    send: flow(calls * second, 3 * bytes * second),
    recv: flow(calls * second, bytes * second),
    delays: histogram({ 7: calls * second }),
    firstTs: BEGIN,
    lastTs: BEGIN + second * 1e9,
    closed: false,
    tcp: { rttUs: 24 * number, retransmits: number === 3 ? 2 : 0, unsent: 0, unacked: 0 },
    ...more,
  };
}

/** All figures after so many seconds. */
export function snapshot(second: number, options: Partial<Snapshot> = {}): Snapshot {
  const sockets = options.sockets ?? [
    socket(1, "127.0.0.1:50414", second),
    socket(2, "192.0.2.17:50420", second, { calls: 100, bytes: 25_000 }),
    socket(3, "[2001:db8::1]:443", second, { calls: 1, bytes: 40 }),
  ];
  const sum = (of: (figures: SocketFigures) => number) =>
    sockets.reduce((sum, figures) => sum + of(figures), 0);
  const calls = sum(({ send }) => send.calls);
  return {
    ...emptySnapshot(BEGIN + second * 1e9),
    send: flow(calls, sum(({ send }) => send.bytes), {
      durations: histogram({ 5: 20 * second, 6: 60 * second, 7: 30 * second, 9: second }),
    }),
    recv: flow(sum(({ recv }) => recv.calls), sum(({ recv }) => recv.bytes), {
      durations: histogram({ 3: 90 * second, 4: 20 * second, 5: second }),
      again: 5 * second,
    }),
    delays: histogram({ 6: 10 * second, 7: 80 * second, 8: 18 * second, 13: 3 * second }),
    functions: { sendto: calls, recvfrom: calls },
    produced: 2 * calls,
    received: 2 * calls,
    cost: { runs: 30_000 * second, ns: 9_600_000 * second, measuredNs: 100_000_000 * second },
    ...options,
    sockets,
  };
}

/** One call. */
export function io(options: Partial<Io> = {}): Io {
  return {
    kind: "io",
    ts: BEGIN + 250_000_000,
    pid: 4711,
    tid: 4713,
    op: "recv",
    func: "__sys_recvfrom",
    bytes: 100,
    socket: 1,
    family: "inet",
    local: "127.0.0.1:8080",
    remote: "127.0.0.1:50414",
    ...options,
  };
}
