/**
 * Who uses how much of a server: what the server says of its connections, joined with what the kernel saw on their sockets.
 *
 * ```text
 *   server   user, rooms, bytes, what waits for him        ┐ the same connection:
 *   kernel   calls, round trip, bytes that wait in TCP,    ┘ its two addresses
 *            how long data lay unread
 * ```
 *
 * What happens in a time is the difference of two looks. A connection that is new begins at nothing; one that is gone is in no
 * look any more. Behind a proxy the server knows a remote address that the kernel does not, and then the kernel's part is missing.
 * Pure.
 *
 * @module
 */

import type { SocketFigures } from "../../observe/mod.ts";
import type { Inspection } from "../../server/wire/mod.ts";
import type { TopSort } from "./sorts.ts";

type Connection = Inspection["connections"][number];
type Room = NonNullable<Inspection["rooms"]>[number];

/** Both sides at one moment. */
export interface Look {
  /** In milliseconds, by a clock that only goes on. */
  readonly atMs: number;
  readonly server: {
    readonly connections: readonly Connection[];
    readonly rooms: readonly Room[];
  };
  /** Absent where the kernel is not seen. */
  readonly sockets?: readonly SocketFigures[] | undefined;
}

/** What one user, or one room, uses. Rates are per second between two looks. */
export interface Use {
  readonly name: string;
  /** Of a user his connections, of a room its members. */
  readonly count: number;
  /** Of a user: the rooms he is in. */
  readonly rooms: number;
  /** Bytes from and to him; of a room what was handed to its members. */
  readonly inRate: number;
  readonly outRate: number;
  /** Bytes that wait in the server. */
  readonly queued: number;
  /** The kernel's part; absent where it is not seen. */
  readonly kernel?: KernelUse | undefined;
}

/** What the kernel saw of it. */
export interface KernelUse {
  readonly callsRate: number;
  /** Bytes that wait in the send buffers. */
  readonly unsent: number;
  /** Mean of arrival to read between the looks, in nanoseconds; absent when nothing was read. */
  readonly delayNs?: number | undefined;
  /** The longest of the round trips, in microseconds; absent when none is known. */
  readonly rttUs?: number | undefined;
}

/** All of one moment. */
export interface Top {
  readonly users: readonly Use[];
  readonly rooms: readonly Use[];
}

interface Sums {
  calls: number;
  delayed: number;
  delayNs: number;
}

/** What was used between two looks. */
export function topOf(before: Look | undefined, now: Look): Top {
  const seconds = before === undefined ? 0 : (now.atMs - before.atMs) / 1_000;
  const joined = joinedOf(before, now);
  const users = new Map<string, Joined[]>();
  for (const one of joined) {
    const name = one.connection.user ?? one.connection.remote;
    users.set(name, [...users.get(name) ?? [], one]);
  }
  return {
    users: [...users].map(([name, parts]) => userOf(name, parts, seconds)),
    rooms: roomsOf(before, now, joined, seconds),
  };
}

/** A connection with what is known of it now and before. */
interface Joined {
  readonly connection: Connection;
  readonly before: Connection | undefined;
  readonly socket: SocketFigures | undefined;
  readonly socketBefore: SocketFigures | undefined;
}

function joinedOf(before: Look | undefined, now: Look): readonly Joined[] {
  const connections = byKey(before?.server.connections ?? []);
  const sockets = byKey(now.sockets ?? []);
  const socketsBefore = new Map((before?.sockets ?? []).map((one) => [one.socket, one]));
  return now.server.connections.map((connection) => {
    const old = connections.get(keyOf(connection));
    const socket = sockets.get(keyOf(connection));
    return {
      connection,
      // The same addresses may be another connection's by now.
      before: old?.since === connection.since ? old : undefined,
      socket,
      socketBefore: socket && socketsBefore.get(socket.socket),
    };
  });
}

function byKey<Ends extends { local?: string; remote?: string }>(
  all: readonly Ends[],
): ReadonlyMap<string, Ends> {
  return new Map(all.map((one) => [keyOf(one), one]));
}

