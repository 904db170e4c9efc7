/**
 * The figures that the kernel program adds up: the mirrors of `struct socket_figures` (one socket)
 * and `struct totals` (all sockets) in `bpf/event.h`.
 *
 * Both hold a flow per direction with the same beginning; a socket's slots have 32 bits and wrap
 * around, those of the totals 64. The totals are read while the kernel program counts on, so fields
 * may be a call apart.
 *
 * Pure: where the bytes come from is `kernel_object.ts`' business.
 *
 * @module
 */

import { type Addresses, AF, familyOf, unixAddress } from "./address.ts";
import { FUNCTIONS, u64 } from "./event.ts";
import { SLOTS } from "./histogram.ts";
import type { ByteAges, Flow, Histogram, SocketFigures, UnreadData } from "./observation.ts";

/** Bytes of a socket's flow. */
export const FLOW_BYTES = 184;
/** Bytes of a flow of the totals. */
export const TOTAL_FLOW_BYTES = 312;
/** Bytes of a socket's figures. */
export const SOCKET_FIGURES_BYTES = 632;
/** Bytes of the totals. */
export const TOTALS_BYTES = 1120;

/** Where the fields of a flow begin, of both kinds; they differ only in the width of the slots. */
export const FLOW = {
  calls: 0,
  bytes: 8,
  empty: 16,
  again: 24,
  errors: 32,
  timed: 40,
  durationNs: 48,
  slots: 56,
} as const;

/** Where the fields of a socket's figures begin. */
export const SOCKET_FIGURES = {
  flow: 0,
  delayed: 368,
  delayNs: 376,
  delays: 384,
  aged: 512,
  ageUs: 520,
  firstNs: 528,
  lastNs: 536,
  lookedNs: 544,
  oldestNs: 552,
  unread: 560,
  inode: 568,
  pid: 572,
  family: 576,
  localPort: 578,
  remotePort: 580,
  protocol: 582,
  closed: 583,
  local: 584,
  remote: 600,
  rttUs: 616,
  retransmits: 620,
  unsent: 624,
  unacked: 628,
} as const;

/** Where the fields of the totals begin. */
export const TOTALS = {
  flow: 0,
  delayed: 624,
  delayNs: 632,
  delays: 640,
  aged: 896,
  ageUs: 904,
  functions: 912,
  produced: 1056,
  lost: 1064,
  socketsFull: 1072,
  strays: 1080,
  lookedNs: 1088,
  oldestNs: 1096,
  unread: 1104,
  armed: 1112,
} as const;

const IPPROTO_TCP = 6;

/** The sums over all sockets. */
export interface Totals {
  /** What was sent. */
  readonly send: Flow;
  /** What was received. */
  readonly recv: Flow;
  /** Arrival of data to its reading. */
  readonly delays: Histogram;
  /** How old the bytes were when they were read. */
  readonly ages: ByteAges;
  /** What had come and was not read at the last look; absent before there was one. */
  readonly unread?: UnreadData;
  /** Calls that moved bytes, by function; those that did not occur are absent. */
  readonly functions: Readonly<Record<string, number>>;
  /** Events that the kernel program had to tell. */
  readonly produced: number;
  /** Of these, refused by a full ring. */
  readonly lost: number;
  /** Calls whose socket had no room in the table. */
  readonly socketsFull: number;
  /** Calls whose entry was not seen, so that nobody knows how long they took. */
  readonly strays: number;
}

/** How many bytes a slot has. */
type Width = 4 | 8;

/**
 * Decodes what is known of one socket.
 *
 * @param at Where the figures begin in the view.
 * @param socket The cookie under which they are kept.
 * @param lookedNs When it was last looked for what is not read; 0 never.
 */
