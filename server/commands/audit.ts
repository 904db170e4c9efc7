/**
 * `Audit`: what moderators did in a room, for them; or operators with the whole server.
 *
 * @module
 */

import { type Audit, HISTORY_LIMIT_DEFAULT } from "../wire/mod.ts";
import { placeOrServer } from "./order.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Answers with a page. */
export function audit(asker: UserView, hall: HallView, message: Audit): readonly Effect[] {
  const { before, limit = HISTORY_LIMIT_DEFAULT } = message;
  const wanted = { limit, ...(before === undefined ? {} : { before }) };
  const place = placeOrServer(asker, hall, message, "audit");
  if (place !== undefined && "do" in place) return [place];
  return [{ do: "audit", ...(place === undefined ? {} : { room: place.name }), wanted }];
}
