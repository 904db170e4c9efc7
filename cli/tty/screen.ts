/**
 * The screen as a function of the model: rows of spans, and where the cursor is.
 *
 * ```text
 *   ┌────────────────────────────┐
 *   │ 12:03 anna hello           │  the conversation: what is left
 *   │ 12:04 ben  hi anna         │
 *   │ 1:lobby · 2 here    online │  the status line: one row
 *   │ > what is being typed      │  the input: a third of the screen at most
 *   └────────────────────────────┘
 * ```
 *
 * Invariants: exactly as many rows as the terminal has, none wider than it, the cursor inside; held
 * for every size, and made for 20 × 5 and more.
 *
 * @module
 */

import { content } from "./editor.ts";
import { clipped } from "./layout.ts";
import { type Aim, currentView, type Model } from "./model.ts";
import { aimHint } from "./on_aim.ts";
import { secretPrompt } from "./on_secret.ts";
import { safeText } from "./safe.ts";
import { type Area, visibleRows } from "./scroll.ts";
import { matches, type Search } from "./search.ts";
import { statusRow } from "./status.ts";
import type { Row } from "./style.ts";
import type { View } from "./view.ts";
import { columns, fit, fitEnd, graphemes, shorten } from "./width.ts";

/** What is to be seen. */
export interface Screen {
  readonly rows: readonly Row[];
  /** Where the cursor stands, counted from 0. */
  readonly cursor: {
    readonly row: number;
    readonly column: number;
    /** Where nothing is typed. */
    readonly hidden?: boolean;
  };
}

/** Before the first row of the input. */
const PROMPT = "> ";
/** In place of each letter of a password. */
const MASK = "•";
/** Before its further rows. */
const INDENT = "  ";

/** Draws a model. */
export function draw(model: Model): Screen {
  const { columns: width, rows: height } = model.size;
  const input = inputPart(model);
  const rest = Math.max(0, height - 1 - input.rows.length);
  const area = { columns: width, rows: rest, guests: model.accounts };
  const search = model.mode.kind === "search" ? model.mode : undefined;
  const conversation = visibleRows(currentView(model), area, search);
  const empty: Row[] = Array.from({ length: area.rows - conversation.length }, () => []);
  const rows = [...empty, ...conversation, statusRow(model, width), ...input.rows]
    .slice(-height).map((row) => clipped(row, width));
  return {
    rows,
    cursor: {
      row: Math.max(0, height - input.rows.length + input.cursor.row),
      column: Math.min(input.cursor.column, width - 1),
    },
  };
}

/** The rows and columns that are left for the conversation. */
export function conversationArea(model: Model): Area {
  const rows = model.size.rows - 1 - inputPart(model).rows.length;
  return { columns: model.size.columns, rows: Math.max(1, rows), guests: model.accounts };
}

function inputPart(model: Model): Screen {
  const { size, mode, edit } = model;
  switch (mode.kind) {
    case "edit":
      return model.aim === undefined ? editRows(model) : aimedRows(model, model.aim);
    case "paste": {
      const lines = mode.text.split("\n").length;
      const what = `Paste ${lines} lines${mode.cut ? ", cut short" : ""}?`;
      const full = `${what} Enter sends, e edits, Esc cancels`;
      // On a narrow screen the keys matter more than the words.
      const text = columns(full) <= size.columns ? full : `${lines} lines? ⏎/e/Esc`;
      return oneRow(text, size.columns);
    }
    case "recall": {
      const found = mode.back === undefined ? "" : edit.history.at(-mode.back) ?? "";
      const miss = mode.back === undefined && mode.query !== "" ? " (none)" : "";
      return oneRow(`sent '${mode.query}'${miss}: ${safeText(found)}`, size.columns);
    }
    case "secret": {
      const prompt = secretPrompt(model, mode);
      const dots = MASK.repeat(graphemes(mode.text).length);
      return oneRow(prompt + fitEnd(dots, size.columns - columns(prompt) - 1), size.columns);
    }
    case "search":
      return oneRow(searchPrompt(model, mode), size.columns);
    default:
      return mode satisfies never;
  }
}

/** The query last, so that the cursor stands where it is typed; of a long one its end. */
function searchPrompt(model: Model, search: Search): string {
  const label = `search${searchResult(currentView(model), search)}: `;
  return label + fitEnd(search.query, model.size.columns - columns(label) - 1);
}

function searchResult(view: View, { query, found }: Search): string {
  if (query === "") return "";
  if (found === undefined) return ", none";
  const all = matches(view, query);
  return ` ${all.findIndex((position) => position >= found) + 1}/${all.length}`;
}

function oneRow(text: string, width: number): Screen {
  const shortened = shorten(text, width);
  return {
    rows: [[{ text: shortened, role: "strong" }]],
    cursor: { row: 0, column: columns(shortened) },
  };
}

/** The text being typed below what it is for. */
function aimedRows(model: Model, aim: Aim): Screen {
  const { rows, cursor } = editRows(model);
  const hint: Row = [{ text: shorten(aimHint(aim), model.size.columns), role: "dim" }];
  return { rows: [hint, ...rows], cursor: { ...cursor, row: cursor.row + 1 } };
}

/** The text being typed, broken at the screen's edge; so many rows around the cursor as fit. */
function editRows({ edit, size }: Model): Screen {
  const width = Math.max(1, size.columns - PROMPT.length - 1);
  const rows: string[] = [""];
  let cursor = { row: 0, column: 0 };
  const step = (grapheme: string | undefined) => {
    const last = rows.length - 1;
    const row = rows[last] ?? "";
    if (grapheme === "\n") rows.push("");
    else if (grapheme !== undefined && columns(row + grapheme) > width && row !== "") {
      rows.push(fit(grapheme, width));
    } else if (grapheme !== undefined) rows[last] = row + fit(grapheme, width);
  };
  for (const [index, grapheme] of [...edit.text, undefined].entries()) {
    if (index === edit.at) cursor = here(rows, width);
    step(grapheme);
  }
  if (content(edit) === "") cursor = { row: 0, column: 0 };
  const max = Math.max(1, Math.floor(size.rows / 3));
  const top = Math.max(0, Math.min(cursor.row - Math.floor(max / 2), rows.length - max));
  const visible = rows.slice(top, top + max).map((text, index): Row => [
    { text: top + index === 0 ? PROMPT : INDENT, role: "strong" },
    { text, role: "text" },
  ]);
  const column = PROMPT.length + cursor.column;
  return { rows: visible, cursor: { row: cursor.row - top, column } };
}

/** Where the next grapheme will stand. */
function here(rows: readonly string[], width: number): { row: number; column: number } {
  return { row: rows.length - 1, column: Math.min(columns(rows.at(-1) ?? ""), width) };
}
