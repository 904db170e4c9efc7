/**
 * `Join`: enters a room, which is made if there is none of that name.
 *
 * @module
 */

import { type Join, roomName } from "../wire/mod.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Enters a room. One that is there is entered by its name, also if no new room may be called so. */
export function join(_asker: UserView, hall: HallView, { room }: Join): readonly Effect[] {
  const known = hall.room(room);
  if (known !== undefined) return [{ do: "enter", room: known.name }];
  const checked = roomName(room);
  if (checked.kind === "bad_name") {
    return [{ do: "refuse", code: "bad_name", msg: checked.reason }];
  }
  return [{ do: "enter", room: checked.name }];
}
