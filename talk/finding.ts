/**
 * Search: whether a text contains another, and where.
 *
 * Case does not matter, nor does any other difference that folding takes away. Folding may change how long a text is
 * (`ß` → `ss`, ligatures), so text that is not plain is folded grapheme by grapheme: then a place in the folded text leads
 * back to the graphemes that it came from.
 *
 * @module
 */

import { foldText } from "../server/wire/names/mod.ts";

const PLAIN = /^[\n\x20-\x7e]*$/;
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Text in the form in which it is compared. */
export function searchable(text: string): string {
  return PLAIN.test(text) ? foldText(text) : graphemes(text).map(foldText).join("");
}

/** The graphemes of a text: what its reader takes for characters. */
export function graphemes(text: string): string[] {
  if (PLAIN.test(text)) return text.split("");
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}

/**
 * Which graphemes of a text belong to what is looked for.
 *
 * @param query As `searchable` gives it, and not empty.
 * @returns Their indices.
 */
export function litIn(graphemes: readonly string[], query: string): ReadonlySet<number> {
  // For each character of the folded text, the grapheme that it came from.
  const owners: number[] = [];
  let whole = "";
  for (const [index, grapheme] of graphemes.entries()) {
    const folded = foldText(grapheme);
    whole += folded;
    for (let i = 0; i < folded.length; i++) owners.push(index);
  }
  const lit = new Set<number>();
  for (let at = whole.indexOf(query); at >= 0; at = whole.indexOf(query, at + query.length)) {
    for (const owner of owners.slice(at, at + query.length)) lit.add(owner);
  }
  return lit;
}

/** The next match above or below a position; behind the last one comes the first again. */
export function nextMatch(
  found: readonly number[],
  from: number,
  direction: "up" | "down",
): number | undefined {
  return direction === "up"
    ? found.findLast((position) => position < from) ?? found.at(-1)
    : found.find((position) => position > from) ?? found[0];
}
