/**
 * What the reader says: shown at once, settled when the server has stored it, kept when it refuses.
 *
 * @module
 */

import { unmarked } from "../../../../talk/mod.ts";
import { connection } from "../connection.ts";
import { tell } from "./places.ts";
import { changed } from "../state.ts";
import { follow } from "./unread.ts";
import type { View } from "./view.ts";

/** Bytes of UTF-8 that a message may have. */
const CONTENT_BYTES_MAX = 8_192;

/** Why a text cannot be said. */
export function tooLong(content: string): string | undefined {
  const bytes = new TextEncoder().encode(content).length;
  if (bytes <= CONTENT_BYTES_MAX) return undefined;
  const sentence = `This is ${bytes} bytes long, and a message has at most ${CONTENT_BYTES_MAX}.`;
  return `${sentence} Up brings it back.`;
}

/**
 * Says a text where the reader is, or elsewhere; it is shown at once. It may be a reply to a message there; `id` is that under
 * which it was said before, else a fresh one.
 */
export async function say(
  view: View,
  text: string,
  { id = connection.freshId(), reply }: { readonly id?: string; readonly reply?: number } = {},
): Promise<void> {
  const content = text.trimEnd();
  if (content === "") return;
  const long = tooLong(content);
  if (long !== undefined) return tell(long, "error");
  const to = reply === undefined ? {} : { reply };
  view.pending = [...view.pending, { id, content, at: Date.now(), ...to }];
  follow(view, unmarked(view.reading));
  changed();
  const answer = await connection.ask(
    view.kind === "room"
      ? { type: "say", room: view.name, content, ...to }
      : { type: "whisper", to: view.name, content, ...to },
    id,
  );
  if (answer.kind === "said") view.stored(id, answer.seq);
  else if (answer.kind === "refused") view.refused(id, answer.sentence);
  changed();
}

/** Says again what was refused, under its old id: should the first be stored after all, it is not stored twice. */
export function retry(view: View, id: string): void {
  const failed = view.pending.find((one) => one.id === id);
  discard(view, id);
  if (failed === undefined) return;
  const { content, reply } = failed;
  void say(view, content, { id, ...(reply === undefined ? {} : { reply }) });
}

/** Gives up what was refused. */
export function discard(view: View, id: string): void {
  view.pending = view.pending.filter((one) => one.id !== id);
  changed();
}

/** Says again all that was refused here, or gives it up. @returns Whether there was something. */
export function settle(view: View, how: "retry" | "discard"): boolean {
  const refused = view.pending.filter(({ refusal }) => refusal !== undefined);
  const one = how === "retry" ? retry : discard;
  for (const { id } of refused) one(view, id);
  return refused.length > 0;
}
