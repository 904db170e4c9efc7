/**
 * Search in the lines of a view: which of them contain a text, and where it stands in their rows.
 *
 * A match is found in the line and lit in the rows. Where the break between two rows goes through
 * it, no row has it, and the whole line is lit.
 *
 * @module
 */

import { litIn, searchable } from "../../talk/mod.ts";
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

function litRow(row: Row, folded: string, role: Role): Row {
  const cells = row.flatMap(({ text, role }) => graphemes(text).map((text) => ({ text, role })));
  const lit = litIn(cells.map(({ text }) => text), folded);
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
