/**
 * One line of a conversation → rows of the screen.
 *
 * ```text
 *   12:03 anna  Shall we meet at the river, where the        wide: time, name, hanging indent
 *         old boat lies?
 *   anna Shall we meet                                       below 40 columns: no time
 *     at the river?
 * ```
 *
 * Every row after the first is indented, so that no text can look like the beginning of another
 * person's message.
 *
 * Lines never change, so the rows of each are kept beside it for as long as it lives. Only what is
 * looked at is laid out.
 *
 * @module
 */

import { userName } from "../../server/wire/mod.ts";
import { shownName } from "../../talk/mod.ts";
import { TIME_COLUMNS_MIN } from "./limits.ts";
import type { PresenceLine } from "./presence.ts";
import type { Role, Row, Span } from "./style.ts";
import { columns, fit, shorten, wrap } from "./width.ts";

/** Something that somebody said. */
export interface MessageLine {
  readonly kind: "message";
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly from: string;
  /** Safe text, line by line. */
  readonly text: readonly string[];
  /** Its place in the history. */
  readonly seq: number;
  readonly mine: boolean;
  /** Whether its name was not proved. */
  readonly guest?: boolean;
  /** Whether it names the reader. */
  readonly mention: boolean;
}

/** Something that the client or the server says. */
export interface NoticeLine {
  readonly kind: "notice";
  readonly at: number;
  readonly tone: "info" | "error";
  /** Safe text, line by line. */
  readonly text: readonly string[];
}

/** One of my messages that the server has not acknowledged. */
export interface PendingLine {
  readonly kind: "pending";
  readonly id: string;
  readonly at: number;
  readonly from: string;
  /** What is sent, as typed. */
  readonly content: string;
  /** The same as safe text, line by line. */
  readonly text: readonly string[];
  /** Why it was refused; `undefined` while it is on its way. */
  readonly refusal: string | undefined;
  /** Its place in the history, once it is stored and only its echo is missing. */
  readonly seq: number | undefined;
}

/** Anything that stands in a conversation. */
export type Line = MessageLine | NoticeLine | PresenceLine | PendingLine;

interface Kept {
  readonly width: number;
  readonly guests: boolean;
  readonly rows: readonly Row[];
}

const kept = new WeakMap<Line, Kept>();

/** The rows of a line on a screen of that many columns. @param guests Whether guests have their sign. */
export function layOut(line: Line, width: number, guests: boolean = false): readonly Row[] {
  const known = kept.get(line);
  if (known?.width === width && known.guests === guests) return known.rows;
  const rows = freshRows(line, width, guests);
  kept.set(line, { width, guests, rows });
  return rows;
}

/** Hours and minutes, here. */
export function timeOfDay(at: number): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

function freshRows(line: Line, width: number, guests: boolean): readonly Row[] {
  const wide = width >= TIME_COLUMNS_MIN;
  const time: Span[] = wide ? [{ text: `${timeOfDay(line.at)} `, role: "dim" }] : [];
  const indent = wide ? 6 : 2;
  switch (line.kind) {
    case "message": {
      const head = [...time, ...nameSpans(line.from, width, guests && line.guest)];
      return hanging(head, line.text, { role: line.mention ? "mention" : "text", indent, width });
    }
    case "notice": {
      const mark: Span = line.tone === "error"
        ? { text: "! ", role: "error" }
        : { text: "- ", role: "dim" };
      const role = line.tone === "error" ? "error" : "text";
      return hanging([...time, mark], line.text, { role, indent: indent + 2, width });
    }
    case "presence": {
      const head: Span[] = [...time, { text: "- ", role: "dim" }];
      return hanging(head, line.text, { role: "dim", indent: indent + 2, width });
    }
    case "pending": {
      const head = [...time, ...nameSpans(line.from, width)];
      const { refusal } = line;
      if (refusal === undefined) {
        const stored = line.seq !== undefined;
        const text = stored ? line.text : line.text.with(-1, `${line.text.at(-1) ?? ""} …`);
        return hanging(head, text, { role: stored ? "text" : "dim", indent, width });
      }
      const why = `${refusal} Not sent: /retry or /discard`;
      return [
        ...hanging(head, line.text, { role: "dim", indent, width }),
        ...hanging([{ text: "! ", role: "error" }], [why], { role: "error", indent, width }),
      ];
    }
    default:
      return line satisfies never;
  }
}

function nameSpans(from: string, width: number, guest = false): Span[] {
  // A name may take a third of the row; what it says is what one came to read.
  // A name of an older server may be a sign alone, such as the one before a notice.
  const shown = userName(from).kind === "name" ? from : `"${from}"`;
  const name = shorten(shownName(shown, guest), Math.max(8, Math.floor(width / 3)));
  return [{ text: name, role: { name: from } }, { text: " ", role: "text" }];
}

interface Hanging {
  readonly role: Role;
  /** Columns before every row but the first. */
  readonly indent: number;
  readonly width: number;
}

/** Text behind a head, wrapped, with all but the first row indented. */
function hanging(head: readonly Span[], lines: readonly string[], look: Hanging): Row[] {
  const { role, indent, width } = look;
  const used = head.reduce((sum, { text }) => sum + columns(text), 0);
  const rest = Math.max(1, width - indent);
  const rows: Row[] = [];
  for (const [index, line] of lines.entries()) {
    const first = index === 0 ? Math.max(1, width - used) : rest;
    for (const text of wrap(line, { first, rest })) {
      const lead: readonly Span[] = rows.length === 0
        ? head
        : [{ text: " ".repeat(indent), role: "text" }];
      rows.push(clipped([...lead, { text, role }], width));
    }
  }
  return rows;
}

/** A row cut to the screen's width; needed only where a screen is narrower than it should be. */
export function clipped(row: Row, width: number): Row {
  const spans: Span[] = [];
  let room = width;
  for (const { text, role } of row) {
    const fitting = fit(text, room);
    room -= columns(fitting);
    if (fitting !== "") spans.push({ text: fitting, role });
    if (fitting.length < text.length) break;
  }
  return spans;
}
