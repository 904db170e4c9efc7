/**
 * A small hall for tests of commands: plain data that commands may look at.
 *
 * @module
 */

import type { HallView, RoomView, UserView } from "../../../server/commands/types.ts";
import { OPEN } from "../../../server/order/order.ts";
import {
  fold,
  type FoldedName,
  foldText,
  roomName,
  type UserName,
  userName,
} from "../../../server/wire/mod.ts";
import { assert } from "../../assert.ts";

/** A checked user's name. */
export function named(text: string): UserName {
  const checked = userName(text);
  assert(checked.kind === "name");
  return checked.name;
}

/** A user who is in some rooms; the first is the one meant when none is named. */
export function user(text: string, ...rooms: readonly string[]): UserView {
  const name = named(text);
  const keys = rooms.map(foldText);
  return {
    name,
    key: fold(name),
    operator: false,
    registered: false,
    tag: `tag of ${name}`,
    mark: `mark of ${name}`,
    origin: undefined,
    here: keys[0] ?? foldText("lobby"),
    lastSaid: () => undefined,
    lastWhisperedTo: undefined,
    isIn: (room: FoldedName): boolean => keys.includes(room),
  };
}

function room(text: string, users: readonly string[]): RoomView {
  const checked = roomName(text);
  assert(checked.kind === "name");
  const key = fold(checked.name);
  return {
    name: checked.name,
    key,
    stream: `room/${key}`,
    people: users.length,
    topic: undefined,
    order: OPEN,
    usersInOrder: () => users.map(named).sort(),
  };
}

/** A hall with rooms, who is in them, and the heads of streams. */
export function hall(
  rooms: Readonly<Record<string, readonly string[]>>,
  heads: Readonly<Record<string, number>> = {},
): HallView {
  const views = Object.entries(rooms).map(([name, users]) => room(name, users));
  const users = [...new Set(Object.values(rooms).flat())].map((name) => user(name));
  const inOrder = views.toSorted((one, other) => one.name < other.name ? -1 : 1);
  return {
    registered: () => [],
    isIn: (user, room) =>
      views.some(({ key, usersInOrder }) =>
        key === room && usersInOrder().some((name) => fold(name) === user)
      ),
    user: (text) => users.find(({ key }) => key === foldText(text)),
    away: () => undefined,
    room: (text) => views.find(({ key }) => key === foldText(text)),
    roomLike: () => undefined,
    nameKept: (text) => views.find(({ key }) => key === foldText(text))?.name,
    usersInOrder: () => users.map(({ name }) => name).sort(),
    roomsInOrder: () => inOrder,
    roomsFor: () => inOrder,
    order: (text) => views.find(({ key }) => key === foldText(text))?.order,
    nowMs: 0,
    head: (stream) => heads[stream] ?? 0,
  };
}
