/**
 * Differences of snapshots: rates, the interval's histograms, and a row per socket.
 *
 * @module
 */

import fc from "fast-check";
import { changes, firstChanges, sortRows } from "../../observe/changes.ts";
import { slotOf } from "../../observe/histogram.ts";
import type { Flow, Snapshot, SocketFigures } from "../../observe/observation.ts";
import { emptyFlow, emptySnapshot } from "../../observe/summary.ts";
import { assertEquals } from "../assert.ts";
import { snapshots } from "./arbitrary.ts";

const SECOND = 1e9;

function flow(calls: number, bytes: number, durations: readonly number[] = []): Flow {
  const { slots } = emptyFlow().durations;
  return {
    ...emptyFlow(),
    calls,
    bytes,
    errors: calls / 2,
    durations: {
      count: durations.length,
      sumNs: durations.reduce((sum, ns) => sum + ns, 0),
      slots: slots.map((_, slot) => durations.filter((ns) => slotOf(ns) === slot).length),
    },
  };
}

function socket(number: number, sent: Flow, more: Partial<SocketFigures> = {}): SocketFigures {
  return {
    socket: number,
    inode: number,
    pid: 3,
    family: "inet",
    protocol: 6,
    send: sent,
    recv: emptyFlow(),
    delays: emptySnapshot(0).delays,
    firstTs: 100,
    lastTs: 200,
    closed: false,
    ...more,
  };
}

function snapshot(ts: number, more: Partial<Snapshot>): Snapshot {
  return { ...emptySnapshot(ts), ...more };
}

Deno.test("rates are what was added, by the seconds between", () => {
  const before = snapshot(10 * SECOND, { send: flow(4, 1000), lost: 1 });
  const after = snapshot(12 * SECOND, { send: flow(10, 1500), lost: 4 });
  const { seconds, send, recv, lost } = changes(before, after);
  assertEquals([seconds, lost], [2, 3]);
  assertEquals([send.added.calls, send.added.bytes, send.added.errors], [6, 500, 3]);
  assertEquals(send.perSecond, { calls: 3, bytes: 250, errors: 1.5 });
  assertEquals(recv.perSecond, { calls: 0, bytes: 0, errors: 0 });
});

Deno.test("the interval has a histogram of its own", () => {
  const before = snapshot(0, { recv: flow(2, 2, [300, 5000]) });
  const after = snapshot(SECOND, { recv: flow(3, 3, [300, 5000, 310]) });
  assertEquals(changes(before, after).recv.added.durations, flow(1, 1, [310]).durations);
});

Deno.test("of two looks at one moment there are no rates", () => {
  const before = snapshot(SECOND, {});
  const after = snapshot(SECOND, { send: flow(2, 2) });
  const { send } = changes(before, after);
  assertEquals([send.added.bytes, send.perSecond.bytes], [2, 0]);
});

Deno.test("a socket is new, known or gone", () => {
  const before = snapshot(0, { sockets: [socket(1, flow(2, 20)), socket(2, flow(2, 40))] });
  const after = snapshot(SECOND, { sockets: [socket(3, flow(4, 5)), socket(1, flow(4, 50))] });
  const rows = changes(before, after).rows.map(({ state, figures, send }) => [
    figures.socket,
    state,
    send.added.bytes,
  ]);
  assertEquals(rows, [[3, "new", 5], [1, "known", 30], [2, "gone", 0]]);
});

Deno.test("a socket that left the table and came back is new, with all that it did since", () => {
  const before = snapshot(0, { sockets: [socket(1, flow(8, 800))] });
  const again = socket(1, flow(2, 20), { firstTs: 150 });
  const [row] = changes(before, snapshot(SECOND, { sockets: [again] })).rows;
  assertEquals([row?.state, row?.send.added.bytes], ["new", 20]);
});

Deno.test("up to the first snapshot everything was added", () => {
  fc.assert(fc.property(snapshots, (first) => {
    const { send, recv, delays, rows, lost } = firstChanges(first.ts - SECOND, first);
    assertEquals([send.added, recv.added, delays, lost], [
      first.send,
      first.recv,
      first.delays,
      first.lost,
    ]);
    assertEquals(rows.map(({ figures }) => figures), first.sockets);
  }));
});

Deno.test("between a snapshot and itself nothing was added", () => {
  fc.assert(fc.property(snapshots, (one) => {
    const { send, recv, delays, rows } = changes(one, one);
    assertEquals([send.added, recv.added], [emptyFlow(), emptyFlow()]);
    assertEquals(delays, emptyFlow().durations);
    assertEquals(
      rows.map(({ state, send }) => [state, send.added]),
      one.sockets.map(() => ["known", emptyFlow()]),
    );
  }));
});

Deno.test("rows are sorted from the largest, and equals by their socket", () => {
  const tcp = { rttUs: 0, retransmits: 0, unsent: 0, unacked: 0 };
  const before = snapshot(0, { sockets: [socket(4, flow(90, 900))] });
  const after = snapshot(SECOND, {
    sockets: [
      socket(4, flow(92, 905), { tcp: { ...tcp, rttUs: 9 } }),
      socket(3, flow(4, 7)),
      socket(2, flow(8, 7), { tcp: { ...tcp, unsent: 5 } }),
      socket(1, flow(6, 6), { tcp: { ...tcp, retransmits: 2, rttUs: 3 } }),
    ],
  });
  const { rows } = changes(before, after);
  const sorted = (key: Parameters<typeof sortRows>[1]) =>
    sortRows(rows, key).map(({ figures }) => figures.socket);
  assertEquals(sorted("bytes"), [2, 3, 1, 4]);
  assertEquals(sorted("calls"), [2, 1, 3, 4]);
  assertEquals(sorted("total"), [4, 2, 3, 1]);
  assertEquals(sorted("rtt"), [4, 1, 2, 3]);
  assertEquals(sorted("retransmits"), [1, 2, 3, 4]);
  assertEquals(sorted("unsent"), [2, 1, 3, 4]);
});
