/**
 * `ListRooms`: which rooms there are and how many are in each, in code unit order and in pages.
 *
 * @module
 */

import { ROOMS_LISTED_MAX } from "../limits.ts";
import type { ListRooms, RoomList } from "../wire/mod.ts";
import { pageOf } from "./pages.ts";
import type { Effect, HallView, RoomView, UserView } from "./types.ts";

/** Lists rooms. */
export function listRooms(
  asker: UserView,
  hall: HallView,
  { after }: ListRooms,
): readonly Effect[] {
  const list = hall.roomsFor(asker);
  const nameOf = ({ name }: RoomView): string => name;
  const message = pageOf({ list, nameOf, after, max: ROOMS_LISTED_MAX, make: pageOfRooms });
  // A list that somebody has for himself is made for him alone.
  return [{
    do: "reply",
    message,
    ...(list === hall.roomsInOrder() ? { kept: true as const } : {}),
  }];
}

function pageOfRooms(part: readonly RoomView[], more: boolean): RoomList {
  const rooms = part.map(({ name, people, topic }) => ({
    name,
    users: people,
    ...(topic === undefined ? {} : { topic }),
  }));
  return { type: "RoomList", rooms, ...(more ? { more } : {}) };
}
