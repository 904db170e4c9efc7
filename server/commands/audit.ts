/**
 * `Audit` and `Bans`: what moderators did in a room, for them; or operators with the whole server, and who is banned there.
 *
 * @module
 */

import { type Audit, HISTORY_LIMIT_DEFAULT, type ListBans } from "../wire/mod.ts";
import { placeOrServer } from "./order.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Answers with who is banned on the whole server. */
export function bans(asker: UserView, _hall: HallView, _message: ListBans): readonly Effect[] {
  if (asker.operator) return [{ do: "bans" }];
  return [{ do: "refuse", code: "forbidden", msg: "Only operators may ask this." }];
}

/** Answers with a page. */
export function audit(asker: UserView, hall: HallView, message: Audit): readonly Effect[] {
  const { before, limit = HISTORY_LIMIT_DEFAULT } = message;
  const wanted = { limit, ...(before === undefined ? {} : { before }) };
  const place = placeOrServer(asker, hall, message, "audit");
  if (place !== undefined && "do" in place) return [place];
  return [{ do: "audit", ...(place === undefined ? {} : { room: place.name }), wanted }];
}
