/**
 * Search in the lines of a view: which of them contain a text, and where it stands in them. Pure.
 *
 * @module
 */

import { graphemes, litIn, searchable } from "../../../../talk/mod.ts";
import { signed } from "./said.ts";
import type { Line, View } from "./view.ts";

/** A part of a text, and whether it is what was looked for. */
export interface Piece {
  readonly text: string;
  readonly lit: boolean;
}

/** Lines never change, and a search looks at all of them for each letter that is typed. */
const known = new WeakMap<Line, string>();

/** The positions of the lines that contain what is looked for, oldest first. */
export function matches({ lines, first }: View, query: string): number[] {
  const wanted = searchable(query);
  if (wanted === "") return [];
  const found: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (textOf(line).includes(wanted)) found.push(first + index);
  }
  return found;
}

/** A text in pieces: what is looked for, and what stands between. */
export function piecesOf(text: string, query: string): readonly Piece[] {
  const wanted = searchable(query);
  if (wanted === "" || !searchable(text).includes(wanted)) return [{ text, lit: false }];
  const parts = graphemes(text);
  const lit = litIn(parts, wanted);
  const pieces: { text: string; readonly lit: boolean }[] = [];
  for (const [index, part] of parts.entries()) {
    const last = pieces.at(-1);
    if (last?.lit === lit.has(index)) last.text += part;
    else pieces.push({ text: part, lit: lit.has(index) });
  }
  return pieces;
}

/** Lines are searched with the name of whoever says them, and without the time. */
function textOf(line: Line): string {
  const before = known.get(line);
  if (before !== undefined) return before;
  const text = searchable(wordsOf(line));
  known.set(line, text);
  return text;
}

function wordsOf(line: Line): string {
  if (line.kind === "said") return `${signed(line, false)} ${line.content}`;
  return line.kind === "file" ? line.from : line.text;
}
