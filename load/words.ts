/**
 * A server's own words, cut to what a sentence has room for. Pure.
 *
 * @module
 */

import { WORDS_MAX } from "./limits.ts";

/** The beginning of a text. */
export function inShort(text: string): string {
  return text.length <= WORDS_MAX ? text : `${text.slice(0, WORDS_MAX).toWellFormed()}…`;
}
