/**
 * The names of streams: one per room, one per pair of users who whisper.
 *
 * @module
 */

import type { FoldedName } from "./wire/mod.ts";

/** The stream of a room. */
export function roomStream(room: FoldedName): string {
  return `room/${room}`;
}

/** The stream of what two users whisper: the same for both. */
export function pairStream(one: FoldedName, other: FoldedName): string {
  const [first, second] = one < other ? [one, other] : [other, one];
  return `pair/${first}/${second}`;
}