/** A connection by its ends. An IPv4 address in IPv6's clothes is that IPv4 address. */
function keyOf({ local, remote }: { local?: string; remote?: string }): string {
  return [local, remote].map((end = "?") => end.replace(/^\[::ffff:([\d.]+)\]/i, "$1")).join(" ");
}

function userOf(name: string, parts: readonly Joined[], seconds: number): Use {
  const sum = (of: (part: Joined) => number) => parts.reduce((all, part) => all + of(part), 0);
  return {
    name,
    count: parts.length,
    rooms: Math.max(...parts.map(({ connection }) => connection.roomCount)),
    inRate: rate(
      sum(({ connection, before }) => connection.bytesIn - (before?.bytesIn ?? 0)),
      seconds,
    ),
    outRate: rate(
      sum(({ connection, before }) => connection.bytesOut - (before?.bytesOut ?? 0)),
      seconds,
    ),
    queued: sum(({ connection }) => connection.lag),
    kernel: kernelOf(parts, seconds),
  };
}

function kernelOf(parts: readonly Joined[], seconds: number): KernelUse | undefined {
  const seen = parts.filter(({ socket }) => socket !== undefined);
  if (seen.length === 0) return undefined;
  const now = sumsOf(seen.map(({ socket }) => socket));
  const before = sumsOf(seen.map(({ socketBefore }) => socketBefore));
  const delayed = now.delayed - before.delayed;
  const rtts = seen.map(({ socket }) => socket?.tcp?.rttUs ?? 0);
  return {
    callsRate: rate(now.calls - before.calls, seconds),
    unsent: seen.reduce((sum, { socket }) => sum + (socket?.tcp?.unsent ?? 0), 0),
    delayNs: delayed > 0 ? (now.delayNs - before.delayNs) / delayed : undefined,
    rttUs: Math.max(...rtts) || undefined,
  };
}

function sumsOf(sockets: readonly (SocketFigures | undefined)[]): Sums {
  const sums: Sums = { calls: 0, delayed: 0, delayNs: 0 };
  for (const socket of sockets) {
    if (socket === undefined) continue;
    sums.calls += socket.send.calls + socket.recv.calls;
    sums.delayed += socket.delays.count;
    sums.delayNs += socket.delays.sumNs;
  }
  return sums;
}

function roomsOf(
  before: Look | undefined,
  now: Look,
  joined: readonly Joined[],
  seconds: number,
): readonly Use[] {
  const old = new Map((before?.server.rooms ?? []).map((room) => [room.name, room]));
  return now.server.rooms.map((room) => {
    const members = joined.filter(({ connection }) => connection.rooms.includes(room.name));
    const was = old.get(room.name);
    // One that was forgotten meanwhile counts anew.
    const bytes = room.bytes - (was !== undefined && was.bytes <= room.bytes ? was.bytes : 0);
    return {
      name: room.name,
      count: room.users,
      rooms: 1,
      inRate: 0,
      outRate: rate(bytes, seconds),
      queued: members.reduce((sum, { connection }) => sum + connection.lag, 0),
      kernel: kernelOf(members, seconds),
    };
  });
}

function rate(amount: number, seconds: number): number {
  return seconds > 0 ? Math.max(0, amount) / seconds : 0;
}

/** The largest first; names from a to z. */
export function sortedUses(uses: readonly Use[], sort: TopSort): readonly Use[] {
  const byName = (one: Use, other: Use) =>
    one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
  if (sort === "name") return uses.toSorted(byName);
  const measure = (use: Use): number => {
    switch (sort) {
      case "bytes":
        return use.inRate + use.outRate;
      case "calls":
        return use.kernel?.callsRate ?? 0;
      case "queue":
        return use.queued + (use.kernel?.unsent ?? 0);
      case "delay":
        return use.kernel?.delayNs ?? 0;
      default:
        return sort satisfies never;
    }
  };
  return uses.toSorted((one, other) => measure(other) - measure(one) || byName(one, other));
}
