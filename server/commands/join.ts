/**
 * `Join`: enters a room, which is made if there is none of that name, nor one that looks like it.
 *
 * @module
 */

import { refuseAct } from "../order/standing.ts";
import { type Join, roomName } from "../wire/mod.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Enters a room. One that was made under a name that no new room could have is entered all the same. */
export function join(asker: UserView, hall: HallView, { room }: Join): readonly Effect[] {
  const order = hall.order(room);
  const refusal = order && refuseAct(order, room, asker, "see", hall.nowMs);
  if (refusal !== undefined) return [{ do: "refuse", ...refusal }];
  const checked = roomName(room);
  if (checked.kind === "name") {
    const { name } = checked;
    const like = hall.roomLike(name);
    if (like === undefined) return [{ do: "enter", room: name }];
    const msg = `The name '${name}' looks like that of the room '${like}'.`;
    return [{ do: "refuse", code: "bad_name", msg }];
  }
  const kept = hall.nameKept(room);
  if (kept !== undefined) return [{ do: "enter", room: kept }];
  return [{ do: "refuse", code: "bad_name", msg: checked.reason }];
}
