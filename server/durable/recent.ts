/**
 * What was said so recently that somebody may still say it again, read from the end of the log when a store is opened.
 *
 * Time counts back from the newest message, not from now: while the server was away nobody could ask, so nothing
 * became too old meanwhile.
 *
 * @module
 */

import type { LogMessage, Store } from "../../db/mod.ts";
import { RECENT_ID_MS, RECENT_IDS_MAX, RECENT_READ_BYTES_MAX } from "../limits.ts";
import type { Identified } from "../store_port.ts";

const decoder = new TextDecoder();

/** The newest messages that carried an id, oldest first: as many as can be remembered and read in time. */
export async function recentOf(store: Pick<Store, "newest">): Promise<Identified[]> {
  const pieces: Identified[][] = [];
  let count = 0;
  let bytes = 0;
  let newestAt = -Infinity;
  for await (const piece of store.newest()) {
    for (const { at, body } of piece) {
      newestAt = Math.max(newestAt, at);
      bytes += body.length;
    }
    const young = piece.filter(({ at }) => at > newestAt - RECENT_ID_MS);
    const identified = young.flatMap((message) => identifiedIn(message) ?? []);
    count += identified.length;
    pieces.push(identified);
    if (young.length === 0 || count >= RECENT_IDS_MAX || bytes >= RECENT_READ_BYTES_MAX) break;
  }
  return pieces.reverse().flat();
}

/** What is to be remembered of a message; nothing if it has no id. */
function identifiedIn({ stream, seq, at, body }: LogMessage): Identified | undefined {
  const { from, id } = parsed(body);
  // What an import brought need not be as this server writes it.
  if (typeof from !== "string" || typeof id !== "string") return undefined;
  return { stream, seq, at, from, id };
}

function parsed(body: Uint8Array): { readonly from?: unknown; readonly id?: unknown } {
  try {
    return Object(JSON.parse(decoder.decode(body)));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
