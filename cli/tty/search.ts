/**
 * Search in the lines of a view: which of them contain a text, and where it stands in their rows.
 *
 * Case does not matter, nor does any other difference that folding takes away. Text is folded
 * grapheme by grapheme: then the place of a match in the folded text leads back to the graphemes
 * that it came from, although folding may change their length, as in `ß` → `ss`.
 *
 * A match is found in the line and lit in the rows. Where the break between two rows goes through
 * it, no row has it, and the whole line is lit.
 *
 * @module
 */

import { foldText } from "../../server/wire/mod.ts";
import type { Line } from "./layout.ts";
import { items } from "./lines.ts";
import type { Role, Row, Span } from "./style.ts";
import type { View } from "./view.ts";
import { graphemes } from "./width.ts";

/** What is looked for in a view. */
export interface Search {
  /** As typed. */
  readonly query: string;
  /** Position of the line that was found. */
  readonly found: number | undefined;
}

/** The positions of the lines that contain what is looked for, oldest first. */
export function matches({ lines }: View, query: string): number[] {
  const folded = searchable(query);
  if (folded === "") return [];
  const found: number[] = [];
  let position = lines.first;
  for (const line of items(lines)) {
    if (contains(line, folded)) found.push(position);
    position++;
  }
  return found;
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

/** The rows of a line with its matches lit; the same rows when it has none. */
export function highlighted(
  { line, rows, query, role }: {
    readonly line: Line;
    readonly rows: readonly Row[];
    readonly query: string;
    readonly role: Role;
  },
): readonly Row[] {
  const folded = searchable(query);
  if (folded === "" || !contains(line, folded)) return rows;
  const lit = rows.map((row) => litRow(row, folded, role));
  if (lit.some((row, index) => row !== rows[index])) return lit;
  return rows.map((row) => row.map(({ text }) => ({ text, role })));
}

/** Lines are searched with the name of whoever says them, and without the time. */
function contains(line: Line, folded: string): boolean {
  const text = line.text.join(" ");
  const whole = line.kind === "message" ? `${line.from} ${text}` : text;
  return searchable(whole).includes(folded);
}

const ASCII = /^[\x20-\x7e]*$/;

/** Text in the form in which it is compared. */
function searchable(text: string): string {
  return ASCII.test(text) ? foldText(text) : graphemes(text).map(foldText).join("");
}

function litRow(row: Row, folded: string, role: Role): Row {
  const cells = row.flatMap(({ text, role }) => graphemes(text).map((text) => ({ text, role })));
  // For each character of the folded row, the cell that it came from.
  const owners: number[] = [];
  let whole = "";
  for (const [index, { text }] of cells.entries()) {
    const part = foldText(text);
    whole += part;
    for (let i = 0; i < part.length; i++) owners.push(index);
  }
  const lit = new Set<number>();
  for (let at = whole.indexOf(folded); at >= 0; at = whole.indexOf(folded, at + folded.length)) {
    for (const owner of owners.slice(at, at + folded.length)) lit.add(owner);
  }
  if (lit.size === 0) return row;
  return joined(cells.map((cell, index) => lit.has(index) ? { ...cell, role } : cell));
}

/** Neighbours of one role as one span. */
function joined(cells: readonly Span[]): Row {
  const spans: Span[] = [];
  for (const cell of cells) {
    const last = spans.at(-1);
    if (last === undefined || last.role !== cell.role) spans.push(cell);
    else spans[spans.length - 1] = { text: last.text + cell.text, role: last.role };
  }
  return spans;
}
