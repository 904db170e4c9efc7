/**
 * Where a session can stand, what all sessions of a server share, and what follows from both.
 *
 * @module
 */

import { costOf } from "./commands/table.ts";
import type { ServerEvent } from "./events.ts";
import type { Counters } from "./figures/counters.ts";
import type { Lane } from "./files/lane.ts";
import type { Limits } from "./limits.ts";
import type { Member } from "./member.ts";
import type { World } from "./perform.ts";
import type { Codec } from "./codec.ts";
import type { Throttles } from "./throttle.ts";
import type { Wakeups } from "./wakeups.ts";
import { type ClientMessage, foldText, type RoomName, type UserName } from "./wire/mod.ts";

/** What all sessions of a server share. */
export interface SessionParts {
  readonly world: World;
  readonly wakeups: Wakeups;
  readonly limits: Limits;
  /** How fast each user may talk and ask. */
  readonly throttles: {
    readonly messages: Throttles;
    readonly requests: Throttles;
    readonly inspections: Throttles;
  };
  readonly counters: Counters;
  /** Who knows it is an operator; without one, nobody is. */
  readonly operatorToken: string | undefined;
  readonly onEvent: (event: ServerEvent) => void;
}

/** Where a session stands. */
export type State =
  | { readonly kind: "greeting" }
  | { readonly kind: "login"; readonly codec: Codec }
  | { readonly kind: "member"; readonly codec: Codec; readonly member: Member }
  /** What comes in is a file, until its last byte. */
  | {
    readonly kind: "uploading";
    readonly codec: Codec;
    readonly member: Member;
    readonly lane: Lane;
  }
  /** What goes out is a file; what comes in are messages as ever. */
  | {
    readonly kind: "downloading";
    readonly codec: Codec;
    readonly member: Member;
    readonly lane: Lane;
  }
  /** Nobody's conversation: a connection for one file, one way. */
  | {
    readonly kind: "beside";
    readonly codec: Codec;
    readonly lane: Lane;
    /** Whose file it is. */
    readonly user: UserName;
  }
  | { readonly kind: "ended" };

/** Who is logged in, or whose file this is. */
export function userOf(state: State): UserName | undefined {
  if (state.kind === "beside") return state.user;
  return "member" in state ? state.member.name : undefined;
}

/** The rooms that the user is in. */
export function roomNamesOf(state: State): readonly RoomName[] {
  return "member" in state ? Array.from(state.member.places.values(), ({ room }) => room.name) : [];
}

/** Milliseconds that this message comes too early, for its user or for its address; 0 when it is in time. */
export function msTooEarly(
  throttles: SessionParts["throttles"],
  member: Member,
  message: ClientMessage,
): number {
  const cost = costOf(message);
  if (cost === undefined || cost === "nothing") return 0;
  const { address } = member;
  const ofItsKind = throttles[`${cost}s` as const];
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
