/**
 * `Report`: puts a message before the moderators of a room that the asker is in.
 *
 * @module
 */

import { fold, type Report } from "../wire/mod.ts";
import { placeFor, refuseWhy } from "./order.ts";
import { notInRoom } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Reports it. */
export function report(asker: UserView, hall: HallView, message: Report): readonly Effect[] {
  const { room, seq, why } = message;
  const place = placeFor(asker, hall, room, "see");
  if ("do" in place) return [place];
  if (!asker.isIn(fold(place.name))) return [notInRoom(place.name)];
  const refused = refuseWhy(why);
  if (refused !== undefined) return [refused];
  return [{
    do: "report",
    room: fold(place.name),
    ...(seq === undefined ? {} : { seq }),
    ...(why === undefined || why.trim() === "" ? {} : { why: why.trim() }),
  }];
}
