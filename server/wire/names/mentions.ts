/**
 * Whether a text names somebody.
 *
 * @module
 */

import { foldText } from "./mod.ts";

/** Whether `text` names `name`: it stands in it as a word. */
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
