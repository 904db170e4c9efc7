/**
 * Whether somebody may be heard in a room now: by how it is set, by what is on its way to be set, and by how fast its people speak.
 *
 * What is on its way counts as far as it takes somebody's word away: that would be behind it on the disk, and so all would hear it after
 * they heard that he is muted or out. What it gives holds when it is durable. (Who is being put out of the whole server is not taken a
 * word from at all: `session/take.ts`.)
 *
 * @module
 */

import { errorMessage } from "../perform.ts";
import type { Member } from "../rooms/member.ts";
import type { Room } from "../rooms/room.ts";
import type { ErrorMessage } from "../wire/mod.ts";
import type { Order } from "./order.ts";
import { Spoken } from "./spoken.ts";
import { isAtLeast, rankOf, refuseAct } from "./standing.ts";

/** What it is judged by. */
export interface SpeechParts {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** How a room will be when what is on its way is durable; its order where nothing is. */
  readonly comingOf: (room: Room) => Order;
}

/** Judges who is heard. */
export class Speech {
  readonly #parts: SpeechParts;
  readonly #spoken = new WeakMap<Room, Spoken>();

  constructor(parts: SpeechParts) {
    this.#parts = parts;
  }

  /** Why somebody may not be heard in a room. @param act Whether it is with a word there, or with what the room is about. */
  refuse(
    speaker: Member,
    room: Room,
    act: "speak" | "topic" = "speak",
  ): ErrorMessage | undefined {
    const { order, name } = room;
    const { comingOf, clock } = this.#parts;
    const coming = comingOf(room);
    if (!order.restrains && coming === order) return undefined;
    const nowMs = clock();
    const refusal = refuseAct(order, name, speaker, act, nowMs) ??
      refuseAct(coming, name, speaker, act, nowMs);
    return refusal && errorMessage(refusal.code, refusal.msg);
  }

  /** Why somebody may not say something in a room now; if he may, he has spoken. @param act See `refuse`. */
  refuseWord(
    speaker: Member,
    room: Room,
    act: "speak" | "topic" = "speak",
  ): ErrorMessage | undefined {
    const refusal = this.refuse(speaker, room, act);
    if (refusal !== undefined || !isSlowFor(speaker, room)) return refusal;
    const spoken = this.#spoken.get(room) ?? new Spoken();
    this.#spoken.set(room, spoken);
    const wait = spoken.speak(speaker.mark, room.order.slow * 1_000, this.#parts.clock());
    return wait === 0 ? undefined : tooSoon(wait);
  }

  /** Why somebody could not say something in a room now. He has not spoken: what it is asked for is no word. */
  refuseTyping(speaker: Member, room: Room): ErrorMessage | undefined {
    const refusal = this.refuse(speaker, room);
    const spoken = this.#spoken.get(room);
    if (refusal !== undefined || spoken === undefined || !isSlowFor(speaker, room)) return refusal;
    const wait = spoken.waitOf(speaker.mark, room.order.slow * 1_000, this.#parts.clock());
    return wait === 0 ? undefined : tooSoon(wait);
  }
}

/** Whether somebody has to wait between two words in a room. */
function isSlowFor(speaker: Member, { order }: Room): boolean {
  return order.slow > 0 && !isAtLeast(rankOf(order, speaker), "moderator");
}

function tooSoon(wait: number): ErrorMessage {
  const msg = `This room is slow: wait ${Math.ceil(wait / 1_000)} s.`;
  return { ...errorMessage("rate_limited", msg), wait };
}
