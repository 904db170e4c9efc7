/**
 * Columns: how wide text is on a terminal, and how to cut and wrap it so that it fits.
 *
 * The unit is the grapheme, what a reader calls one character: a letter with its marks, or a family
 * of emoji held together by joiners. No grapheme is ever cut. Latin text, most of all, is counted
 * without looking at a table: each of its characters is a grapheme and one column wide.
 *
 * All text here is already safe (`safe.ts`): no controls, hence no escape sequences and no tabs.
 *
 * @module
 */

import stringWidth from "string-width";

/** ASCII and Latin-1 without controls, and without the soft hyphen, which has no width. */
const LATIN = /^[\x20-\x7e\xa0-\xac\xae-\xff]*$/;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What stands where text was cut. */
const ELLIPSIS = "…";

/** The graphemes of a text. */
export function graphemes(text: string): string[] {
  if (LATIN.test(text)) return text.split("");
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The columns that a text takes. */
export function columns(text: string): number {
  return LATIN.test(text) ? text.length : stringWidth(text);
}

/** The longest beginning of `text` that fits into `width` columns. */
export function fit(text: string, width: number): string {
  if (columns(text) <= width) return text;
  if (LATIN.test(text)) return text.slice(0, Math.max(0, width));
  let fitting = "";
  for (const grapheme of graphemes(text)) {
    // The sum of the parts may differ from the whole, so the whole is what is measured.
    if (columns(fitting + grapheme) > width) break;
    fitting += grapheme;
  }
  return fitting;
}

/** The longest end of `text` that fits into `width` columns. */
export function fitEnd(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = graphemes(text).slice(-Math.max(1, width));
  while (kept.length > 0 && columns(kept.join("")) > width) kept = kept.slice(1);
  return kept.join("");
}

/** `text` if it fits into `width` columns, otherwise its beginning and `…`. */
export function shorten(text: string, width: number): string {
  if (columns(text) <= width) return text;
  return width < 1 ? "" : fit(text, width - 1) + ELLIPSIS;
}

/** `text` with spaces behind it so that it takes `width` columns; not cut when it is longer. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}

/** How much room a wrapped text has. */
export interface WrapWidths {
  /** Columns of the first row, where something may stand before the text. */
  readonly first: number;
  /** Columns of all further rows. */
  readonly rest: number;
}

/**
 * Breaks one line into rows: at spaces where it can, inside a word where the word alone is too
 * wide. The space at a break is dropped, all others stay. A grapheme wider than a row stands as
 * `…`.
 */
export function wrap(line: string, widths: WrapWidths): string[] {
  if (columns(line) <= widths.first) return [line];
  const rows: string[] = [];
  let row = "";
  let room = widths.first;
  const breakRow = () => {
    rows.push(row);
    row = "";
    room = widths.rest;
  };
  for (const word of line.match(/\s+|[^\s]+/gu) ?? []) {
    if (columns(row + word) <= room) {
      row += word;
      continue;
    }
    if (word.trim() === "") {
      breakRow();
      continue;
    }
    // A narrow first row may stay empty: better than a word in two that fits below.
    if ((row !== "" || room < widths.rest) && columns(word) <= widths.rest) breakRow();
    for (const grapheme of columns(row + word) <= room ? [word] : graphemes(word)) {
      if (columns(row + grapheme) > room && row !== "") breakRow();
      row += columns(grapheme) > room ? fit(ELLIPSIS, room) : grapheme;
    }
  }
  if (row !== "" || rows.length === 0) rows.push(row);
  return rows.map((text) => text.trimEnd());
}
