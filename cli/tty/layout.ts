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
import { ERASED_NAME, hookName, REACTED_SIGN, shownName } from "../../talk/mod.ts";
import { SECOND_COLUMN_MIN, TIME_COLUMNS_MIN } from "./limits.ts";
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
  readonly guest?: boolean | undefined;
  /** Whether a program said it. */
  readonly hook?: boolean | undefined;
  /** Whether it names the reader. */
  readonly mention: boolean;
  /** Of one's own, what was said, as it was typed: to be edited. */
  readonly content?: string;
  /** To what it is a reply. */
  readonly reply?: Quote;
  /** Whether it has other words than once, or none any more. */
  readonly changed?: Change;
  /** What it was given as reactions, the first kind first. */
  readonly reactions?: readonly Reacted[];
}

/** What a message is a reply to. */
export interface Quote {
  readonly seq: number;
  /** Who said it, and how it begins, as safe text; absent while it is not at hand. */
  readonly of?: { readonly from: string; readonly text: string };
}

/** What became of a message. */
export interface Change {
  readonly what: "edited" | "deleted";
  /** Safe text: who did it, when that was somebody else. */
  readonly by?: string;
}

/** One kind of reaction. */
export interface Reacted {
  /** Safe text. */
  readonly emoji: string;
  readonly count: number;
  /** Whether the reader is one of them. */
  readonly mine: boolean;
}

/** Something that the client or the server says. */
export interface NoticeLine {
  readonly kind: "notice";
  readonly at: number;
  readonly tone: "info" | "error";
  /** Safe text, line by line. */
  readonly text: readonly string[];
  /** Where the second column begins in lines that have two: they go on below it. */
  readonly column?: number;
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
  /** To what it is a reply. */
  readonly reply?: Quote;
}

/** Anything that stands in a conversation. */
export type Line = MessageLine | NoticeLine | PresenceLine | PendingLine;

/** Before what a message is a reply to. */
const REPLY_SIGN = "↪";

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
      const { from, guest, hook } = line;
      const head = [...time, ...nameSpans(from, width, { guest: guests && guest, hook })];
      const gone = line.changed?.what === "deleted";
      const role = gone ? "dim" : line.mention ? "mention" : "text";
      const look = { role, indent, width } as const;
      const rows = line.reply === undefined ? hanging(head, line.text, look) : [
        quoteRow(head, line.reply, width),
        ...hanging([], line.text, { ...look, first: indent }),
      ];
      return withTail(rows, tailOf(line), look);
    }
    case "notice": {
      const mark: Span = line.tone === "error"
        ? { text: "! ", role: "error" }
        : { text: "- ", role: "dim" };
      const role = line.tone === "error" ? "error" : "text";
      const look = { role, indent: indent + 2, width } as const;
      return hanging([...time, mark], line.text, { ...look, column: line.column ?? 0 });
    }
    case "presence": {
      const head: Span[] = [...time, { text: "- ", role: "dim" }];
      return hanging(head, line.text, { role: "dim", indent: indent + 2, width });
    }
    case "pending": {
      const who = [...time, ...nameSpans(line.from, width)];
      const above = line.reply === undefined ? [] : [quoteRow(who, line.reply, width)];
      const head: Span[] = line.reply === undefined
        ? who
        : [{ text: " ".repeat(indent), role: "text" }];
      const { refusal } = line;
      if (refusal === undefined) {
        const stored = line.seq !== undefined;
        const text = stored ? line.text : line.text.with(-1, `${line.text.at(-1) ?? ""} …`);
        const rows = hanging(head, text, { role: stored ? "text" : "dim", indent, width });
        return [...above, ...rows];
      }
      const why = `${refusal} Not sent: /retry or /discard`;
      return [
        ...above,
        ...hanging(head, line.text, { role: "dim", indent, width }),
        ...hanging([{ text: "! ", role: "error" }], [why], { role: "error", indent, width }),
      ];
    }
    default:
      return line satisfies never;
  }
}

