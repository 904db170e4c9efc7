/**
 * How text clients are told that something was edited or deleted: a line has no number, so what was said stands in it.
 *
 * ```text
 *   [Server] Alice edited "we meet at thr…": we meet at three
 *   [Server] Alice deleted a message.
 * ```
 *
 * What was deleted is not said again.
 *
 * @module
 */

import { inQuotes, type MessageDeleted, type MessageEdited, withoutMarks } from "../wire/mod.ts";
import { cleanLine } from "./clean.ts";
import { lines, server } from "./render.ts";

/** How much is shown of the words before, in characters: enough to know them again. */
const QUOTED_CHARS_MAX = 24;

const encoder = new TextEncoder();

/** The line of a change, of a message as it was before. */
export function changeLine(
  change: MessageEdited | MessageDeleted,
  before: { readonly from: string; readonly content: string },
): Uint8Array {
  const { by } = change;
  const of = by === before.from ? "" : ` of ${before.from}`;
  return encoder.encode(
    change.type === "MessageDeleted"
      ? server(`${by} deleted a message${of}.`)
      : lines(`[Server] ${by} edited ${quoted(before.content)}${of}: `, change.content),
  );
}

/** The beginning of what was said, in quotation marks. */
function quoted(content: string): string {
  const chars = [...withoutMarks(cleanLine(content.slice(0, 4 * QUOTED_CHARS_MAX)))];
  const short = chars.length > QUOTED_CHARS_MAX
    ? `${chars.slice(0, QUOTED_CHARS_MAX).join("")}…`
    : chars.join("");
  return inQuotes(short);
}
