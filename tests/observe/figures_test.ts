/**
 * Figures of the kernel program: each field at its place, 32 and 64 bits.
 *
 * @module
 */

import { Addresses, AF } from "../../observe/address.ts";
import {
  decodeSocket,
  decodeTotals,
  FLOW,
  FLOW_BYTES,
  SOCKET_FIGURES,
  SOCKET_FIGURES_BYTES,
  TOTAL_FLOW_BYTES,
  TOTALS,
  TOTALS_BYTES,
} from "../../observe/figures.ts";
import { functionNames } from "../../observe/event.ts";
import type { Flow } from "../../observe/observation.ts";
import { assertEquals } from "../assert.ts";

/** Where the fixtures begin: not at 0, so that a forgotten `at` shows. */
const AT = 16;
const BIG = 2 ** 40;

function slots(from: number): readonly number[] {
  return Array.from({ length: 32 }, (_, slot) => from + slot);
}

/** Fills a flow with numbers of its own. */
function fillFlow(view: DataView, at: number, from: number, width: 4 | 8): Flow {
  const names = ["calls", "bytes", "empty", "again", "errors", "timed", "durationNs"] as const;
  names.forEach((name, place) => view.setBigUint64(at + FLOW[name], BigInt(from + place), true));
  fillSlots(view, at + FLOW.slots, from + 100, width);
  return {
    calls: from,
    bytes: from + 1,
    empty: from + 2,
    again: from + 3,
    errors: from + 4,
    durations: { count: from + 5, sumNs: from + 6, slots: slots(from + 100) },
  };
}

function fillSlots(view: DataView, at: number, from: number, width: 4 | 8): void {
  for (const [slot, count] of slots(from).entries()) {
    if (width === 4) view.setUint32(at + 4 * slot, count, true);
    else view.setBigUint64(at + 8 * slot, BigInt(count), true);
  }
}

function socketFixture(): { view: DataView; send: Flow; recv: Flow } {
  const view = new DataView(new ArrayBuffer(AT + SOCKET_FIGURES_BYTES));
  const send = fillFlow(view, AT, 1000, 4);
  const recv = fillFlow(view, AT + FLOW_BYTES, 2000, 4);
  const u64 = (field: number, value: number) => view.setBigUint64(AT + field, BigInt(value), true);
  const u32 = (field: number, value: number) => view.setUint32(AT + field, value, true);
  const u16 = (field: number, value: number) => view.setUint16(AT + field, value, true);
  u64(SOCKET_FIGURES.delayed, 3000);
  u64(SOCKET_FIGURES.delayNs, BIG);
  fillSlots(view, AT + SOCKET_FIGURES.delays, 3100, 4);
  u64(SOCKET_FIGURES.aged, BIG + 3);
  u64(SOCKET_FIGURES.ageUs, BIG + 4);
  u64(SOCKET_FIGURES.lookedNs, BIG + 90);
  u64(SOCKET_FIGURES.oldestNs, BIG + 20);
  u64(SOCKET_FIGURES.unread, 45);
  u64(SOCKET_FIGURES.firstNs, BIG + 1);
  u64(SOCKET_FIGURES.lastNs, BIG + 2);
  u32(SOCKET_FIGURES.inode, 1357);
  u32(SOCKET_FIGURES.pid, 4711);
  u16(SOCKET_FIGURES.family, AF.inet);
  u16(SOCKET_FIGURES.localPort, 9100);
  u16(SOCKET_FIGURES.remotePort, 50_414);
  view.setUint8(AT + SOCKET_FIGURES.protocol, 6);
  view.setUint8(AT + SOCKET_FIGURES.closed, 1);
  view.setUint32(AT + SOCKET_FIGURES.local, 0xc0000201);
  view.setUint32(AT + SOCKET_FIGURES.remote, 0xc0000207);
  u32(SOCKET_FIGURES.rttUs, 41);
  u32(SOCKET_FIGURES.retransmits, 42);
  u32(SOCKET_FIGURES.unsent, 43);
  u32(SOCKET_FIGURES.unacked, 44);
  return { view, send, recv };
}

