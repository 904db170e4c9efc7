/**
 * Which calls carried a range of a connection's bytes: the kernel's side of a message.
 *
 * ```text
 *   range                    a ├──────────────┤ b
 *   calls   ├────────────────────┤├────┤├──────────────┤      first: has byte a, last: has byte b - 1
 * ```
 *
 * One call may carry several messages, and one message may need several calls. Calls that the observer lost leave gaps: whoever has
 * not seen the call with the last byte does not know when the message was through.
 *
 * Ports are used again, so the same pair of addresses may be several sockets, one after the other: that one is meant whose calls are the nearest
 * to when the message was there.
 *
 * Who opened a connection counts its opening as a byte, and where that was not seen, what it sends seems to lie one byte farther than it does
 * (`bpf/netio.bpf.c`). Where calls begin or end one byte behind the range and none does at it, that is why.
 *
 * Pure.
 *
 * @module
 */

import type { Io } from "../observation.ts";
import type { Range } from "./marks.ts";

/** Where a range lies. */
export interface Place {
  /** The end whose calls are meant. */
  readonly local: string;
  /** The other end. */
  readonly remote: string;
  /** Which way the bytes went, seen from there. */
  readonly op: Io["op"];
  /** Which bytes. */
  readonly range: Range;
  /** About when, in nanoseconds: of several sockets with these addresses the nearest is taken. */
  readonly near: number;
  /** Whether it may have opened the connection before anybody watched. */
  readonly mayBeShifted?: boolean;
}

/** How a range was carried. */
export interface Carried {
  /** When the call with the first byte was entered; absent where no entry was seen. */
  readonly entered: number | undefined;
  /** When the call with the last byte was done; absent where that call was not seen. */
  readonly done: number | undefined;
  /** When what the last call read had come into the kernel; absent where that was not measured. */
  readonly came: number | undefined;
  /** The calls that carried a part of it. */
  readonly calls: number;
  /** Bytes of the range in calls that were not seen. */
  readonly unseen: number;
  /** Whether the call before it, or one of its own but the last, moved less than was asked for: the socket was full. */
  readonly full: boolean;
}

/** The calls of an observation, by connection and direction. */
export class CallIndex {
  readonly #byPlace = new Map<string, Io[]>();

  /** @param calls In any order. */
  constructor(calls: Iterable<Io>) {
    for (const io of calls) {
      if (io.offset === undefined || io.bytes === 0) continue;
      if (io.local === undefined || io.remote === undefined) continue;
      const key = keyOf(io.local, io.remote, io.op);
      const there = this.#byPlace.get(key);
      if (there === undefined) this.#byPlace.set(key, [io]);
      else there.push(io);
    }
    for (const there of this.#byPlace.values()) there.sort((one, other) => one.ts - other.ts);
  }

  /** How a range was carried; `undefined` when no call with any of its bytes was seen. */
  find(place: Place): Carried | undefined {
    const there = this.#byPlace.get(keyOf(place.local, place.remote, place.op)) ?? [];
    const { from, to } = place.range;
    if (to <= from) return undefined;
    const shift = place.mayBeShifted === true && isShifted(there, place.range) ? 1 : 0;
    const range: Range = { from: from + shift, to: to + shift };
    let nearest: { readonly carrying: readonly Io[]; readonly all: readonly Io[] } | undefined;
    let least = Infinity;
    for (const all of bySocket(there)) {
      const carrying = all.filter((io) => overlap(io, range) > 0);
      const distance = Math.min(...carrying.map(({ ts }) => Math.abs(ts - place.near)));
      if (carrying.length > 0 && distance < least) [nearest, least] = [{ carrying, all }, distance];
    }
    return nearest === undefined ? undefined : carriedBy(nearest.carrying, nearest.all, range);
  }
}

function carriedBy(carrying: readonly Io[], all: readonly Io[], range: Range): Carried {
  const has = (byte: number) => carrying.find((io) => startOf(io) <= byte && byte < endOf(io));
  const [first, last] = [has(range.from), has(range.to - 1)];
  const seen = carrying.reduce((sum, io) => sum + overlap(io, range), 0);
  const before = all.findLast((io) => endOf(io) <= range.from);
  const isShort = (io: Io | undefined) =>
    io?.op === "send" && io.requested !== undefined && io.requested > io.bytes;
  return {
    entered: first?.durationNs === undefined ? undefined : first.ts - first.durationNs,
    done: last?.ts,
    came: last?.delayNs === undefined ? undefined : last.ts - last.delayNs,
    calls: carrying.length,
    unseen: Math.max(0, range.to - range.from - seen),
    full: isShort(before) || carrying.some((io) => io !== last && isShort(io)),
  };
}

/** Whether all positions of these calls are one too high for a range of a message to fit. */
function isShifted(calls: readonly Io[], { from, to }: Range): boolean {
  const edges = new Set(calls.flatMap((io) => [startOf(io), endOf(io)]));
  const fits = (shift: number) => Number(edges.has(from + shift)) + Number(edges.has(to + shift));
  return fits(1) > fits(0);
}

function bySocket(calls: readonly Io[]): Iterable<readonly Io[]> {
  return Map.groupBy(calls, ({ socket }) => socket).values();
}

const startOf = (io: Io): number => io.offset ?? 0;
const endOf = (io: Io): number => startOf(io) + io.bytes;

function overlap(io: Io, { from, to }: Range): number {
  return Math.max(0, Math.min(endOf(io), to) - Math.max(startOf(io), from));
}

function keyOf(local: string, remote: string, op: Io["op"]): string {
  return `${op} ${plainAddress(local)} ${plainAddress(remote)}`;
}

/** An IPv4 address in IPv6's clothes as what it is: the kernel's side writes it so, and a server that listens for both may not. */
export function plainAddress(address: string): string {
  const [, ip, port] = /^\[::ffff:(\d+\.\d+\.\d+\.\d+)\]:(\d+)$/i.exec(address) ?? [];
  return ip === undefined ? address : `${ip}:${port}`;
}
