/**
 * `ListUsers`: who is in a room, or who is online at all, in code unit order and in pages; or which session has a name.
 *
 * @module
 */

import { USERS_LISTED_MAX } from "../limits.ts";
import { refuseAct } from "../order/standing.ts";
import type { ListUsers, RoomName, UserList, UserName } from "../wire/mod.ts";
import { pageOf } from "./pages.ts";
import { noSuchRoom, noSuchUser } from "./refusals.ts";
import type { Effect, HallView, RoomView, UserView } from "./types.ts";

/** Lists users. */
export function listUsers(
  asker: UserView,
  hall: HallView,
  { room: name, after, user: wanted }: ListUsers,
): readonly Effect[] {
  if (wanted !== undefined) {
    const user = hall.user(wanted);
    if (user === undefined) {
      const away = hall.away(wanted);
      if (away === undefined) return [noSuchUser(wanted)];
      const { name, tag } = away;
      const message: UserList = { type: "UserList", users: [], tag, accounts: [name] };
      return [{ do: "reply", message }];
    }
    const { name, tag, registered } = user;
    const accounts = registered ? { accounts: [name] } : {};
    return [{ do: "reply", message: { type: "UserList", users: [name], tag, ...accounts } }];
  }
  if (name === undefined) return [pageOfUsers(hall, hall.usersInOrder(), after)];
  const room = hall.room(name);
  if (room === undefined || !maySee(asker, hall, room)) return [noSuchRoom(name)];
  return [pageOfUsers(hall, room.usersInOrder(), after, room.name)];
}

/** Who is in a room is told to all who may know of it; who is banned knows, and may not come in. */
function maySee(asker: UserView, hall: HallView, { name, order }: RoomView): boolean {
  return !order.hides || refuseAct(order, name, asker, "see", hall.nowMs) === undefined;
}

function pageOfUsers(
  hall: HallView,
  list: readonly UserName[],
  after: string | undefined,
  room?: RoomName,
): Effect {
  const make = (users: readonly UserName[], more: boolean): UserList => {
    const accounts = hall.registered(users);
    return {
      type: "UserList",
      users: [...users],
      ...(room === undefined ? {} : { room }),
      ...(more ? { more } : {}),
      ...(accounts.length === 0 ? {} : { accounts: [...accounts] }),
    };
  };
  const message = pageOf({ list, nameOf: (user) => user, after, max: USERS_LISTED_MAX, make });
  return { do: "reply", message, kept: true };
}
