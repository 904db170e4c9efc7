/**
 * What an account that is away hears of what was done to it, when it comes in: as much as it may know by then. Pure.
 *
 * @module
 */

import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { Room } from "../rooms/room.ts";
import { type Deed, toldOf } from "./deeds.ts";
import type { DeedNews } from "./news.ts";
import { isAtLeast, rankOf } from "./standing.ts";

/** What somebody who is away is to hear of a deed. */
export function newsOf(
  deed: Exclude<Deed, { act: "set" }>,
  room: Room | undefined,
): Omit<DeedNews, "by" | "at"> {
  const { user: _, ...told } = toldOf(deed);
  if (room === undefined) return told;
  return { ...told, room: room.name, ...(room.order.hides ? { wasInvited: true } : {}) };
}

/** Whether somebody is told of it still: what was given may have been taken again, and the room be for others by now. */
export function stillHolds(
  hall: Hall,
  member: Member,
  { act, room, wasInvited }: DeedNews,
): boolean {
  const order = room === undefined ? undefined : hall.order(room);
  if (order === undefined) return room === undefined;
  const rank = rankOf(order, member);
  switch (act) {
    case "invite":
      return rank !== "nobody" || !order.hides;
    case "promote":
      return isAtLeast(rank, "moderator");
    case "owner":
      return isAtLeast(rank, "owner");
    default:
      return wasInvited === true || rank !== "nobody" || !order.hides;
  }
}
