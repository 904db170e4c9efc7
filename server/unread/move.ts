/**
 * A device says how far its account has read: the others hear it, so that what is read on one is read on all.
 *
 * @module
 */

import type { Effect } from "../commands/types.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { Unread } from "./unread.ts";
import type { ReadMoved } from "../wire/mod.ts";

/** Moves it, and answers the message `id`. */
export function move(
  { hall, unread, clock }: {
    readonly hall: Hall;
    readonly unread: Unread;
    readonly clock: () => number;
  },
  member: Member,
  { place, seq: wanted }: Extract<Effect, { do: "move" }>,
  id: string | undefined,
): undefined {
  const { isNews, name, seq } = unread.move(member, place, wanted);
  if (id !== undefined) {
    const room = "room" in place ? name : "";
    member.tell({ type: "Ack", re: id, room, seq, at: clock() });
  }
  if (!isNews) return;
  const moved: ReadMoved = {
    type: "ReadMoved",
    ...("room" in place ? { room: name } : { with: name }),
    seq,
  };
  for (const device of hall.membersOf(member.key)) if (device !== member) device.tell(moved);
}
