/**
 * Whether a message comes too early: for its user, by the kind of what it asks for; for all who are at its address; or for
 * how much of the loop it takes to tell its room, while that is short.
 *
 * @module
 */

import { costOf } from "../commands/table.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { Room } from "../rooms/room.ts";
import type { Throttles } from "../admission/throttle.ts";
import type { Wakeups } from "../rooms/wakeups.ts";
import { type ClientMessage, foldText } from "../wire/mod.ts";

/** How fast each user may talk and ask. */
export interface Rates {
  readonly messages: Throttles;
  readonly requests: Throttles;
  readonly inspections: Throttles;
}

/** What a message is judged by. */
export interface Pace {
  readonly rates: Rates;
  readonly wakeups: Pick<Wakeups, "price">;
  readonly world: { readonly hall: Pick<Hall, "room"> };
}

/** Milliseconds that this message comes too early, for its user, its address or its room; 0 when it is in time. */
export function msTooEarly(
  { rates, wakeups, world }: Pace,
  member: Member,
  message: ClientMessage,
): number {
  const cost = costOf(message);
  if (cost === undefined || cost === "nothing") return 0;
  const { address } = member;
  const ofItsKind = rates[`${cost}s` as const];
  const ofAddress = cost === "message" && !address.exempt;
  if (ofItsKind.open && !ofAddress) return 0;
  const now = performance.now();
  const throttle = ofItsKind.of(member.key, now);
  const verdict = throttle.take(now);
  if (verdict.kind === "wait") return verdict.ms;
  const room = roomMeant(world.hall, member, message);
  // Of a room that it is not in, nothing is remembered: such a word is refused anyway.
  let ms = ofAddress
    ? address.message(now, message.type === "Broadcast" ? room?.key : undefined)
    : 0;
  if (ms === 0 && room !== undefined && !ofItsKind.open) {
    const costMs = room.msToTell(bytesTold(message));
    ms = member.telling.take(now, costMs, wakeups.price);
    // Who is refused pays all the same, and is read no faster than who is heard: a refusal is work, too.
    if (ms > 0) member.account.spend({ workMs: costMs });
  }
  // The pause is the user's own, so that of what it has on its way nothing slips through between the refused.
  return ms > 0 ? throttle.refuse(now, ms).ms : 0;
}

/** What a word's frame has beside the word, about. */
const FRAME_BYTES_BESIDE = 150;

function bytesTold(message: ClientMessage): number {
  const { length } = message.type === "Broadcast" || message.type === "Edit"
    ? message.content
    : message.type === "FileOffer"
    ? message.filename
    : "";
  return length + FRAME_BYTES_BESIDE;
}

/** The room in which all are to be told something, if its speaker is in it. */
function roomMeant(
  hall: Pace["world"]["hall"],
  member: Member,
  message: ClientMessage,
): Room | undefined {
  switch (message.type) {
    case "Broadcast":
    case "Edit":
    case "Delete":
    case "React":
      break;
    case "FileOffer":
      if (message.room === undefined) return undefined;
      break;
    default:
      return undefined;
  }
  const key = message.room === undefined ? member.here : foldText(message.room);
  return member.isIn(key) ? hall.room(key) : undefined;
}
