/**
 * `Topic`: says what a room is about.
 *
 * @module
 */

import { TOPIC_CHARS_MAX } from "../limits.ts";
import { refuseAct } from "../order/standing.ts";
import { foldText, type SetTopic } from "../wire/mod.ts";
import { notInRoom } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Changes the topic of the room named, or of the one the asker is in. */
export function topic(
  asker: UserView,
  hall: HallView,
  { room, topic }: SetTopic,
): readonly Effect[] {
  const key = room === undefined ? asker.here : foldText(room);
  if (!asker.isIn(key)) return [notInRoom(room ?? key)];
  if (topic.length > TOPIC_CHARS_MAX) {
    const msg = `A topic has at most ${TOPIC_CHARS_MAX} characters.`;
    return [{ do: "refuse", code: "too_long", msg }];
  }
  const order = hall.order(key);
  const refusal = order && refuseAct(order, key, asker, "topic", hall.nowMs);
  if (refusal !== undefined) return [{ do: "refuse", ...refusal }];
  return [{ do: "topic", room: key, topic }];
}
