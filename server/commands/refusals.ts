/**
 * Refusals that several commands give, each in one sentence with the name concerned.
 *
 * @module
 */

import { cleanLine } from "../text/clean.ts";
import type { Effect } from "./types.ts";

/** What a sentence shows of a name, in UTF-16 units. */
const QUOTED_UNITS_MAX = 40;

/** A name as it may stand in a sentence: shortened, and harmless for a terminal. */
export function quoted(name: string): string {
  const clean = cleanLine(name.slice(0, QUOTED_UNITS_MAX * 4));
  return clean.length <= QUOTED_UNITS_MAX ? clean : clean.slice(0, QUOTED_UNITS_MAX) + "…";
}

/** The asker is not in that room. */
export function notInRoom(
  room: string,
): Extract<Effect, { do: "refuse" }> & { readonly msg: string } {
  return { do: "refuse", code: "not_in_room", msg: `You are not in the room '${quoted(room)}'.` };
}

/** There is no such user. */
export function noSuchUser(name: string): Effect {
  return { do: "refuse", code: "not_found", msg: noUserSentence(name) };
}

/** That there is no such user, as a sentence. */
export function noUserSentence(name: string): string {
  return `User '${quoted(name)}' not found.`;
}

/** The name is another session's now than the one that is meant. */
export function somebodyElse(name: string): Effect {
  const msg = `'${quoted(name)}' has left; who has that name now may be somebody else.`;
  return { do: "refuse", code: "not_found", msg };
}

/** There is no such room. */
export function noSuchRoom(name: string): Extract<Effect, { do: "refuse" }> {
  return { do: "refuse", code: "not_found", msg: `Room '${quoted(name)}' not found.` };
}

/** The asker is a guest. */
export function noAccount(): Effect {
  const msg = "You are a guest and have no account. Register makes your name one.";
  return { do: "refuse", code: "forbidden", msg };
}
