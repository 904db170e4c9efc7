/**
 * What people say, in a view of lines in which other lines begin with a mark: `[Server]`, `[Private from Anna]`.
 *
 * Every line of a message begins with its sender's name. But a terminal breaks long lines where it likes, and what
 * comes first on its next row can be made to look like a line of the server. Marks cannot be told by their words, since
 * there is always one more way to write `Server`, with signs or with nothing between its letters. So people's words have
 * no square brackets at all, of whatever kind and wherever they stand: they are shown round.
 *
 * ```text
 *   [Server] Ann has left.     (Server) Ann has left.
 *   【S e r v e r】             (S e r v e r)
 *   [x] milk, a[i] = [5]       [x] milk, a[i] = [5]      a pair around three characters or fewer is no mark
 * ```
 *
 * Round brackets, braces and the corner and angle brackets that Chinese and Japanese quote with stay: no mark begins
 * with one. Pure.
 *
 * @module
 */

/** What stays as it is: `()`, `{}`, the quoting brackets of East Asia, their wide and narrow forms, and low quotes. */
const NO_MARK = "\\(\\)\\{\\}（）｛｝｟｠〈〉《》「」『』｢｣〝〞〟‚„⹂";
/** Halves of brackets that Unicode counts among the symbols: built of pieces, corners, dental signs. */
const OPENING_PIECES = "⌜⌞⎛⎜⎝⎡⎢⎣⎧⎨⎩⎰⎾⎿";
const CLOSING_PIECES = "⌝⌟⎞⎟⎠⎤⎥⎦⎫⎬⎭⎱⏋⏌";
/** Visible characters that make no bracket in themselves. */
const INSIDE = "[\\p{L}\\p{N}\\x20-\\x5a\\x5e-\\x7e]";
/** A short pair, or else any bracket. */
const BRACKETS = new RegExp(
  `\\[${INSIDE}{0,3}\\]|(?<opening>[[\\p{Ps}${OPENING_PIECES}]--[${NO_MARK}]])` +
    `|(?<closing>[[\\p{Pe}${CLOSING_PIECES}]--[${NO_MARK}]])`,
  "gv",
);
/** Most text has none. */
const PLAIN = /^[^[\]\u0080-\uffff]*$/;

const SINGLE_QUOTES = /['\u0060\u00b4\u2018-\u201b\u2032\u2035\uff07]/u;
const DOUBLE_QUOTES = /["\u00ab\u00bb\u201c-\u201f\u2033\u2036\uff02]/gu;

/** A name of a file in quotation marks that it cannot end: what stands behind them is not the name's. */
export function inQuotes(name: string): string {
  return SINGLE_QUOTES.test(name) ? `"${name.replace(DOUBLE_QUOTES, "'")}"` : `'${name}'`;
}

/** `text` without anything that a mark could begin or end with. */
export function withoutMarks(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(
    BRACKETS,
    (found, opening, closing) => opening !== undefined ? "(" : closing !== undefined ? ")" : found,
  );
}
