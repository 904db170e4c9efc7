/**
 * `Broadcast`: says something in a room that the asker is in.
 *
 * @module
 */

import { roomStream } from "../store/streams.ts";
import { refuseContent, refuseReply } from "./content.ts";
import { notInRoom } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";
import { type Broadcast, foldText } from "../wire/mod.ts";

/** Says it in the room named, or in the one the asker is in. */
export function broadcast(
  asker: UserView,
  hall: HallView,
  said: Broadcast,
): readonly Effect[] {
  const { room } = said;
  const key = room === undefined ? asker.here : foldText(room);
  if (!asker.isIn(key)) return [notInRoom(room ?? key)];
  const head = (): number => hall.head(roomStream(key));
  return [refuseContent(said) ?? refuseReply(said, head) ?? { do: "say", room: key, said }];
}
