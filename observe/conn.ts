/**
 * Events and sums of connections as the kernel hands them over: the mirror of `bpf/conn.h`.
 *
 * Pure: where the bytes come from is `lives.ts`' business.
 *
 * @module
 */

import { type Addresses, familyOf } from "./address.ts";
import type { Conn, ConnEnd, ConnWhat } from "./connection.ts";
import { u64 } from "./event.ts";
import { printable } from "./process_names.ts";

/** Bytes of an event. */
export const CONN_EVENT_BYTES = 120;

/** Where an event's fields begin. */
export const CONN_EVENT = {
  tsNs: 0,
  socket: 8,
  lastedNs: 16,
  sent: 24,
  received: 32,
  pid: 40,
  error: 44,
  retransmits: 48,
  rttUs: 52,
  family: 56,
  localPort: 58,
  remotePort: 60,
  kind: 62,
  openedBy: 63,
  closedBy: 64,
  pad: 65,
  local: 72,
  remote: 88,
  comm: 104,
} as const;

/** Bytes of the sums. */
export const CONN_TOTALS_BYTES = 80;

/** Where the fields of the sums begin. */
export const CONN_TOTALS = { kinds: 0, produced: 64, lost: 72 } as const;

/** What happened, by the kernel program's numbers. */
export const CONN_KINDS: readonly ConnWhat[] = [
  "connect",
  "failed",
  "accept",
  "close",
  "retransmit",
  "reset_sent",
  "reset_received",
];

/** Ends by the kernel program's numbers. */
const ENDS: readonly (ConnEnd | undefined)[] = [undefined, "here", "there"];

const COMM_BYTES = 16;
const decoder = new TextDecoder();

/** Decodes an event. @param at Where it begins in the view. */
export function decodeConn(view: DataView, at: number, addresses: Addresses): Conn {
  const u32 = (field: number) => view.getUint32(at + field, true);
  const u16 = (field: number) => view.getUint16(at + field, true);
  const family = u16(CONN_EVENT.family);
  const local = addresses.text(view, at + CONN_EVENT.local, family, u16(CONN_EVENT.localPort));
  const remote = addresses.text(view, at + CONN_EVENT.remote, family, u16(CONN_EVENT.remotePort));
  const openedBy = ENDS[view.getUint8(at + CONN_EVENT.openedBy)];
  const closedBy = ENDS[view.getUint8(at + CONN_EVENT.closedBy)];
  const lastedNs = u64(view, at + CONN_EVENT.lastedNs);
  const errno = u32(CONN_EVENT.error);
  const rttUs = u32(CONN_EVENT.rttUs);
  return {
    kind: "conn",
    ts: u64(view, at + CONN_EVENT.tsNs),
    what: CONN_KINDS[view.getUint8(at + CONN_EVENT.kind)] ?? "close",
    pid: u32(CONN_EVENT.pid),
    comm: nameOf(view, at + CONN_EVENT.comm),
    socket: u64(view, at + CONN_EVENT.socket),
    family: familyOf(family),
    ...(local === undefined ? {} : { local }),
    ...(remote === undefined ? {} : { remote }),
    ...(openedBy === undefined ? {} : { openedBy }),
    ...(closedBy === undefined ? {} : { closedBy }),
    ...(lastedNs === 0 ? {} : { lastedNs }),
    ...(errno === 0 ? {} : { errno }),
    sent: u64(view, at + CONN_EVENT.sent),
    received: u64(view, at + CONN_EVENT.received),
    retransmits: u32(CONN_EVENT.retransmits),
    ...(rttUs === 0 ? {} : { rttUs }),
  };
}

function nameOf(view: DataView, at: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, COMM_BYTES);
  const end = bytes.indexOf(0);
  return printable(decoder.decode(bytes.subarray(0, end < 0 ? COMM_BYTES : end)));
}

/** The sums as the kernel program has them. */
export interface ConnTotals {
  /** By what happened. */
  readonly kinds: Readonly<Record<Exclude<ConnWhat, "overflow">, number>>;
  /** Events that were to be told. */
  readonly produced: number;
  /** Of these, refused by a full ring. */
  readonly lost: number;
}

/** Decodes the sums. */
export function decodeConnTotals(view: DataView): ConnTotals {
  const kind = (what: ConnWhat) => u64(view, CONN_TOTALS.kinds + 8 * CONN_KINDS.indexOf(what));
  return {
    kinds: {
      connect: kind("connect"),
      failed: kind("failed"),
      accept: kind("accept"),
      close: kind("close"),
      retransmit: kind("retransmit"),
      reset_sent: kind("reset_sent"),
      reset_received: kind("reset_received"),
    },
    produced: u64(view, CONN_TOTALS.produced),
    lost: u64(view, CONN_TOTALS.lost),
  };
}
