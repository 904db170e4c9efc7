/**
 * What was said so recently that somebody may still say it again, read from the end of the log when a store is opened.
 *
 * Time counts back along the log, not from now: while the server was away nobody could ask, so nothing became too old
 * meanwhile. The log's order is certain and the times in it are not: clocks jump, and after a message of a wrong clock its
 * stream's times stay high. So only a time that is lower than all behind it passes any time, and never more than a minute
 * at once: it is seen as at least as young as it is, and a wrong clock costs a minute of ten.
 *
 * It may be half a million messages, so they are held as columns of numbers and their names as bytes (`recent_piece.ts`).
 *
 * @module
 */

import type { LogMessage, Store } from "../../db/mod.ts";
import { RECENT_ID_MS, RECENT_IDS_MAX } from "../limits.ts";
import type { Identified, Recent } from "../store/store_port.ts";
import { RECENT_PAUSE_MS_MAX, RECENT_READ_BYTES_MAX } from "./limits.ts";
import { RecentPiece } from "./recent_piece.ts";

/** The newest messages that carried an id: as many as can be remembered and read in time. */
export async function recentOf(store: Pick<Store, "newest">): Promise<Recent> {
  const pieces: RecentPiece[] = [];
  let count = 0;
  let bytes = 0;
  const age = new Age();
  for await (const messages of store.newest()) {
    const young = messages.slice(age.youngFrom(messages));
    const piece = new RecentPiece(young.length);
    for (const message of young) {
      const { body } = message;
      bytes += body.length;
      piece.add(message, body);
    }
    count += piece.size;
    pieces.push(piece);
    const full = count >= RECENT_IDS_MAX || bytes >= RECENT_READ_BYTES_MAX;
    if (young.length < messages.length || full) break;
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

/** How old messages are, against the newest of the log. */
class Age {
  #lowestAt = Infinity;
  #ageMs = 0;

  /** Goes back through the next piece. @returns Where in it the messages begin that are young enough. */
  youngFrom(messages: readonly Pick<LogMessage, "at" | "edited">[]): number {
    for (let i = messages.length - 1; i >= 0; i--) {
      const { at, edited } = messages[i] ?? { at: 0, edited: true };
      // An edit has the time of its message, which may be as old as it likes.
      if (edited || at >= this.#lowestAt) continue;
      if (this.#lowestAt < Infinity) {
        this.#ageMs += Math.min(this.#lowestAt - at, RECENT_PAUSE_MS_MAX);
      }
      this.#lowestAt = at;
      if (this.#ageMs >= RECENT_ID_MS) return i + 1;
    }
    return 0;
  }
}
