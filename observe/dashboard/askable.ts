/**
 * Which names pages are told of, and may ask about. Pure.
 *
 * @module
 */

import { NAME_ASKED_CHARS_MAX } from "./limits.ts";

/**
 * Whether a page may ask about that name. Of a server's names pages are told no others: a page that is told of a room asks
 * who is in it, and would be closed for the question. No name has what would have it read as another one.
 */
export function isAskable(name: string): boolean {
  return name.length > 0 && name.length <= NAME_ASKED_CHARS_MAX && !DECEITFUL.test(name);
}

const DECEITFUL = /[\p{Cc}\p{Bidi_Control}]/u;
