/**
 * Observations of any kind, for properties.
 *
 * @module
 */

import fc from "fast-check";
import { SLOTS } from "../../observe/histogram.ts";
import type { Conn, ConnFigures } from "../../observe/connection.ts";
import type {
  ByteAges,
  Cost,
  End,
  Flow,
  Histogram,
  Io,
  Observation,
  Snapshot,
  SocketFigures,
  Start,
  UnreadData,
} from "../../observe/observation.ts";

const count = fc.oneof(fc.nat(3), fc.maxSafeNat());
const small = fc.nat(2 ** 32 - 1);
const printable = fc.string({ unit: fc.constantFrom(..."abz09_:.[]é字 ".split("")) });
const families = fc.constantFrom("inet", "inet6", "unix", "other");

/** Objects like those that are made by hand: of the usual prototype. */
function record<T>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> {
  return fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

/** What is there or not, and never there as undefined. */
function optional<T>(
  fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> },
): fc.Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Partial<T>>;
}

/** Histograms whose slots fit into 32 bits. */
export const histograms: fc.Arbitrary<Histogram> = record({
  count: small,
  sumNs: fc.nat(2 ** 40),
  slots: fc.array(fc.oneof(fc.constant(0), small), { minLength: SLOTS, maxLength: SLOTS }),
});

const flows: fc.Arbitrary<Flow> = record({
  calls: count,
  bytes: count,
  empty: count,
  again: count,
  errors: count,
  durations: histograms,
});

const waiting = optional<{ ages: ByteAges; unread: UnreadData }>({
  ages: record({ bytes: count, byteUs: count }),
  unread: optional<Required<UnreadData>>({ ageNs: count, bytes: count }) as fc.Arbitrary<
    UnreadData
  >,
});

const addresses = optional<{ local: string; remote: string }>({
  local: printable,
  remote: printable,
});

const sockets: fc.Arbitrary<SocketFigures> = fc.tuple(
  record({
    socket: count,
    inode: small,
    pid: small,
    family: families,
    protocol: fc.nat(255),
    send: flows,
    recv: flows,
    delays: histograms,
    firstTs: count,
    lastTs: count,
    closed: fc.boolean(),
  }),
  addresses,
  optional<{ tcp: NonNullable<SocketFigures["tcp"]> }>({
    tcp: record({ rttUs: small, retransmits: small, unsent: small, unacked: small }),
  }),
  waiting,
).map(([socket, where, tcp, waits]) =>
  ({ ...socket, ...where, ...tcp, ...waits }) as SocketFigures
);

/** Snapshots. */
export const snapshots: fc.Arbitrary<Snapshot> = fc.tuple(
  record({
    kind: fc.constant("snapshot"),
    ts: count,
    send: flows,
    recv: flows,
    delays: histograms,
    functions: fc.dictionary(fc.constantFrom("sendto", "__proto__", "tcp_sendmsg"), count, {
      noNullPrototype: true,
    }),
    sockets: fc.uniqueArray(sockets, { maxLength: 3, selector: ({ socket }) => socket }),
    produced: count,
    received: count,
    lost: count,
    socketsFull: count,
  }),
  optional<{ strays: number }>({ strays: count }),
  optional<{ cost: Cost; connections: ConnFigures; leftOut: number }>({
    leftOut: small,
    connections: record({
      connects: count,
      failed: count,
      accepts: count,
      closes: count,
      retransmits: count,
      resetsSent: count,
      resetsReceived: count,
      overflows: count,
      lost: count,
    }),
    cost: fc.oneof(
      record({ runs: count, ns: count }),
      record({ runs: count, ns: count, measuredNs: count }),
    ),
  }),
  waiting,
).map(([snapshot, strays, cost, waits]) =>
  ({ ...snapshot, ...strays, ...cost, ...waits }) as Snapshot
);

/** Starts. */
export const starts: fc.Arbitrary<Start> = record({
  kind: fc.constant("start"),
  ts: count,
  at: fc.double({ min: 0, max: 2 ** 48, noNaN: true }).map((at) => at + 0),
  pids: fc.array(small),
  whom: fc.oneof(
    record({ kind: fc.constant("processes"), pids: fc.array(small), children: fc.boolean() }),
    record({ kind: fc.constant("comm"), comm: printable }),
    record({ kind: fc.constant("cgroup"), cgroups: fc.array(printable) }),
    record({ kind: fc.constant("all") }),
  ),
  backend: fc.constantFrom("kprobe", "fentry", "tracepoint"),
  probes: fc.array(printable),
  blind: fc.array(printable),
});

/** Calls. */
export const ios: fc.Arbitrary<Io> = fc.tuple(
  record({
    kind: fc.constant("io"),
    ts: count,
    pid: small,
    tid: small,
    op: fc.constantFrom("send", "recv"),
    func: printable,
    bytes: small,
    socket: count,
    family: families,
  }),
  optional({
    errno: small,
    requested: small,
    fd: fc.integer(),
    durationNs: small,
    delayNs: small,
    offset: count,
  }),
  addresses,
).map(([io, known, where]) => ({ ...io, ...known, ...where }) as Io);

/** What happens to connections. */
export const conns: fc.Arbitrary<Conn> = fc.tuple(
  record({
    kind: fc.constant("conn"),
    ts: count,
    what: fc.constantFrom("connect", "failed", "accept", "close", "retransmit", "overflow"),
  }),
  optional({
    pid: small,
    comm: printable,
    socket: count,
    family: families,
    openedBy: fc.constantFrom("here", "there"),
    closedBy: fc.constantFrom("here", "there"),
    lastedNs: count,
    errno: small,
    sent: count,
    received: count,
    retransmits: small,
    rttUs: small,
    count: small,
  }),
  addresses,
).map(([conn, known, where]) => ({ ...conn, ...known, ...where }) as Conn);

/** Ends. */
export const ends: fc.Arbitrary<End> = record({
  kind: fc.constant("end"),
  ts: count,
  reason: fc.constantFrom("exited", "time", "stopped"),
  last: snapshots,
});

/** Whole observations, in the order in which they are told. */
export const observations: fc.Arbitrary<readonly Observation[]> = fc.tuple(
  starts,
  fc.array(fc.oneof(ios, conns, snapshots), { maxLength: 6 }),
  ends,
).map(([start, middle, end]) => [start, ...middle, end]);
