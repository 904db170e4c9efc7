/**
 * `ListRooms`: which rooms there are and how many are in each, in code unit order.
 *
 * @module
 */

import type { Effect, HallView, UserView } from "./types.ts";

/** Lists rooms. */
export function listRooms(_asker: UserView, hall: HallView): readonly Effect[] {
  const rooms = [...hall.rooms()]
    .map(({ name, size, topic }) => ({
      name,
      users: size,
      ...(topic === undefined ? {} : { topic }),
    }))
    .sort((one, other) => one.name < other.name ? -1 : 1);
  return [{ do: "reply", message: { type: "RoomList", rooms } }];
}
