/**
 * Whether a message comes too early: for its user, by the kind of what it asks for; for all who are at its address; or for
 * how much of the loop it takes to tell its room, while that is short.
 *
 * @module
 */

import { costOf } from "./commands/table.ts";
import type { Hall } from "./hall.ts";
import type { Member } from "./member.ts";
import type { Throttles } from "./throttle.ts";
import type { Wakeups } from "./wakeups.ts";
import { type ClientMessage, foldText } from "./wire/mod.ts";

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
  const key = roomMeant(member, message);
  let ms = ofAddress ? address.message(now, key) : 0;
  const room = key === undefined || ofItsKind.open ? undefined : world.hall.room(key);
  if (ms === 0 && room !== undefined && message.type === "Broadcast") {
    const costMs = room.msToTell(message.content.length + FRAME_BYTES_BESIDE);
    ms = member.telling.take(now, costMs, wakeups.price);
    // Who is refused pays all the same, and is read no faster than who is heard: a refusal is work, too.
    if (ms > 0) member.account.spend({ workMs: costMs });
  }
  // The pause is the user's own, so that of what it has on its way nothing slips through between the refused.
  return ms > 0 ? throttle.refuse(now, ms).ms : 0;
}

/** What a word's frame has beside the word, about. */
const FRAME_BYTES_BESIDE = 150;

function roomMeant(member: Member, message: ClientMessage): string | undefined {
  if (message.type !== "Broadcast") return undefined;
  return message.room === undefined ? member.here : foldText(message.room);
}
