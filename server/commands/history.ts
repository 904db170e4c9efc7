/**
 * `History`: older messages of a room that the asker is in, or of its session's whispers with one user.
 *
 * @module
 */

import { pairStream } from "../store/streams.ts";
import { foldText, type History, HISTORY_LIMIT_DEFAULT } from "../wire/mod.ts";
import { notInRoom } from "./refusals.ts";
import type { Effect, HallView, UserView, Wanted } from "./types.ts";

/** Answers with a page. */
export function history(asker: UserView, hall: HallView, message: History): readonly Effect[] {
  const { room, with: other, before, after, limit = HISTORY_LIMIT_DEFAULT } = message;
  if (room !== undefined && other !== undefined) return [refuse("'room' and 'with'")];
  if (before !== undefined && after !== undefined) return [refuse("'before' and 'after'")];
  const wanted: Wanted = {
    limit,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
  if (other !== undefined) {
    const stream = pairStream(asker.key, foldText(other));
    const user = hall.user(other);
    const place = { with: user?.name ?? other, here: user !== undefined };
    return [{ do: "read", stream, place, wanted }];
  }
  const key = room === undefined ? asker.here : foldText(room);
  const known = hall.room(key);
  if (known === undefined || !asker.isIn(key)) return [notInRoom(room ?? key)];
  return [{ do: "read", stream: known.stream, place: { room: known.name }, wanted }];
}

function refuse(both: string): Effect {
  return {
    do: "refuse",
    code: "invalid",
    msg: `A history takes one of ${both}, not both.`,
  };
}
