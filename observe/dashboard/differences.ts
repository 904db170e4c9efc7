/**
 * From sums to what happened between two of them. Pure.
 *
 * Kernel and server count from their start; a chart wants seconds. A sum that is smaller than before belongs to
 * somebody who began anew, so it counts from zero.
 *
 * @module
 */

import { costBetween } from "../cost.ts";
import { lossesOf } from "../losses.ts";
import type { Histogram, Snapshot, SocketFigures } from "../observation.ts";
import type { KernelSecond, ServerSecond } from "./page_messages.ts";
import type { ServerTotals } from "./server_report.ts";

/** What was added to a sum. */
export function added(before: number | undefined, now: number): number {
  return before === undefined || now < before ? now : now - before;
}

/** What was added to each slot of a histogram, without the zeros at its end. */
export function addedSlots(before: Histogram | undefined, now: Histogram): number[] {
  return trimmed(now.slots.map((count, slot) => added(before?.slots[slot], count)));
}

function trimmed(slots: readonly number[]): number[] {
  return slots.slice(0, slots.findLastIndex((count) => count > 0) + 1);
}

/** Two histograms' slots together. */
export function sumSlots(one: readonly number[], other: readonly number[]): number[] {
  const [long, short] = one.length < other.length ? [other, one] : [one, other];
  return long.map((count, slot) => count + (short[slot] ?? 0));
}

/** What the kernel did between two snapshots; without an earlier one, since the start. */
export function kernelSecond(before: Snapshot | undefined, now: Snapshot): KernelSecond {
  const live = now.sockets.filter(({ closed }) => !closed);
  const tcp = live.flatMap(({ tcp }) => tcp ?? []);
  const trips = tcp.map(({ rttUs }) => rttUs).filter((us) => us > 0).sort((a, b) => a - b);
  const [middle, largest] = [trips[trips.length >> 1], trips.at(-1)];
  const { lost, unlisted, untimed, misleads } = lossesOf(now);
  // Part of one processor that the programs in the kernel took.
  const cost = before === undefined ? undefined : costBetween(before, now)?.share;
  return {
    sendCalls: added(before?.send.calls, now.send.calls),
    recvCalls: added(before?.recv.calls, now.recv.calls),
    sentBytes: added(before?.send.bytes, now.send.bytes),
    receivedBytes: added(before?.recv.bytes, now.recv.bytes),
    sendSlots: addedSlots(before?.send.durations, now.send.durations),
    recvSlots: addedSlots(before?.recv.durations, now.recv.durations),
    delaySlots: addedSlots(before?.delays, now.delays),
    retransmits: added(retransmitsOf(before), retransmitsOf(now)),
    unsent: tcp.reduce((sum, { unsent }) => sum + unsent, 0),
    ...(now.unread === undefined ? {} : { unread: now.unread }),
    ...(middle === undefined || largest === undefined ? {} : { rttUs: middle, rttMaxUs: largest }),
    sockets: live.length,
    lost,
    ...(unlisted > 0 ? { unlisted } : {}),
    ...(misleads ? { untimed } : {}),
    ...(cost === undefined ? {} : { cost }),
  };
}

/**
 * A longer time's figures shared out among its seconds: counts evenly and so that none is lost, what is a state to all alike.
 *
 * @param seconds How many; at least 1.
 */
export function shared(whole: KernelSecond, seconds: number): KernelSecond[] {
  if (seconds === 1) return [whole];
  return Array.from({ length: seconds }, (_, place) => {
    const part = (count: number) =>
      Math.floor(count * (place + 1) / seconds) - Math.floor(count * place / seconds);
    const parts = (slots: readonly number[]) => trimmed(slots.map(part));
    return {
      ...whole,
      sendCalls: part(whole.sendCalls),
      recvCalls: part(whole.recvCalls),
      sentBytes: part(whole.sentBytes),
      receivedBytes: part(whole.receivedBytes),
      sendSlots: parts(whole.sendSlots),
      recvSlots: parts(whole.recvSlots),
      delaySlots: parts(whole.delaySlots),
      retransmits: part(whole.retransmits),
    };
  });
}

/** All that are known: a closed socket takes its own along, and then the sum begins anew. */
function retransmitsOf(snapshot: Snapshot | undefined): number {
  return (snapshot?.sockets ?? []).reduce((sum, { tcp }) => sum + (tcp?.retransmits ?? 0), 0);
}

/** What was added to one socket's figures. */
export interface SocketAdded {
  readonly socket: SocketFigures;
  /** Bytes from the peer and to it, in this time. */
  readonly from: number;
  readonly to: number;
  readonly calls: number;
}

/** What happened on each internet socket. */
export function socketsAdded(before: Snapshot | undefined, now: Snapshot): SocketAdded[] {
  const earlier = new Map(before?.sockets.map((one) => [one.socket, one]));
  return now.sockets.filter(({ family }) => family === "inet" || family === "inet6").map(
    (socket) => {
      const old = earlier.get(socket.socket);
      return {
        socket,
        from: added(old?.recv.bytes, socket.recv.bytes),
        to: added(old?.send.bytes, socket.send.bytes),
        calls: added(old?.recv.calls, socket.recv.calls) +
          added(old?.send.calls, socket.send.calls),
      };
    },
  );
}

/**
 * What the server did in a second between two reports; without an earlier one nothing is known of it.
 *
 * @param seconds How many are between them, at least 1: each has its part.
 */
export function serverSecond(
  before: ServerTotals,
  now: ServerTotals,
  seconds: number = 1,
): ServerSecond {
  const { store, ...rest } = now;
  return {
    ...rest,
    taken: Math.round(added(before.taken, now.taken) / seconds),
    delivered: Math.round(added(before.delivered, now.delivered) / seconds),
    ...(store === undefined ? {} : { store: storeSecond(before.store, store, seconds) }),
  };
}

function storeSecond(
  before: ServerTotals["store"],
  { appends, syncs, ...now }: NonNullable<ServerTotals["store"]>,
  seconds: number,
): NonNullable<ServerSecond["store"]> {
  const written = added(before?.appends, appends);
  const synced = added(before?.syncs, syncs);
  return {
    ...now,
    appends: Math.round(written / seconds),
    syncs: Math.round(synced / seconds),
    ...(synced > 0 ? { group: written / synced } : {}),
  };
}
