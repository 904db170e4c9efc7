/**
 * Rooms of a store that was saved from a damaged one: which of them may have been closed to others, though nothing says so any more.
 *
 * ```text
 *   nothing is kept of how it was set      each room of this server has an owner at least: that is lost
 *   the record tells that it was closed    what is kept is older
 *   records of what was done are lost      it may have been one of them
 *   what was said last was for the invited the record of that, and what was kept of it, are lost together
 * ```
 *
 * Those are closed to all but operators, and to who owns or moderates them as far as that is known: rather nobody comes in than
 * somebody who may not.
 *
 * @module
 */

import type { Store } from "../../db/mod.ts";
import { saysClosed } from "../store/authors.ts";
import {
  AUDIT_STREAMS,
  auditStream,
  authorStream,
  ORDER_KEYS,
  ROOM_KEYS,
  ROOM_STREAMS,
} from "../store/streams.ts";
import { type FoldedName, LOBBY } from "../wire/mod.ts";
import { accessSetIn } from "./audit.ts";
import { type Order, SEALED } from "./order.ts";
import { encodeOrder, orderIn } from "./order_fact.ts";

/** Records that are read at once. */
const PAGE_RECORDS = 500;

/**
 * Closes them.
 *
 * @param lost Names of the streams of which something is lost.
 * @returns The rooms that are closed now and would not have been.
 */
export async function closeUncertain(
  store: Store,
  lost: ReadonlySet<string>,
): Promise<readonly string[]> {
  const closed: string[] = [];
  for (const room of roomsIn(store)) {
    const value = await store.get(ORDER_KEYS + room);
    const order = value && orderIn(value);
    if (order?.hides || !await isUncertain(store, room, order, lost)) continue;
    const next = order === undefined ? SEALED : order.with({ access: "invite" });
    await store.put(ORDER_KEYS + room, encodeOrder(next, -Infinity)).done;
    closed.push(room);
  }
  return closed.sort();
}

async function isUncertain(
  store: Store,
  room: FoldedName,
  order: Order | undefined,
  lost: ReadonlySet<string>,
): Promise<boolean> {
  if (order === undefined || lost.has(auditStream(room))) return true;
  const set = await lastAccessSet(store, room);
  return set?.access === "invite" || (await closedAt(store, room) ?? -Infinity) > (set?.at ?? 0);
}

/** When something was said in a room, of which it was written down that it was for the invited alone, if that was so at last. */
async function closedAt(store: Store, room: FoldedName): Promise<number | undefined> {
  const page = await store.read(authorStream(room), { limit: PAGE_RECORDS });
  const last = page.findLast(({ kind }) => kind === "message");
  return last?.kind === "message" && saysClosed(last.body) ? last.at : undefined;
}

/** The rooms that anything is known of. Everybody comes into the lobby: that is never closed. */
function roomsIn(store: Store): ReadonlySet<FoldedName> {
  const rooms = new Set<string>();
  for (const { name } of store.streams()) {
    const kind = [ROOM_STREAMS, AUDIT_STREAMS].find((kind) => name.startsWith(kind));
    if (kind !== undefined) rooms.add(name.slice(kind.length));
  }
  for (const key of store.keys(ROOM_KEYS)) rooms.add(key.slice(ROOM_KEYS.length));
  rooms.delete(LOBBY);
  // What was done on the whole server is on record in no room.
  rooms.delete("");
  return rooms as ReadonlySet<string> as ReadonlySet<FoldedName>;
}

/** Who may be in a room, by the newest record that tells it, and since when. */
async function lastAccessSet(
  store: Store,
  room: FoldedName,
): Promise<{ readonly access: string; readonly at: number } | undefined> {
  let before: number | undefined;
  for (;;) {
    const page = await store.read(auditStream(room), {
      limit: PAGE_RECORDS,
      ...(before === undefined ? {} : { before }),
    });
    for (const entry of page.toReversed()) {
      const access = entry.kind === "message" ? accessSetIn(entry.body) : undefined;
      if (access !== undefined && entry.kind === "message") return { access, at: entry.at };
    }
    before = page[0]?.seq;
    if (before === undefined) return undefined;
  }
}
