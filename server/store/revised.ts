/**
 * What becomes of a stored message when it is edited or deleted: another body in its place, under its seq and its time.
 *
 * ```text
 *   { …, content: "helo", at, id }  ─ edit ───►  { …, content: "hello", at, id, edited }
 *                                   └ delete ─►  { …, content: "", at, id, edited, deleted: true, by? }
 * ```
 *
 * A message keeps its place whatever becomes of it, so seqs stay dense, and its `id`, so that whoever says it again within ten
 * minutes gets its answer and not a second message. A client that knows nothing of this shows the new words, or none.
 *
 * Pure.
 *
 * @module
 */

import type { NewMessage, PrivateMessage } from "../wire/mod.ts";

/** What is to become of a message. */
export type Revision =
  | { readonly kind: "edit"; readonly content: string }
  | { readonly kind: "delete" };

/** A message as it stands in the store. */
export type StoredMessage = NewMessage | PrivateMessage;

/**
 * The message after that; the same object when nothing is to be changed.
 *
 * @param by Who does it, and when.
 */
export function revise(
  message: StoredMessage,
  revision: Revision,
  by: { readonly name: string; readonly at: number },
): StoredMessage {
  // A clock that was set back does not make an edit older than what it edits.
  const edited = Math.max(by.at, message.at, message.edited ?? 0);
  const others = by.name === message.from ? {} : { by: by.name };
  if (revision.kind === "edit") {
    const { content } = revision;
    if (content === message.content) return message;
    const { by: _, ...rest } = message;
    return withTagsLast({ ...rest, content, edited, ...others });
  }
  if (message.deleted === true) return message;
  const { by: _, reply: __, ...rest } = message;
  return withTagsLast({ ...rest, content: "", edited, deleted: true, ...others });
}

/** `between` at the very end, where `whispers.ts` finds it without reading the rest. */
function withTagsLast(message: StoredMessage): StoredMessage {
  if (message.type === "NewMessage" || message.between === undefined) return message;
  const { between, ...rest } = message;
  return { ...rest, between };
}

/** Its body. */
export function encodeStored(message: StoredMessage): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}
