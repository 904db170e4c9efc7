/**
 * Whether a text names somebody: as in the terminal client, the name must stand in it as a word.
 *
 * @module
 */

import { foldText } from "../../server/wire/mod.ts";

/** Whether `text` names `name`. */
export function mentions(text: string, name: string): boolean {
  const folded = foldText(text);
  const word = foldText(name);
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
    const before = folded.slice(Math.max(0, at - 2), at);
    const after = folded.slice(at + word.length, at + word.length + 2);
    if (!/[\p{L}\p{N}_]$/u.test(before) && !/^[\p{L}\p{N}_]/u.test(after)) return true;
  }
  return false;
}