function nameSpans(
  from: string,
  width: number,
  { guest = false, hook = false }: Pick<MessageLine, "guest" | "hook"> = {},
): Span[] {
  // A name may take a third of the row; what it says is what one came to read.
  // A name of an older server may be a sign alone, such as the one before a notice.
  const isName = from === ERASED_NAME || userName(from).kind === "name";
  const shown = isName ? from : `"${from}"`;
  const signed = hook ? hookName(shown) : shownName(shown, guest);
  const name = shorten(signed, Math.max(8, Math.floor(width / 3)));
  return [{ text: name, role: { name: from } }, { text: " ", role: "text" }];
}

/** A message's first row, when it is a reply: to whom, and to which words, as far as there is room. */
function quoteRow(head: readonly Span[], { seq, of }: Quote, width: number): Row {
  const used = head.reduce((sum, { text }) => sum + columns(text), 0);
  const what = of === undefined ? `message ${seq}` : `${shownName(of.from, false)}: ${of.text}`;
  const text = shorten(`${REPLY_SIGN} ${what}`, Math.max(1, width - used));
  return clipped([...head, { text, role: "dim" }], width);
}

/** What stands behind the words: that they were changed, and reactions with their numbers; a `*` with those that are one's own. */
function tailOf({ changed, reactions = [] }: MessageLine): string {
  const by = changed?.by === undefined ? "" : ` by ${changed.by}`;
  const mark = changed === undefined ? [] : [`(${changed.what}${by})`];
  const counts = reactions.map(({ emoji, count, mine }) => `${emoji} ${count}${mine ? "*" : ""}`);
  return [...mark, ...(counts.length === 0 ? [] : [`${REACTED_SIGN} ${counts.join("  ")}`])].join(
    " ",
  );
}

/** The rows with something behind them: in the last one where it fits, and else below it. */
function withTail(rows: readonly Row[], tail: string, look: Hanging): readonly Row[] {
  const last = rows.at(-1);
  if (tail === "" || last === undefined) return rows;
  const used = last.reduce((sum, { text }) => sum + columns(text), 0);
  const space = used === 0 || last.at(-1)?.text.endsWith(" ") ? "" : " ";
  if (used + space.length + columns(tail) <= look.width) {
    return rows.with(-1, [...last, { text: space + tail, role: "dim" }]);
  }
  return [...rows, ...hanging([], [tail], { ...look, role: "dim", first: look.indent })];
}

interface Hanging {
  readonly role: Role;
  /** Columns before every row but the first. */
  readonly indent: number;
  readonly width: number;
  /** Columns before the first row, where there is no head. */
  readonly first?: number;
  /** Where the second column begins in lines that have two. */
  readonly column?: number;
}

/** Text behind a head, wrapped, with all but the first row indented. */
/** By how much the further rows of a line go in: below its second column, if it has one and that is not too narrow. */
function underColumn(line: string, width: number, column: number = 0): number {
  const hasTwo = column > 0 && line.slice(0, column).endsWith("  ");
  return hasTwo && width - column >= SECOND_COLUMN_MIN ? column : 0;
}

function hanging(head: readonly Span[], lines: readonly string[], look: Hanging): Row[] {
  const { role, indent, width } = look;
  const lead: readonly Span[] = look.first === undefined
    ? head
    : [{ text: " ".repeat(look.first), role: "text" }];
  const used = lead.reduce((sum, { text }) => sum + columns(text), 0);
  const whole = Math.max(1, width - indent);
  const rows: Row[] = [];
  for (const [index, line] of lines.entries()) {
    const first = index === 0 ? Math.max(1, width - used) : whole;
    const under = underColumn(line, whole, look.column);
    for (const [part, text] of wrap(line, { first, rest: whole - under }).entries()) {
      const before: readonly Span[] = rows.length === 0
        ? lead
        : [{ text: " ".repeat(part === 0 ? indent : indent + under), role: "text" }];
      rows.push(clipped([...before, { text, role }], width));
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
