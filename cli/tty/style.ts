/**
 * What a piece of the screen means, and how that looks.
 *
 * The screen is made of spans that carry a *role*, not a colour. Here roles become escape
 * sequences, in one of three ways: with colours, with none of them (`NO_COLOR` still allows bold
 * and underline), or with no sequence at all.
 *
 * @module
 */

import { foldText } from "../../server/wire/mod.ts";

/** The colours that names are told apart by; the background may be dark or light. */
const NAME_COLOURS = [32, 33, 34, 35, 36, 91, 92, 93, 94, 95, 96] as const;

/** What a span is. */
export type Role =
  | "text"
  /** Times, presence, what is not yet certain. */
  | "dim"
  | "strong"
  | "error"
  /** Text that names the reader. */
  | "mention"
  /** The mark above what is new. */
  | "mark"
  /** What is looked for: where it was found, and elsewhere. */
  | "found"
  | "match"
  /** The bars of a histogram. */
  | "graph"
  /** The status line. */
  | "bar"
  /** The place in the status line where one is. */
  | "barHere"
  /** What in the status line wants attention. */
  | "barAlert"
  /** The name of somebody, in a colour of its own. */
  | { readonly name: string };

/** A piece of a row. */
export interface Span {
  readonly text: string;
  readonly role: Role;
}

/** One row of the screen, from left to right. */
export type Row = readonly Span[];

/** How much may be styled. */
export type Palette = "colour" | "monochrome" | "none";

interface Look {
  readonly attributes: readonly number[];
  readonly colours: readonly number[];
}

const LOOKS: Readonly<Record<Exclude<Role, object>, Look>> = {
  text: { attributes: [], colours: [] },
  dim: { attributes: [2], colours: [] },
  strong: { attributes: [1], colours: [] },
  error: { attributes: [1], colours: [31] },
  mention: { attributes: [1], colours: [33] },
  mark: { attributes: [], colours: [31] },
  found: { attributes: [7, 1], colours: [] },
  match: { attributes: [4], colours: [] },
  graph: { attributes: [], colours: [36] },
  bar: { attributes: [7], colours: [] },
  barHere: { attributes: [7, 1], colours: [] },
  barAlert: { attributes: [7, 1], colours: [31] },
};

/** A row as bytes for the terminal, back in the usual style at its end. */
export function ansi(row: Row, palette: Palette): string {
  let line = "";
  for (const { text, role } of row) {
    const codes = sgr(role, palette);
    line += codes.length === 0 ? text : `\x1b[${codes.join(";")}m${text}\x1b[0m`;
  }
  return line;
}

/** The row's text alone. */
export function plain(row: Row): string {
  return row.map(({ text }) => text).join("");
}

function sgr(role: Role, palette: Palette): readonly number[] {
  if (palette === "none") return [];
  const look = typeof role === "object"
    ? { attributes: [1], colours: [nameColour(role.name)] }
    : LOOKS[role];
  return palette === "colour" ? [...look.attributes, ...look.colours] : look.attributes;
}

/** The same colour for the same name, today and tomorrow, on every terminal. */
function nameColour(name: string): number {
  let hash = 0;
  for (const char of foldText(name)) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return NAME_COLOURS[hash % NAME_COLOURS.length] ?? 36;
}
