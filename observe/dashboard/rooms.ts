/**
 * Figures by room: what the server counted, or else what can be concluded. Pure.
 *
 * ```text
 *   server counts rooms ──► messages, delivered, bytes ── differences of two reports ──► origin "server"
 *   any other server    ──► what this client heard × members ── its part of all bytes ──► origin "estimate"
 *   kernel              ──► calls: always shared out by bytes, since one call carries messages of many rooms
 * ```
 *
 * A dozen rooms have a row each, all others one together, and whispers one: with the last two the rows make the whole.
 *
 * @module
 */

import { ROOMS_PER_SECOND_MAX } from "./limits.ts";
import type { RoomSecond } from "./page_messages.ts";
import type { Delivered, RoomFact, ServerReport } from "./server_report.ts";

/** What this client heard in one room. */
export interface Heard {
  readonly messages: number;
  readonly chars: number;
}

/** What went over all connections in one second. */
export interface Whole {
  /** Bytes to users; absent when nobody counts them. */
  readonly bytes?: number;
  /** System calls; absent when nobody counts them. */
  readonly calls?: number;
}

/** What the rooms' second is made of. */
export interface RoomsParts {
  readonly before: ServerReport | undefined;
  readonly now: ServerReport | undefined;
  /** By room, in this second. */
  readonly heard: ReadonlyMap<string, Heard>;
  /** Whether this client hears what is said in a room. */
  readonly hears: (room: string) => boolean;
  readonly whole: Whole;
}

/** A row that has no calls yet, and the weight by which it gets its part of them. */
interface Row {
  readonly weight: number;
  readonly shown: RoomSecond;
}

/** The rooms in one second, those with most bytes first, all others after them, whispers at the end. */
export function roomsSecond(parts: RoomsParts): RoomSecond[] {
  const { before, now, whole } = parts;
  if (now === undefined) return [];
  if (now.delivered === undefined) return withCalls(estimated(now.rooms, parts), whole);
  // Sums of one moment say nothing about a second.
  if (before?.delivered === undefined) return [];
  return withCalls(counted(before, now), whole);
}

/** What was added; smaller sums are those of a room or a server that began anew. */
export function deliveredSince(before: Delivered | undefined, now: Delivered): Delivered {
  const anew = before === undefined || now.messages < before.messages ||
    now.copies < before.copies || now.bytes < before.bytes;
  return anew ? now : less(now, before);
}

function counted(before: ServerReport, now: ServerReport): Row[] {
  const earlier = new Map(before.rooms.map((room) => [room.name, room.delivered]));
  const rows = now.rooms.flatMap(({ name, delivered }) => {
    if (delivered === undefined) return [];
    // A room that was not listed before may be a new one, or one with a past of which nothing is known here.
    if (!earlier.has(name) && before.delivered?.allRooms === false) return [];
    const added = deliveredSince(earlier.get(name), delivered);
    return [{ name, added, total: delivered }];
  });
  rows.sort((a, b) =>
    b.added.bytes - a.added.bytes || b.total.bytes - a.total.bytes || (a.name < b.name ? -1 : 1)
  );
  const listed = rows.slice(0, ROOMS_PER_SECOND_MAX);
  const shown = listed.map(({ name, added, total }) => rowOf({ kind: "room", name }, added, total));
  if (before.delivered === undefined || now.delivered === undefined) return shown;
  const { inRooms, whispered } = now.delivered;
  const rest = listed.reduce(
    (rest, { added, total }) => ({
      added: less(rest.added, added),
      total: less(rest.total, total),
    }),
    { added: deliveredSince(before.delivered.inRooms, inRooms), total: inRooms },
  );
  if (rest.total.messages > 0) shown.push(rowOf({ kind: "others" }, rest.added, rest.total));
  if (whispered.messages > 0) {
    const added = deliveredSince(before.delivered.whispered, whispered);
    shown.push(rowOf({ kind: "whispers" }, added, whispered));
  }
  return shown;
}

function rowOf(
  what: Pick<RoomSecond, "kind" | "name">,
  added: Delivered,
  total: Delivered,
): Row {
  return {
    weight: added.bytes,
    shown: {
      ...what,
      origin: "server",
      messages: added.messages,
      delivered: added.copies,
      bytes: added.bytes,
      bytesTotal: total.bytes,
    },
  };
}

/** What was said in a room reaches all who are in it, and their number is known. Of a room that is not heard nothing is known. */
function estimated(rooms: readonly RoomFact[], { heard, hears, whole }: RoomsParts): Row[] {
  const weighed = rooms.map(({ name, users }) => {
    const { messages, chars } = heard.get(name) ??
      { messages: hears(name) ? 0 : undefined, chars: 0 };
    return { name, messages, weight: chars * users };
  });
  const weights = sumOf(weighed);
  const rows = weighed.map(({ name, messages, weight }): Row => ({
    weight,
    shown: {
      kind: "room",
      name,
      origin: "estimate",
      ...(messages === undefined ? {} : { messages }),
      ...(messages === undefined || whole.bytes === undefined
        ? {}
        : { bytes: partOf(whole.bytes, weight, weights) }),
    },
  }));
  rows.sort(({ shown: a }, { shown: b }) =>
    (b.bytes ?? 0) - (a.bytes ?? 0) || (b.messages ?? -1) - (a.messages ?? -1) ||
    ((a.name ?? "") < (b.name ?? "") ? -1 : 1)
  );
  const rest = rows.slice(ROOMS_PER_SECOND_MAX);
  const listed = rows.slice(0, ROOMS_PER_SECOND_MAX);
  if (rest.length === 0) return listed;
  const known = rest.filter(({ shown }) => shown.messages !== undefined);
  const others: RoomSecond = {
    kind: "others",
    origin: "estimate",
    ...(known.length === 0 ? {} : {
      messages: known.reduce((sum, { shown }) => sum + (shown.messages ?? 0), 0),
      ...(whole.bytes === undefined
        ? {}
        : { bytes: known.reduce((sum, { shown }) => sum + (shown.bytes ?? 0), 0) }),
    }),
  };
  return [...listed, { weight: sumOf(rest), shown: others }];
}

/** Shares the calls out. */
function withCalls(rows: readonly Row[], { calls }: Whole): RoomSecond[] {
  if (calls === undefined) return rows.map(({ shown }) => shown);
  const weights = sumOf(rows);
  return rows.map(({ shown, weight }) => ({ ...shown, calls: partOf(calls, weight, weights) }));
}

function sumOf(rows: readonly { readonly weight: number }[]): number {
  return rows.reduce((sum, { weight }) => sum + weight, 0);
}

/** Rounded so that the parts never make more than the whole. */
function partOf(amount: number, weight: number, weights: number): number {
  return weights === 0 ? 0 : Math.floor(amount * weight / weights);
}

/** Never less than nothing: a listed room may have begun anew when the server's sum did not. */
function less(one: Delivered, other: Delivered): Delivered {
  return {
    messages: Math.max(0, one.messages - other.messages),
    copies: Math.max(0, one.copies - other.copies),
    bytes: Math.max(0, one.bytes - other.bytes),
  };
}
