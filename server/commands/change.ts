/**
 * `Edit` and `Delete`: other words, or none, for something that the asker said in a room that it is in, or whispered; and
 * `React`: a reaction to what anybody said in such a room.
 *
 * Whether it was the asker who said it is known only when the message has been read; see `may_change.ts`.
 *
 * @module
 */

import { refuseContent } from "./content.ts";
import { isReaction } from "./emoji.ts";
import { notInRoom } from "./refusals.ts";
import { refuseAct } from "../order/standing.ts";
import type { Revision } from "../store/revised.ts";
import { pairStream } from "../store/streams.ts";
import type { Effect, HallView, UserView } from "./types.ts";
import { type Delete, type Edit, foldText, type React } from "../wire/mod.ts";

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

/** Puts a reaction to a message, or takes it away. */
export function react(asker: UserView, hall: HallView, message: React): readonly Effect[] {
  const { room, seq, emoji, on } = message;
  if (!isReaction(emoji)) {
    const msg = "A reaction is one emoji, or a short word of letters and digits.";
    return [{ do: "refuse", code: "invalid", msg }];
  }
  const revision = { kind: "react", emoji, on } as const;
  const place = placeIn(asker, hall, room, revision);
  return ["do" in place ? place : { do: "change", ...place, seq, revision }];
}

function change(
  asker: UserView,
  hall: HallView,
  { room, with: other, seq }: Edit | Delete,
  revision: Revision,
): Effect {
  if (room !== undefined && other !== undefined) {
    const msg = "What is changed was said in a 'room' or whispered 'with' somebody, not both.";
    return { do: "refuse", code: "invalid", msg };
  }
  // Without a word about where, it is what was said last, also if that was a whisper.
  const whom = room === undefined && seq === undefined ? asker.lastWhisperedTo : undefined;
  const place = other === undefined && whom === undefined
    ? placeIn(asker, hall, room, revision)
    : placeWith(asker, hall, other ?? whom ?? "");
  if ("do" in place) return place;
  const number = seq ?? asker.lastSaid(place.stream);
  if (number === undefined) {
    const msg = "You have said nothing here yet that could be changed.";
    return { do: "refuse", code: "not_found", msg };
  }
  return { do: "change", ...place, seq: number, revision };
}

type Place = Pick<Extract<Effect, { do: "change" }>, "stream" | "place">;

function placeIn(
  asker: UserView,
  hall: HallView,
  room: string | undefined,
  revision: Revision,
): Place | Effect {
  const key = room === undefined ? asker.here : foldText(room);
  const known = hall.room(key);
  if (known === undefined || !asker.isIn(key)) return notInRoom(room ?? key);
  // Who may not speak there has no other words either and puts nothing to others', and may take his own back.
  const { order, name } = known;
  const speaks = revision.kind === "edit" || (revision.kind === "react" && revision.on);
  const refusal = speaks && refuseAct(order, name, asker, "speak", hall.nowMs);
  if (refusal) return { do: "refuse", ...refusal };
  return { stream: known.stream, place: { room: key } };
}

function placeWith(asker: UserView, hall: HallView, other: string): Place {
  const stream = pairStream(asker.key, foldText(other));
  return { stream, place: { with: hall.user(other)?.name ?? other } };
}
