/**
 * The name of a file as a part of a sentence. Whoever offers a file chooses it, and it may be a sentence itself: one that
 * has more in it than a word is shown in quotation marks. Safe to print.
 *
 * @module
 */

import { inQuotes } from "../../server/wire/mod.ts";
import { safeText } from "../tty/safe.ts";

const WORD = /^[\p{L}\p{M}\p{N}_.+~@=-]+$/u;

/** The name as it may stand in a sentence. */
export function nameText(name: string): string {
  const text = safeText(name);
  return WORD.test(text) ? text : inQuotes(text);
}
