/**
 * What was said so recently that somebody may still say it again, read from the end of the log when a store is opened.
 *
 * Time counts back from the newest message, not from now: while the server was away nobody could ask, so nothing
 * became too old meanwhile.
 *
 * It may be half a million messages, so they are held as columns of numbers and their names as bytes (`recent_piece.ts`).
 *
 * @module
 */

import type { Store } from "../../db/mod.ts";
import { RECENT_ID_MS, RECENT_IDS_MAX } from "../limits.ts";
import type { Identified, Recent } from "../store_port.ts";
import { RECENT_READ_BYTES_MAX } from "./limits.ts";
import { RecentPiece } from "./recent_piece.ts";

/** The newest messages that carried an id: as many as can be remembered and read in time. */
export async function recentOf(store: Pick<Store, "newest">): Promise<Recent> {
  const pieces: RecentPiece[] = [];
  let count = 0;
  let bytes = 0;
  let newestAt = -Infinity;
  for await (const messages of store.newest()) {
    for (const { at } of messages) newestAt = Math.max(newestAt, at);
    const piece = new RecentPiece(messages.length);
    let young = 0;
    for (const message of messages) {
      if (message.at <= newestAt - RECENT_ID_MS) continue;
      young++;
      const { body } = message;
      bytes += body.length;
      piece.add(message, body);
    }
    count += piece.size;
    pieces.push(piece);
    if (young === 0 || count >= RECENT_IDS_MAX || bytes >= RECENT_READ_BYTES_MAX) break;
  }
  const lastAt = pieces.find(({ size }) => size > 0)?.lastAt ?? 0;
  return { lastAt, messages: inOrder(pieces) };
}

/** Lets go of each piece when it has been given, since its reader takes memory meanwhile. */
function* inOrder(newestFirst: RecentPiece[]): Generator<Identified> {
  for (;;) {
    const piece = newestFirst.pop();
    if (piece === undefined) return;
    yield* piece.all();
  }
}
