/**
 * `Read`: how far the asker's account has read a room that it is in, or what somebody and it whispered.
 *
 * @module
 */

import { pairStream } from "../store/streams.ts";
import { foldText, type Read } from "../wire/mod.ts";
import { noAccount, notInRoom } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Moves the account's position; never back, and never beyond what is there. */
export function read(asker: UserView, hall: HallView, message: Read): readonly Effect[] {
  const { room, with: other, seq } = message;
  if ((room === undefined) === (other === undefined)) {
    return [{ do: "refuse", code: "invalid", msg: "A position has one of 'room' and 'with'." }];
  }
  if (other !== undefined) {
    if (!asker.registered) return [noAccount()];
    const key = foldText(other);
    const head = hall.head(pairStream(asker.key, key));
    return [{ do: "move", place: { with: key, name: other }, seq: Math.min(seq, head) }];
  }
  const key = foldText(room ?? "");
  const known = hall.room(key);
  if (known === undefined || !asker.isIn(key)) return [notInRoom(room ?? "")];
  if (!asker.registered) return [noAccount()];
  const { name } = known;
  return [{ do: "move", place: { room: key, name }, seq: Math.min(seq, hall.head(known.stream)) }];
}
