/**
 * What the reader says: shown at once, settled when the server has stored it, kept when it refuses.
 *
 * @module
 */

import { connection } from "../connection.ts";
import { tell } from "./places.ts";
import { changed } from "../state.ts";
import type { View } from "./view.ts";

/** Bytes of UTF-8 that a message may have. */
const CONTENT_BYTES_MAX = 8_192;

/**
 * Says a text where the reader is, or elsewhere; it is shown at once.
 *
 * @param id Under which it was said before; else a fresh one.
 */
export async function say(
  view: View,
  text: string,
  id: string = connection.freshId(),
): Promise<void> {
  const content = text.trimEnd();
  if (content === "") return;
  const bytes = new TextEncoder().encode(content).length;
  if (bytes > CONTENT_BYTES_MAX) {
    const sentence = `This is ${bytes} bytes long, and a message has at most ${CONTENT_BYTES_MAX}.`;
    return tell(`${sentence} Up brings it back.`, "error");
  }
  view.pending = [...view.pending, { id, content, at: Date.now() }];
  view.newFrom = undefined;
  changed();
  const answer = await connection.ask(
    view.kind === "room"
      ? { type: "say", room: view.name, content }
      : { type: "whisper", to: view.name, content },
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
  if (failed !== undefined) void say(view, failed.content, id);
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
