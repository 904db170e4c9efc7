/**
 * Tells those in a room that somebody types there, where the room wants it and to whom asks for it.
 *
 * ```text
 *   Typing ─► may he say a word there now? ─► too often, of him or in the room? ─► each who asked for it, and whose line is free
 *                 no: dropped                     yes: dropped                       all others: nothing
 * ```
 *
 * Nothing of it is kept, and nothing waits: a note that would stand behind something that a peer has not read yet is not told to it. What
 * the kernel has taken for a peer that sleeps is out of our hands: so a note says when it was made. It
 * stands in no log of the room, so those who did not ask for it, and a room that does not want it, pay nothing. What is told its sender
 * pays, as if he had spoken. The bounds are for a room: whoever types over a hundred connections takes that from those who type there, and
 * nothing else from anybody.
 *
 * @module
 */

import { TokenBucket } from "../../ground/mod.ts";
import { ANSWER_MS_PER_BYTE, DELIVERY_MS } from "../budget/mod.ts";
import {
  TYPING_BURST,
  TYPING_MEMBERS_MAX,
  TYPING_PER_SECOND,
  TYPING_ROOM_BURST,
  TYPING_ROOM_PER_SECOND,
} from "../limits.ts";
import type { Speech } from "../order/speech.ts";
import { errorMessage } from "../perform.ts";
import { encodeFrame, type ErrorMessage } from "../wire/mod.ts";
import type { Member } from "./member.ts";
import type { Room } from "./room.ts";

const OF_MEMBER = { perSecond: TYPING_PER_SECOND, burst: TYPING_BURST };
const OF_ROOM = { perSecond: TYPING_ROOM_PER_SECOND, burst: TYPING_ROOM_BURST };

/** What it needs. */
export interface TypingParts {
  readonly speech: Pick<Speech, "refuseTyping">;
  /** Milliseconds of a clock that nobody sets. */
  readonly steady: () => number;
  /** Milliseconds since 1970: what a note says of when it was made. */
  readonly clock: () => number;
}

/** Passes on who types. Whoever does not type is not in its tables. */
export class TypingNotes {
  readonly #parts: TypingParts;
  readonly #members = new WeakMap<Member, TokenBucket>();
  readonly #rooms = new WeakMap<Room, TokenBucket>();

  constructor(parts: TypingParts) {
    this.#parts = parts;
  }

  /** Tells that a member types in a room that it is in, and that wants to know it. @returns Why nobody is told. */
  tell(speaker: Member, room: Room): ErrorMessage | undefined {
    const { speech, steady, clock } = this.#parts;
    const refusal = speech.refuseTyping(speaker, room);
    if (refusal !== undefined) return refusal;
    if (room.size > TYPING_MEMBERS_MAX) {
      return errorMessage("busy", "There are too many in this room to be told who types.");
    }
    const nowMs = steady();
    const wait = taken(this.#members, speaker, OF_MEMBER, nowMs) ||
      taken(this.#rooms, room, OF_ROOM, nowMs);
    if (wait > 0) return { ...errorMessage("rate_limited"), wait };
    const frame = encodeFrame({
      type: "Typing",
      room: room.name,
      from: speaker.name,
      at: clock(),
    });
    let told = 0;
    for (const member of room.members()) {
      // His own other devices know who types.
      if (!member.hearsTyping || member.key === speaker.key || !member.outbox.isFree) continue;
      member.tellBytes(frame);
      told++;
    }
    speaker.account.spend({ workMs: told * (DELIVERY_MS + frame.length * ANSWER_MS_PER_BYTE) });
    return undefined;
  }
}

/** Takes one note from somebody's bucket. @returns Milliseconds until there is one; 0 when there was. */
function taken<K extends WeakKey>(
  buckets: WeakMap<K, TokenBucket>,
  of: K,
  rate: ConstructorParameters<typeof TokenBucket>[0],
  nowMs: number,
): number {
  const bucket = buckets.get(of) ?? new TokenBucket(rate, nowMs);
  buckets.set(of, bucket);
  return bucket.take(nowMs) ? 0 : Math.ceil(bucket.msUntil(nowMs));
}
