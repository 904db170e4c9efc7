/**
 * Which of those who get a message are followed: whoever cannot take it at once first, and of all others some.
 *
 * @module
 */

import type { Member } from "../rooms/member.ts";
import type { RoomLog } from "../rooms/room_log.ts";
import { LOOKED_AT_MAX, RECEIVERS_MAX } from "./limits.ts";

/** One who gets it, and the log that it is read from. */
export interface Hearer {
  readonly member: Pick<Member, "name" | "speech" | "outbox">;
  readonly log: RoomLog;
}

/** Chooses. @param size How many members the room has. @returns Those who are followed, and how many others there are. */
export function followed(
  all: Iterable<Hearer>,
  size: number,
): { readonly hearers: readonly Hearer[]; readonly left: number } {
  const slow: Hearer[] = [];
  const others: Hearer[] = [];
  let looked = 0;
  for (const hearer of all) {
    const { busy } = hearer.member.outbox;
    if (busy && slow.length < RECEIVERS_MAX) slow.push(hearer);
    else if (!busy && others.length < RECEIVERS_MAX) others.push(hearer);
    if (++looked === LOOKED_AT_MAX) break;
  }
  const hearers = [...slow, ...others].slice(0, RECEIVERS_MAX);
  const total = looked < LOOKED_AT_MAX ? looked : size;
  return { hearers, left: total - hearers.length };
}
