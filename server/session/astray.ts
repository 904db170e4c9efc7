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
 * to see where one is.
 *
 * @module
 */

import { ASTRAY_MS } from "../limits.ts";
import type { State } from "./session_state.ts";
import type { ClientMessage, ClientType } from "../wire/mod.ts";

/** What is said to all in a room, or done there. */
const IN_A_ROOM: ReadonlySet<ClientType> = new Set([
  "Broadcast",
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

/** Somebody who was put out. Pure: the clock is an argument. */
export class Astray {
  /** Since when nothing of what it said waits to be taken. */
  #restMs: number;
  #isOver = false;

  /** @param nowMs When it was put out, on a clock that only goes forward. */
  constructor(nowMs: number) {
    this.#restMs = nowMs;
  }

  /** All that has come of it was taken. */
  rests(nowMs: number): void {
    this.#restMs = nowMs;
  }

  /** More comes of it. */
  hears(nowMs: number): void {
    this.#isOver ||= nowMs - this.#restMs >= ASTRAY_MS;
  }

  /** Whether a message is one that was meant for another room. */
  holds(message: ClientMessage): boolean {
    return !this.#isOver && IN_A_ROOM.has(message.type) &&
      (!("room" in message) || message.room === undefined);
  }
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
