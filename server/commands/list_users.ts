/**
 * `ListUsers`: who is in a room, or who is online at all, in code unit order.
 *
 * @module
 */

import type { ListUsers } from "../wire/mod.ts";
import { noSuchRoom } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Lists users. */
export function listUsers(
  _asker: UserView,
  hall: HallView,
  { room: name }: ListUsers,
): readonly Effect[] {
  if (name === undefined) {
    return [{ do: "reply", message: { type: "UserList", users: [...hall.users()].sort() } }];
  }
  const room = hall.room(name);
  if (room === undefined) return [noSuchRoom(name)];
  const users = [...room.users()].sort();
  return [{ do: "reply", message: { type: "UserList", users, room: room.name } }];
}
