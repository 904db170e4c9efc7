/**
 * What everything that lives in a server is to look after, about once a second: what has grown old goes, and what is due is begun.
 *
 * @module
 */

import type { SessionParts } from "./session/session_parts.ts";
import type { FoldedName } from "./wire/mod.ts";

/** Lets each part look after its own. @param now The clock of the throttles, in ms. */
export function tend(
  { world, rates, onEvent }: Pick<SessionParts, "world" | "rates" | "onEvent">,
  now: number,
): void {
  world.files.check();
  world.conversation.sweep();
  world.unread.check();
  world.traces.tracing.check();
  world.erasure.tend((error) => onEvent({ kind: "storage_trouble", error }));
  world.invitations.invitations.sweep();
  world.hooks.deliveries.tend();
  world.order.parts.news.check();
  world.store.tend?.((key) => world.hall.letGo(key as FoldedName));
  for (const throttles of Object.values(rates)) throttles.sweep(now);
}
