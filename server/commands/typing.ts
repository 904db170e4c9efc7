/**
 * `Typing`: the asker types something for a room that wants to know.
 *
 * @module
 */

import { foldText, type Typing } from "../wire/mod.ts";
import { notInRoom } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Tells the room, if it wants that. Without an `id` nobody waits for an answer: a note that is not told harms nobody. */
export function typing(
  asker: UserView,
  hall: HallView,
  { room, id }: Typing,
): readonly Effect[] {
  const key = room === undefined ? asker.here : foldText(room);
  if (!asker.isIn(key)) return id === undefined ? [] : [notInRoom(room ?? key)];
  if (hall.order(key)?.typing === true) return [{ do: "typing", room: key }];
  if (id === undefined) return [];
  return [{ do: "refuse", code: "forbidden", msg: "Nobody is told who types in this room." }];
}
