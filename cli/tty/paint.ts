/**
 * Two screens → the bytes that turn the first into the second. Pure.
 *
 * Only rows that differ are written. Each is cleared before it is written, not after: on a row that
 * is full to its last column the cursor stays on that column, and clearing from there would eat it.
 * The whole frame stands between the marks of synchronized output, so that a terminal that knows
 * them shows it at once and the others lose nothing.
 *
 * A terminal may think otherwise about the width of some emoji. Since automatic wrapping is off
 * and each row begins at a named place, such a difference never leaves its row.
 *
 * @module
 */

import type { Size } from "./model.ts";
import type { Screen } from "./screen.ts";
import { ansi, type Palette } from "./style.ts";

/** What the terminal shows. */
export interface Painted {
  readonly size: Size;
  /** The rows as they were written. */
  readonly rows: readonly string[];
  readonly cursor: Screen["cursor"];
}

/** A frame for the terminal. */
export interface Frame {
  /** Empty when there is nothing to change. */
  readonly bytes: string;
  readonly painted: Painted;
}

const BEGIN = "\x1b[?2026h\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const END = "\x1b[?2026l";

/**
 * Paints a screen.
 *
 * @param before What is on the terminal; `undefined` when that is not known.
 */
export function paint(
  before: Painted | undefined,
  screen: Screen,
  { size, palette }: { readonly size: Size; readonly palette: Palette },
): Frame {
  const known = before !== undefined && sameSize(before.size, size) ? before : undefined;
  const rows = screen.rows.map((row) => ansi(row, palette));
  const painted = { size, rows, cursor: screen.cursor };
  let changes = known === undefined ? "\x1b[2J" : "";
  for (const [index, row] of rows.entries()) {
    if (known?.rows[index] !== row) changes += `\x1b[${index + 1};1H\x1b[2K${row}`;
  }
  const { row, column, hidden = false } = screen.cursor;
  const moved = known?.cursor.row !== row || known.cursor.column !== column;
  if (changes === "" && !moved) return { bytes: "", painted };
  const place = `\x1b[${row + 1};${column + 1}H${hidden ? "" : SHOW_CURSOR}`;
  return { bytes: `${BEGIN}${changes}${place}${END}`, painted };
}

function sameSize(left: Size, right: Size): boolean {
  return left.columns === right.columns && left.rows === right.rows;
}
