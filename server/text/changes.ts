/**
 * How text clients are told that something was edited or deleted.
 *
 * ```text
 *   [Server] Alice edited a message: we meet at three
 *   [Server] Alice deleted a message.
 *   [Private from Alice, edited] psst!
 * ```
 *
 * What was taken back is not said again, not even its beginning: it may have been a password or an insult, and those who came
 * after it never read it. Which message it was, those who read it know by the new words.
 *
 * @module
 */

import type { MessageDeleted, MessageEdited } from "../wire/mod.ts";
import { lines } from "./render.ts";
import { server } from "./server_line.ts";

const encoder = new TextEncoder();

/** The line of a change in a room. @param from Who said what was changed. */
export function changeLine(change: MessageEdited | MessageDeleted, from: string): Uint8Array {
  const { by } = change;
  const what = by === from ? "a message" : `a message of ${from}`;
  return encoder.encode(
    change.type === "MessageDeleted"
      ? server(`${by} deleted ${what}.`)
      : lines(`[Server] ${by} edited ${what}: `, change.content),
  );
}

/** The same of a whisper, for one of the two: to whom it was for, or, with `to`, for who whispered it. */
export function whisperChangeLine(change: MessageEdited | MessageDeleted, to?: string): Uint8Array {
  const { by } = change;
  if (change.type === "MessageDeleted") {
    const what = to === undefined
      ? `${by} deleted a whisper to you`
      : `You deleted a whisper to ${to}`;
    return encoder.encode(server(`${what}.`));
  }
  const whom = to === undefined ? `from ${by}` : `to ${to}`;
  return encoder.encode(lines(`[Private ${whom}, edited] `, change.content));
}
