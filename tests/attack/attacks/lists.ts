/**
 * Answers that are much longer than their questions: read, and never read.
 *
 * @module
 */

import type { Attack, Peer } from "../attack.ts";
import { frame, joined, lazy, login, MIB, times } from "../bytes.ts";

/** As many as a user may be in, and as may be entered at once. */
const ROOMS_EACH = 200;

/** Fills rooms with nothing but names. */
function enterRooms({ name }: Peer): Uint8Array {
  return times(ROOMS_EACH, (i) => frame({ type: "Join", room: `${name}.${i}` }));
}

/** Says as much as may be said at once, in a room of its own. */
function sayMuch({ name }: Peer): Uint8Array {
  const content = "h".repeat(8_000);
  const room = `${name}.own`;
  const words = times(40, (i) => frame({ type: "Broadcast", room, content, id: `${i}` }));
  return joined([frame({ type: "Join", room }), words]);
}

const listRooms = lazy(() => times(500, () => frame({ type: "ListRooms", id: "r" })));
const listUsers = lazy(() => times(500, () => frame({ type: "ListUsers", id: "u" })));

/** All lists of all rooms, again and again. */
const roomLists: Attack = {
  name: "room-lists",
  root: "a list is made and encoded anew for everybody who asks",
  bound: { connections: 51, connectsPerSecond: 200, bytesPerSecond: 16 * MIB },
  *peer(me) {
    yield login(me.name);
    yield enterRooms(me);
    for (;;) yield listRooms();
  },
};

/** The same, and nobody reads the answers. */
const roomListsUnread: Attack = {
  ...roomLists,
  name: "room-lists-unread",
  root: "what nobody reads is held in memory",
  reads: "nothing",
};

/** Who is there, asked by five hundred of whom most say nothing. */
const userLists: Attack = {
  name: "user-lists",
  root: "a list is sorted anew for everybody who asks",
  bound: { connections: 500, connectsPerSecond: 1_000, bytesPerSecond: 8 * MIB },
  async *peer(me) {
    yield login(me.name);
    if (me.index < 16) { for (;;) yield listUsers(); }
    await me.rest(Infinity);
  },
};

/** Pages of history of 320 kB, unread. */
const historyUnread: Attack = {
  name: "history-unread",
  root: "what nobody reads is held in memory",
  bound: { connections: 200, connectsPerSecond: 400, bytesPerSecond: 32 * MIB },
  reads: "nothing",
  async *peer(me) {
    const room = `${me.name}.own`;
    yield login(me.name);
    yield sayMuch(me);
    for (;;) {
      yield times(20, () => frame({ type: "History", room, limit: 500, id: "h" }));
      await me.rest(100);
    }
  },
};

/** The same pages, read. */
const histories: Attack = {
  ...historyUnread,
  name: "histories",
  root: "an answer costs by its own size, not by its question's",
  bound: { connections: 16, connectsPerSecond: 50, bytesPerSecond: 8 * MIB },
  reads: "thrown away",
};

/** All of these. */
export const listAttacks: readonly Attack[] = [
  roomLists,
  roomListsUnread,
  userLists,
  historyUnread,
  histories,
];
