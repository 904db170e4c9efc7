/**
 * What people say, in a view of lines in which other lines begin with a mark: `[Server]`, `[Private from Anna]`.
 *
 * Every line of a message begins with its sender's name. But a terminal breaks long lines where it likes, and what
 * comes first on its next row can be made to look like a line of the server. So people's words have no marks: what
 * looks like one is shown in round brackets. Pure.
 *
 * @module
 */

import { lookAlike } from "./names/mod.ts";

const BRACKETED = /[[［]([^[\]［］\n]{6,64})[\]］]/g;
/** Words that a mark begins with, and how long what looks like one may be, in UTF-16 units. */
const WORDS = ["Server", "Private"];
const WORD_CHARS_MAX = 16;

/** `text` without marks. */
export function withoutMarks(text: string): string {
  if (!text.includes("[") && !text.includes("［")) return text;
  return text.replace(BRACKETED, (whole, inner: string) => isMark(inner) ? `(${inner})` : whole);
}

function isMark(inner: string): boolean {
  const [word = ""] = inner.trim().split(/\s/, 1);
  if (word.length < 6 || word.length > WORD_CHARS_MAX) return false;
  return WORDS.some((mark) => lookAlike(word.normalize("NFKC"), mark));
}
