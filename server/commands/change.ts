/**
 * `Edit` and `Delete`: other words, or none, for something that the asker said in a room that it is in.
 *
 * Whether it was the asker who said it is known only when the message has been read; see `may_change.ts`.
 *
 * @module
 */

import { refuseContent } from "./content.ts";
import { notInRoom } from "./refusals.ts";
import type { Revision } from "../store/revised.ts";
import type { Effect, HallView, UserView } from "./types.ts";
import { type Delete, type Edit, foldText } from "../wire/mod.ts";

/** Gives a message other words. */
export function edit(asker: UserView, hall: HallView, message: Edit): readonly Effect[] {
  const { content } = message;
  return [
    refuseContent({ content }) ?? change(asker, hall, message, { kind: "edit", content }),
  ];
}

/** Takes a message's words away. */
export function deleteMessage(
  asker: UserView,
  hall: HallView,
  message: Delete,
): readonly Effect[] {
  return [change(asker, hall, message, { kind: "delete" })];
}

function change(
  asker: UserView,
  hall: HallView,
  { room, seq }: Edit | Delete,
  revision: Revision,
): Effect {
  const key = room === undefined ? asker.here : foldText(room);
  const known = hall.room(key);
  if (known === undefined || !asker.isIn(key)) return notInRoom(room ?? key);
  const number = seq ?? asker.lastSaid(known.stream);
  if (number === undefined) {
    const msg = "You have said nothing here yet that could be changed.";
    return { do: "refuse", code: "not_found", msg };
  }
  return { do: "change", stream: known.stream, room: key, seq: number, revision };
}
