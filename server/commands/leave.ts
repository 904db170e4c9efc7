/**
 * `Leave`: leaves a room. Somebody who left every room still hears whispers.
 *
 * @module
 */

import { foldText, type Leave } from "../wire/mod.ts";
import { notInRoom } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Leaves a room. */
export function leave(asker: UserView, _hall: HallView, { room }: Leave): readonly Effect[] {
  const key = foldText(room);
  return [asker.isIn(key) ? { do: "exit", room: key } : notInRoom(room)];
}
