/**
 * What is to be done, and who does it: members are dealt out to rooms and threads in turn.
 *
 * ```text
 *   member   0  1  2  3  4  5  6  7 …       sender s is member s
 *   room     0  1  2  0  1  2  0  1 …       n % rooms
 *   thread   0  1  0  1  0  1  0  1 …       n % threads
 * ```
 *
 * So every room has its share of members and of senders, and every thread of each room's members. Pure.
 *
 * @module
 */

import {
  IN_FLIGHT_MAX,
  IN_FLIGHT_TOTAL_MAX,
  MEMBERS_MAX,
  PAIRS_MAX,
  THREADS_MAX,
} from "./limits.ts";
import { CONTENT_BYTES_MAX } from "../server/wire/mod.ts";
import { STAMP_CHARS } from "./stamp.ts";

/** In which way members speak. */
export type Way = "frames" | "text" | "websocket";

/** Whose sockets carry it: the runtime's, or by epoll. */
export type TransportKind = "runtime" | "epoll";

/** When a message has landed, so that the next may go: its sender has it back, or every member has it. */
export type Until = "own" | "all";

/** One run. */
export interface Plan {
  readonly host: string;
  readonly port: number;
  readonly way: Way;
  readonly transport: TransportKind;
  /** Certificates (PEM) that are believed over TLS, beside the usual ones; left out, it is not spoken. */
  readonly tls?: readonly string[];
  /** Connections that log in. */
  readonly members: number;
  /** How many of them talk. */
  readonly senders: number;
  /** Rooms that they are dealt out to. */
  readonly rooms: number;
  /** Closed loop: messages of each sender that are on the way at most. Open loop: beyond that, it gives up. */
  readonly inFlight: number;
  /** Open loop: messages per second of all senders together; 0 for a closed loop. */
  readonly rate: number;
  /** Bytes of text in a message. */
  readonly size: number;
  readonly until: Until;
  /** Whether each message carries an `id`, as those of real clients do, and so gets an `Ack`. */
  readonly ids: boolean;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly threads: number;
  /** Four hexadecimal digits that tell this run's messages and names from those of others. */
  readonly run: string;
}

/** Says in one sentence why a plan cannot be carried out; `undefined` when it can. */
export function whyNot(plan: Plan): string | undefined {
  const { members, senders, rooms, inFlight, size, threads, way, transport } = plan;
  if (members > MEMBERS_MAX) return `There can be at most ${MEMBERS_MAX} members.`;
  if (senders > members) return "There cannot be more senders than members.";
  if (rooms > members) return "There cannot be more rooms than members.";
  if (threads > THREADS_MAX) return `There can be at most ${THREADS_MAX} threads.`;
  if (!hearsItself(plan) && plan.until === "own") {
    return "Whoever speaks lines of text does not get back what he says: --until all.";
  }
  if (!hearsItself(plan) && Math.ceil(members / rooms) < 2) {
    return "Whoever speaks lines of text does not get back what he says: at least two members to a room.";
  }
  if (way === "websocket" && transport === "epoll") {
    return "WebSockets go over the runtime's sockets: --transport runtime.";
  }
  if (plan.tls !== undefined && transport === "epoll") {
    return "TLS goes over the runtime's sockets: --transport runtime.";
  }
  if (size < STAMP_CHARS) {
    return `A message has at least ${STAMP_CHARS} bytes: they tell whose it is.`;
  }
  if (size > CONTENT_BYTES_MAX) return `A message has at most ${CONTENT_BYTES_MAX} bytes.`;
  if (inFlight > IN_FLIGHT_MAX) {
    return `At most ${IN_FLIGHT_MAX} messages of a sender can be on the way.`;
  }
  if (inFlight * senders > IN_FLIGHT_TOTAL_MAX) {
    return `At most ${IN_FLIGHT_TOTAL_MAX} messages can be on the way: fewer senders, or a smaller --in-flight.`;
  }
  if (members * sendersPerRoom(plan) > PAIRS_MAX) {
    return "So many members and senders in a room cannot be checked: fewer of them, or more rooms.";
  }
  return undefined;
}

/** Whether a sender hears what it says itself. */
export function hearsItself({ way }: Pick<Plan, "way">): boolean {
  return way !== "text";
}

/** How many of `count` things that are dealt out to `places` in turn fall to `place`. */
export function dealt(count: number, places: number, place: number): number {
  return Math.floor((count - 1 - place) / places) + 1;
}

/** Senders in a room, rounded up. */
export function sendersPerRoom({ senders, rooms }: Pick<Plan, "senders" | "rooms">): number {
  return Math.ceil(senders / rooms);
}

/** The name of a room of a run. */
export function roomOf({ run, rooms }: Pick<Plan, "run" | "rooms">, member: number): string {
  return `bench-${run}-${member % rooms}`;
}

/** The name of a member of a run. */
export function nameOf({ run }: Pick<Plan, "run">, member: number): string {
  return `bench-${run}-${member}`;
}
