/**
 * How text clients are told that something was edited or deleted: a line has no number, so what was said stands in it.
 *
 * ```text
 *   [Server] Alice edited "we meet at thr…": we meet at three
 *   [Server] Alice deleted a message.
 *   [Private from Alice] (instead of 'psst') psst!
 * ```
 *
 * What was deleted is not said again.
 *
 * @module
 */

import {
  inQuotes,
  type MessageDeleted,
  type MessageEdited,
  rowsOf,
  withoutMarks,
} from "../wire/mod.ts";
import { cleanLine } from "./clean.ts";
import { lines } from "./render.ts";
import { server } from "./server_line.ts";

/** How much is shown of the words before, in characters: enough to know them again. */
const QUOTED_CHARS_MAX = 24;

const encoder = new TextEncoder();

/** The line of a change in a room, of a message as it was before. */
export function changeLine(
  change: MessageEdited | MessageDeleted,
  before: { readonly from: string; readonly content: string },
): Uint8Array {
  const { by } = change;
  const of = by === before.from ? "" : ` of ${before.from}`;
  return encoder.encode(
    change.type === "MessageDeleted"
      ? server(`${by} deleted a message${of}.`)
      : lines(`${withQuote(`[Server] ${by} edited `, before.content)}${of}: `, change.content),
  );
}

/** The same of a whisper, for one of the two: to whom it was for, or, with `to`, for who whispered it. */
export function whisperChangeLine(
  change: MessageEdited | MessageDeleted,
  before: { readonly content: string },
  to?: string,
): Uint8Array {
  const { by } = change;
  if (change.type === "MessageDeleted") {
    const what = to === undefined
      ? `${by} deleted a whisper to you`
      : `You deleted a whisper to ${to}`;
    return encoder.encode(server(`${what}.`));
  }
  const whom = to === undefined ? `from ${by}` : `to ${to}`;
  const start = `${withQuote(`[Private ${whom}] (instead of `, before.content)}) `;
  return encoder.encode(lines(start, change.content));
}

/**
 * Something, and behind it the beginning of what was said, in quotation marks: no more of it than what no terminal breaks so that
 * a row looks like a line of somebody else.
 */
function withQuote(start: string, content: string): string {
  const chars = [...withoutMarks(cleanLine(content.slice(0, 4 * QUOTED_CHARS_MAX)))];
  const short = chars.length > QUOTED_CHARS_MAX
    ? `${chars.slice(0, QUOTED_CHARS_MAX).join("")}…`
    : chars.join("");
  const [row = ""] = rowsOf(`${start}'`, short);
  const first = row.slice(start.length + 1);
  return start + inQuotes(first.length < short.length ? `${first.trimEnd()}…` : short);
}