Deno.test("a socket's figures are read whole", () => {
  const { view, send, recv } = socketFixture();
  assertEquals(decodeSocket(view, AT, 77, new Addresses(), BIG + 90), {
    socket: 77,
    inode: 1357,
    pid: 4711,
    family: "inet",
    protocol: 6,
    local: "192.0.2.1:9100",
    remote: "192.0.2.7:50414",
    send,
    recv,
    delays: { count: 3000, sumNs: BIG, slots: slots(3100) },
    ages: { bytes: BIG + 3, byteUs: BIG + 4 },
    unread: { ageNs: 70, bytes: 45 },
    firstTs: BIG + 1,
    lastTs: BIG + 2,
    closed: true,
    tcp: { rttUs: 41, retransmits: 42, unsent: 43, unacked: 44 },
  });
});

Deno.test("what waited at an earlier look does not wait now, and its age may be unknown", () => {
  const { view } = socketFixture();
  const unread = (lookedNs: number) => decodeSocket(view, AT, 77, new Addresses(), lookedNs).unread;
  assertEquals([unread(BIG + 91), unread(0)], [undefined, undefined]);
  view.setBigUint64(AT + SOCKET_FIGURES.oldestNs, 0n, true);
  assertEquals(unread(BIG + 90), { bytes: 45 });
  view.setUint8(AT + SOCKET_FIGURES.protocol, 17);
  view.setBigUint64(AT + SOCKET_FIGURES.oldestNs, BigInt(BIG), true);
  assertEquals(unread(BIG + 90), { ageNs: 90 });
});

Deno.test("what TCP says is absent of another socket, and a unix socket and its other end are named by inodes", () => {
  const { view } = socketFixture();
  view.setUint16(AT + SOCKET_FIGURES.family, AF.unix, true);
  view.setUint8(AT + SOCKET_FIGURES.protocol, 0);
  view.setUint8(AT + SOCKET_FIGURES.closed, 0);
  view.setUint32(AT + SOCKET_FIGURES.remote, 2468, true);
  const figures = decodeSocket(view, AT, 77, new Addresses());
  assertEquals("tcp" in figures, false);
  const { family, local, remote, closed } = figures;
  assertEquals([family, local, remote, closed], ["unix", "unix:[1357]", "unix:[2468]", false]);
});

Deno.test("the totals are read whole, with 64 bits a slot", () => {
  const view = new DataView(new ArrayBuffer(AT + TOTALS_BYTES));
  const u64 = (field: number, value: number) => view.setBigUint64(AT + field, BigInt(value), true);
  const send = fillFlow(view, AT, BIG, 8);
  const recv = fillFlow(view, AT + TOTAL_FLOW_BYTES, 2 * BIG, 8);
  u64(TOTALS.delayed, 5);
  u64(TOTALS.delayNs, 6);
  fillSlots(view, AT + TOTALS.delays, 3 * BIG, 8);
  u64(TOTALS.aged, 13);
  u64(TOTALS.ageUs, 14);
  u64(TOTALS.lookedNs, 50);
  u64(TOTALS.oldestNs, 20);
  u64(TOTALS.unread, 15);
  u64(TOTALS.functions + 8, 11);
  u64(TOTALS.functions + 8 * 15, 12);
  u64(TOTALS.produced, 7);
  u64(TOTALS.lost, 8);
  u64(TOTALS.socketsFull, 9);
  u64(TOTALS.strays, 10);
  assertEquals(decodeTotals(view, AT, functionNames(["__sys_sendto"])), {
    send,
    recv,
    delays: { count: 5, sumNs: 6, slots: slots(3 * BIG) },
    ages: { bytes: 13, byteUs: 14 },
    unread: { ageNs: 30, bytes: 15 },
    functions: { __sys_sendto: 11, io_uring: 12 },
    produced: 7,
    lost: 8,
    socketsFull: 9,
    strays: 10,
  });
});
