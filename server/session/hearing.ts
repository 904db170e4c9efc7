/**
 * Hears what a peer said, message by message, for as long as its turn lasts.
 *
 * ```text
 *   chunk ─► codec ─► take ─┬─ must be waited for ──► go on in another turn
 *                           ├─ answers wait unread ─► go on when the peer has read
 *                           ├─ the slice is spent ──► go on in another turn
 *                           ├─ a large one is next ─► read it in other turns, a slice in each
 *                           └─ nothing is left ─────► the next chunk is read
 * ```
 *
 * Whatever stops it here stops the reading, too: a peer is slowed by its own socket, and nothing is kept for it but the
 * chunk that it sent. It pays for each message and for the bytes that it is answered.
 *
 * What waits here for its own sender (until it may ask again, has read, has earned back what it owes, or is let in) waits for nobody else: that
 * is no time of the loop's in the figures.
 *
 * @module
 */

import { ANSWER_MS_PER_BYTE, CALL_MS } from "../budget/mod.ts";
import { UNSENT_BYTES_MAX } from "../limits.ts";
import type { Link } from "../link/link.ts";
import type { Codec, Heard } from "../codec/codec.ts";

/** What becomes of what was heard. */
export interface Hearer {
  /** Takes one thing; a promise only when something has to be waited for. */
  take(heard: Heard): Promise<void> | undefined;
  /** Whether nothing more is taken. */
  ended(): boolean;
}

/** Hears all that `codec` has heard; a promise when that does not end at once. */
export function hearAll(link: Link, codec: Codec, hearer: Hearer): Promise<void> | undefined {
  const pending = hearSlice(link, codec, hearer);
  if (pending === "all") return undefined;
  if (pending !== "slice spent") return hearRest(pending, { link, codec, hearer });
  return hearOn({ link, codec, hearer });
}

/** Hears when there is room for it, in a turn of its own. */
export async function hearWhen(
  room: Promise<void>,
  { account }: Link,
  hear: () => Promise<void> | undefined,
): Promise<void> {
  await room;
  await account.serve(hear);
}

/** Hears one thing, in turns if it is large. @returns Whether there was one. */
export async function hearOne({ account }: Link, codec: Codec, hearer: Hearer): Promise<boolean> {
  let heard = codec.next();
  while (heard === "large") heard = await account.serve(() => codec.next());
  if (heard === undefined) return false;
  await hearer.take(heard);
  return true;
}

/** Who is heard, in which words, and by whom. */
interface Hearing {
  readonly link: Link;
  readonly codec: Codec;
  readonly hearer: Hearer;
}

async function hearRest(pending: Promise<void>, hearing: Hearing): Promise<void> {
  const { link, hearer } = hearing;
  const sinceMs = link.account.now();
  await pending;
  await link.outbox.relief(UNSENT_BYTES_MAX);
  link.ownMs += link.account.now() - sinceMs;
  if (hearer.ended()) return;
  await hearOn(hearing);
}

/** Goes on in another turn. */
function hearOn({ link, codec, hearer }: Hearing): Promise<void> | undefined {
  link.ownMs += link.account.owedMs;
  return link.account.serve(() => hearAll(link, codec, hearer));
}

function hearSlice(
  link: Link,
  codec: Codec,
  hearer: Hearer,
): "all" | "slice spent" | Promise<void> {
  const { account, outbox } = link;
  link.place = codec;
  const queuedBefore = outbox.queued;
  const takenMs = account.now();
  // Who is let go before it has earned back what it owes has waited less.
  outbox.arrival = { readMs: Math.min(takenMs, link.readMs + link.ownMs), takenMs };
  let messages = 0;
  try {
    for (let heard = codec.next(); heard !== undefined; heard = codec.next()) {
      if (heard === "large") return "slice spent";
      messages++;
      const pending = hearer.take(heard) ?? outbox.relief(UNSENT_BYTES_MAX);
      if (pending !== undefined) return pending;
      if (hearer.ended()) return "all";
      if (account.sliceSpent) return "slice spent";
    }
    return "all";
  } finally {
    outbox.arrival = undefined;
    const answered = outbox.queued - queuedBefore;
    const workMs = answered === 0 ? 0 : answered * ANSWER_MS_PER_BYTE + CALL_MS;
    account.spend({ messages, workMs });
  }
}
