/**
 * Asks the server about order in a room, and says what came of it.
 *
 * @module
 */

import type { Client } from "../../server/wire/mod.ts";
import { aboutRoom, orderAnswer } from "../../talk/mod.ts";
import type { OrderEffect } from "./effects.ts";
import type { Event } from "./model.ts";

/** Asks, and gives what the model hears of it. @throws {ChatError | ClosedError} When it is refused. */
export async function requestOrder(
  client: Client,
  { view, room, ask }: OrderEffect,
): Promise<Event> {
  const answer = await client.order.request(aboutRoom(ask, room));
  const sentences = orderAnswer(ask.type, answer, Date.now());
  if (sentences.length === 0) return { kind: "tick", roundTripMs: client.roundTripMs };
  return { kind: "ordered", view, sentences };
}
