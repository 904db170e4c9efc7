/**
 * What was said so recently that somebody may still say it again, read when a store is opened.
 *
 * @module
 */

import type { Store } from "../../db/mod.ts";
import { RECENT_ID_MS, RECENT_MESSAGES_MAX } from "../limits.ts";

/** Messages read at once. */
const RECENT_PAGE = 1_000;

/**
 * The bodies of the newest messages, of all streams: those young enough to be repeated, or when these are too
 * many, those of a shorter time. The newest count most: they are what a client repeats that lost its connection.
 */
export async function recentOf(store: Store, now: number): Promise<Uint8Array[]> {
  for (let spanMs = RECENT_ID_MS;; spanMs /= 2) {
    const tails = await tailsSince(store, now - spanMs);
    const count = tails.reduce((sum, { from, last }) => sum + last + 1 - from, 0);
    if (count > RECENT_MESSAGES_MAX && spanMs > 1) continue;
    const bodies: Uint8Array[] = [];
    for (const tail of tails) await readTail(store, tail, bodies);
    return bodies;
  }
}

/** The end of a stream. */
interface Tail {
  readonly name: string;
  readonly from: number;
  readonly last: number;
}

/** What was said since then, of the streams in which something was. */
async function tailsSince(store: Store, sinceMs: number): Promise<Tail[]> {
  const tails: Tail[] = [];
  for (const { name, last, lastAt } of store.streams()) {
    if (lastAt >= sinceMs) tails.push({ name, from: await store.seqAt(name, sinceMs), last });
  }
  return tails;
}

async function readTail(
  store: Store,
  { name, from, last }: Tail,
  into: Uint8Array[],
): Promise<void> {
  for (let after = from - 1; after < last && into.length < RECENT_MESSAGES_MAX;) {
    const entries = await store.read(name, { after, limit: RECENT_PAGE });
    const newest = entries.at(-1);
    if (newest === undefined) return;
    for (const entry of entries) if (entry.kind === "message") into.push(entry.body);
    after = newest.seq;
  }
}
