/**
 * Lines that were meant for a room which their speaker was put out of while they were on their way.
 *
 * ```text
 *   in board   one│two│three│ … out, into the lobby │four│five│          six
 *              └── said there ──┘                    └─ not said, told so ┘ 2 s of silence ─► said in the lobby
 * ```
 *
 * A line names no room: it is said where its speaker is when it is taken, and who pastes a page is slowed down. So what was written for
 * a few who are invited would be said to everybody. Nothing of that is done, until its speaker has been silent for as long as it takes
 * to see where one is. A line that was begun before is not done either, however late its end comes: a pipe cuts lines where it likes.
 *
 * The same goes for what comes behind a `/join` that is refused.
 *
 * @module
 */

import { ASTRAY_MS } from "../limits.ts";
import type { Member } from "../rooms/member.ts";
import type { State } from "./session_state.ts";
import { type ClientMessage, type ClientType, foldText, type Join } from "../wire/mod.ts";

/** What is said to all in a room, or done there. */
const IN_A_ROOM: ReadonlySet<ClientType> = new Set([
  "Broadcast",
  "Edit",
  "Topic",
  "Room",
  "Invite",
  "Kick",
  "Mute",
  "Ban",
  "Unban",
  "Report",
]);

/** What whoever wrote such a line is told. */
export const NOT_SAID = {
  msg:
    "This was not said: it was on its way when you were put out. Wait a moment, and say it here.",
} as const;

/** The same of what came behind a `/join` that was refused. */
export const NOT_THERE = {
  msg: "This was not said: you are not in that room. Wait a moment, and say it here.",
} as const;

/** Somebody who is elsewhere than it may think. Pure: the clock is an argument. */
export class Astray {
  /** What it is told of a line that was meant for another room. */
  readonly why: { readonly msg: string };
  /** Since when nothing of what it said waits to be taken. */
  #restMs: number;
  #isOver = false;
  /** The next line was begun before that. */
  #isBegun = false;

  /** @param nowMs Since when it is, on a clock that only goes forward. */
  constructor(nowMs: number, why: { readonly msg: string } = NOT_SAID) {
    this.#restMs = nowMs;
    this.why = why;
  }

  /** All that has come of it was taken. */
  rests(nowMs: number): void {
    this.#restMs = nowMs;
  }

  /** More comes of it. @param isBegun Whether that is more of a line that has come in part. */
  hears(nowMs: number, isBegun = false): void {
    if (this.#isOver || nowMs - this.#restMs < ASTRAY_MS) return;
    this.#isOver = true;
    this.#isBegun = isBegun;
  }

  /** Whether a message is one that was meant for another room. */
  holds(message: ClientMessage): boolean {
    const isMeant = !this.#isOver || this.#isBegun;
    this.#isBegun = false;
    return isMeant && IN_A_ROOM.has(message.type) &&
      (!("room" in message) || message.room === undefined);
  }
}

/** More comes of somebody. */
export function hears(state: State): void {
  if (state.kind !== "member") return;
  const { codec, member: { astray } } = state;
  astray?.hears(performance.now(), codec.heldBytes > 0);
}

/** Somebody who speaks lines wanted to be in another room: what comes behind that is for there, also where it was not let in. */
export function strays(member: Member, { room }: Join): void {
  if (member.speech !== "text" || member.isIn(foldText(room))) return;
  member.astray = new Astray(performance.now(), NOT_THERE);
}

/** Somebody's lines have come, and are taken now or later: then it rests. */
export function rests(
  state: State,
  pending: Promise<void> | undefined,
): typeof pending {
  if (!("member" in state)) return pending;
  const rest = (): void => state.member.latest.astray?.rests(performance.now());
  return pending === undefined ? rest() as undefined : pending.then(rest);
}
