/**
 * What people say as lines for a view that does not know how wide it is: a terminal breaks them where it likes.
 *
 * Every line begins with its sender's name. But of a long line the terminal makes several rows, and who knows its width can
 * have one of them begin like a line of somebody else:
 *
 * ```text
 *   Mal: xxxxxxxxxxxxxxxxxxxxxxxxxx        Mal: xxxxxxxxxxxxxxxxxxxxxxxxxx
 *   Bob: I will pay for all of you         Mal: Bob: I will pay for all of you
 * ```
 *
 * What makes such a row look so is a colon behind a word. So no such colon stands further right than any terminal is wide:
 * before its word, or before itself where the word is too long, another line begins, with the sender's name. The words
 * stay as they are. Pure.
 *
 * @module
 */

/** Columns of the narrowest terminal: half of the usual eighty. */
const COLUMNS_MIN = 40;
/** Colons, and what looks like one, unless something follows at once as in `12:30` and `https://`. */
const COLON =
  /[:\u02d0\u02f8\u0589\u05c3\u0703\u0704\u16ec\u1803\u205a\u2236\ua4fd\ua789\ufe30\uff1a]+(?![!-~])/gu;
const SPACE = /\s/u;

/** Lines, each beginning with `start`, that look like nobody else's in whichever way they are broken. */
export function rowsOf(start: string, words: string): string[] {
  return words.split("\n").flatMap((line) => rowsOfLine(start, line));
}

function rowsOfLine(start: string, line: string): string[] {
  const free = COLUMNS_MIN - columnsAtMost(start);
  const rows: string[] = [];
  let from = 0;
  for (const { index } of line.matchAll(COLON)) {
    if (fits(line.slice(from, index + 1), free)) continue;
    const at = wordBefore(line, from, index, free);
    const to = at > from && fits(line.slice(at, index + 1), free) ? at : index;
    if (to === from) continue;
    rows.push(start + line.slice(from, to));
    from = to;
  }
  rows.push(start + line.slice(from));
  return rows;
}

/** Where the word begins that ends at `end`; not further back than `lengthMax`, since a longer one is too long anyway. */
function wordBefore(line: string, from: number, end: number, lengthMax: number): number {
  let at = end;
  while (at > from && end - at <= lengthMax && !SPACE.test(line[at - 1] ?? "")) at--;
  return at;
}

function fits(text: string, columns: number): boolean {
  // Each unit takes a column or is half of what takes two; shorter text than this need not be looked at.
  return text.length <= columns && columnsAtMost(text) <= columns;
}

/** Columns that a text takes in any terminal at most. */
function columnsAtMost(text: string): number {
  let columns = 0;
  for (const char of text) columns += char === "\t" ? 8 : char < "\x80" ? 1 : 2;
  return columns;
}
