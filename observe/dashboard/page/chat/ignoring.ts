/**
 * Those whom the reader does not want to read: what they say from now on is hidden, until they are read again.
 *
 * @module
 */

import { foldText } from "../../../../server/wire/names/mod.ts";
import { ignored, me } from "../state.ts";
import { tell } from "./places.ts";

/** Hides what somebody says; without a name, tells who is hidden. */
export function ignore(name: string | undefined): void {
  if (name === undefined) {
    const names = [...ignored.values()].join(", ");
    return tell(names === "" ? "You ignore nobody." : `You ignore ${names}.`);
  }
  if (foldText(name) === foldText(me.value)) return tell("You cannot ignore yourself.", "error");
  ignored.set(foldText(name), name);
  tell(`What ${name} says from now on is hidden.`);
}

/** Shows it again. */
export function unignore(name: string): void {
  const known = ignored.delete(foldText(name));
  tell(known ? `You read ${name} again.` : `${name} was not ignored.`);
}
