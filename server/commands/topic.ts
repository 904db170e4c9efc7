/**
 * `Topic`: says what a room is about.
 *
 * @module
 */

import { TOPIC_CHARS_MAX } from "../limits.ts";
import { foldText, type SetTopic } from "../wire/mod.ts";
import { notInRoom } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Changes the topic of the room named, or of the one the asker is in. */
export function topic(
  asker: UserView,
  _hall: HallView,
  { room, topic }: SetTopic,
): readonly Effect[] {
  const key = room === undefined ? asker.here : foldText(room);
  if (!asker.isIn(key)) return [notInRoom(room ?? key)];
  if (topic.length > TOPIC_CHARS_MAX) {
    const msg = `A topic has at most ${TOPIC_CHARS_MAX} characters.`;
    return [{ do: "refuse", code: "too_long", msg }];
  }
  return [{ do: "topic", room: key, topic }];
}
