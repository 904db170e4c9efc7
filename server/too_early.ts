/**
 * Whether a message comes too early: for its user, by the kind of what it asks for, or for all who are at its address.
 *
 * @module
 */

import { costOf } from "./commands/table.ts";
import type { Member } from "./member.ts";
import type { Throttles } from "./throttle.ts";
import { type ClientMessage, foldText } from "./wire/mod.ts";

/** How fast each user may talk and ask. */
export interface Rates {
  readonly messages: Throttles;
  readonly requests: Throttles;
  readonly inspections: Throttles;
}

/** Milliseconds that this message comes too early, for its user or for its address; 0 when it is in time. */
export function msTooEarly(
  rates: Rates,
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
  const ms = ofAddress ? address.message(now, roomMeant(member, message)) : 0;
  // The pause is the user's own, so that of what it has on its way nothing slips through between the refused.
  return ms > 0 ? throttle.refuse(now, ms).ms : 0;
}

function roomMeant(member: Member, message: ClientMessage): string | undefined {
  if (message.type !== "Broadcast") return undefined;
  return message.room === undefined ? member.here : foldText(message.room);
}
