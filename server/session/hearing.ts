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
  return link.account.serve(() => hearAll(link, codec, hearer));
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

async function hearRest(
  pending: Promise<void>,
  { link, codec, hearer }: { link: Link; codec: Codec; hearer: Hearer },
): Promise<void> {
  await pending;
  await link.outbox.relief(UNSENT_BYTES_MAX);
  if (hearer.ended()) return;
  await link.account.serve(() => hearAll(link, codec, hearer));
}

function hearSlice(
  link: Link,
  codec: Codec,
  hearer: Hearer,
): "all" | "slice spent" | Promise<void> {
  const { account, outbox, readMs } = link;
  link.place = codec;
  const queuedBefore = outbox.queued;
  outbox.arrival = { readMs, takenMs: account.now() };
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