export function decodeSocket(
  view: DataView,
  at: number,
  socket: number,
  addresses: Addresses,
  lookedNs: number = 0,
): SocketFigures {
  const u32 = (field: number) => view.getUint32(at + field, true);
  const u16 = (field: number) => view.getUint16(at + field, true);
  const family = u16(SOCKET_FIGURES.family);
  const protocol = view.getUint8(at + SOCKET_FIGURES.protocol);
  const local = family === AF.unix
    ? unixAddress(u32(SOCKET_FIGURES.inode))
    : addresses.text(view, at + SOCKET_FIGURES.local, family, u16(SOCKET_FIGURES.localPort));
  const remote = family === AF.unix
    ? unixAddress(u32(SOCKET_FIGURES.remote))
    : addresses.text(view, at + SOCKET_FIGURES.remote, family, u16(SOCKET_FIGURES.remotePort));
  const tcp = {
    rttUs: u32(SOCKET_FIGURES.rttUs),
    retransmits: u32(SOCKET_FIGURES.retransmits),
    unsent: u32(SOCKET_FIGURES.unsent),
    unacked: u32(SOCKET_FIGURES.unacked),
  };
  // What an earlier look found has been read since.
  const waits = lookedNs > 0 && u64(view, at + SOCKET_FIGURES.lookedNs) === lookedNs;
  return {
    socket,
    inode: u32(SOCKET_FIGURES.inode),
    pid: u32(SOCKET_FIGURES.pid),
    family: familyOf(family),
    protocol,
    ...(local === undefined ? {} : { local }),
    ...(remote === undefined ? {} : { remote }),
    send: decodeFlow(view, at + SOCKET_FIGURES.flow, 4),
    recv: decodeFlow(view, at + SOCKET_FIGURES.flow + FLOW_BYTES, 4),
    delays: decodeDelays(view, at, SOCKET_FIGURES, 4),
    ages: decodeAges(view, at, SOCKET_FIGURES),
    ...(waits ? { unread: decodeUnread(view, at, SOCKET_FIGURES, protocol === IPPROTO_TCP) } : {}),
    firstTs: u64(view, at + SOCKET_FIGURES.firstNs),
    lastTs: u64(view, at + SOCKET_FIGURES.lastNs),
    closed: view.getUint8(at + SOCKET_FIGURES.closed) !== 0,
    ...(protocol === IPPROTO_TCP ? { tcp } : {}),
  };
}

/**
 * Decodes the sums over all sockets.
 *
 * @param at Where they begin in the view.
 * @param functions How calls are told (`functionNames`).
 */
export function decodeTotals(
  view: DataView,
  at: number,
  functions: readonly string[] = FUNCTIONS,
): Totals {
  const calls = functions
    .map((name, place) => [name, u64(view, at + TOTALS.functions + 8 * place)] as const)
    .filter(([, count]) => count > 0);
  const looked = u64(view, at + TOTALS.lookedNs) > 0;
  return {
    send: decodeFlow(view, at + TOTALS.flow, 8),
    recv: decodeFlow(view, at + TOTALS.flow + TOTAL_FLOW_BYTES, 8),
    delays: decodeDelays(view, at, TOTALS, 8),
    ages: decodeAges(view, at, TOTALS),
    ...(looked ? { unread: decodeUnread(view, at, TOTALS, true) } : {}),
    functions: Object.fromEntries(calls),
    produced: u64(view, at + TOTALS.produced),
    lost: u64(view, at + TOTALS.lost),
    socketsFull: u64(view, at + TOTALS.socketsFull),
    strays: u64(view, at + TOTALS.strays),
  };
}

function decodeFlow(view: DataView, at: number, width: Width): Flow {
  return {
    calls: u64(view, at + FLOW.calls),
    bytes: u64(view, at + FLOW.bytes),
    empty: u64(view, at + FLOW.empty),
    again: u64(view, at + FLOW.again),
    errors: u64(view, at + FLOW.errors),
    durations: {
      count: u64(view, at + FLOW.timed),
      sumNs: u64(view, at + FLOW.durationNs),
      slots: decodeSlots(view, at + FLOW.slots, width),
    },
  };
}

function decodeDelays(
  view: DataView,
  at: number,
  where: { readonly delayed: number; readonly delayNs: number; readonly delays: number },
  width: Width,
): Histogram {
  return {
    count: u64(view, at + where.delayed),
    sumNs: u64(view, at + where.delayNs),
    slots: decodeSlots(view, at + where.delays, width),
  };
}

function decodeAges(
  view: DataView,
  at: number,
  where: { readonly aged: number; readonly ageUs: number },
): ByteAges {
  return { bytes: u64(view, at + where.aged), byteUs: u64(view, at + where.ageUs) };
}

/** @param counted Whether bytes that are not read are counted: those of TCP are. */
function decodeUnread(
  view: DataView,
  at: number,
  where: { readonly lookedNs: number; readonly oldestNs: number; readonly unread: number },
  counted: boolean,
): UnreadData {
  const oldestNs = u64(view, at + where.oldestNs);
  return {
    ...(oldestNs > 0 ? { ageNs: Math.max(0, u64(view, at + where.lookedNs) - oldestNs) } : {}),
    ...(counted ? { bytes: u64(view, at + where.unread) } : {}),
  };
}

function decodeSlots(view: DataView, at: number, width: Width): readonly number[] {
  const slots = new Array<number>(SLOTS);
  for (let slot = 0; slot < SLOTS; slot++) {
    slots[slot] = width === 4 ? view.getUint32(at + 4 * slot, true) : u64(view, at + 8 * slot);
  }
  return slots;
}
