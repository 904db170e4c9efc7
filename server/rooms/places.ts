/**
 * Whether somebody may be in one more room.
 *
 * @module
 */

import { ROOMS_PER_USER_MAX } from "../limits.ts";
import type { Member } from "./member.ts";

/** Why `member` gets no place in one more room; `undefined` when it does. @param promised Places that it will take. */
export function refusePlace({ places, address }: Member, promised: number): string | undefined {
  if (places.size + promised >= ROOMS_PER_USER_MAX) {
    return `You are in ${ROOMS_PER_USER_MAX} rooms already. Leave one first.`;
  }
  if (promised < address.placesLeft) return undefined;
  return "Those who come from your address or its network are in as many rooms as they may. Leave one first.";
}
