/**
 * Reading whispers again: only those that the asker's own session sent or got.
 *
 * All who ever used a pair of names share one stream, since seqs are dense per pair. Each record ends with the tags
 * of the two sessions between which it was said, and whoever asks is given what bears its own tag; the rest is
 * passed over. How much is looked at for one answer is bounded: a stranger could have said much under the same name.
 *
 * @module
 */

import type { Account } from "../budget/mod.ts";
import { TAG_CHARS } from "../session/identity.ts";
import { WHISPERS_LOOKED_AT_MAX, WHISPERS_READ_GROWTH } from "../limits.ts";
import type { Wanted } from "../commands/types.ts";
import type { MessageStore, Stored } from "./store_port.ts";
import { HISTORY_LIMIT_MAX } from "../wire/mod.ts";

/** Part of what a session whispered and heard, oldest first. */
export interface OwnPage {
  readonly messages: readonly Stored[];
  /** Whether it goes on in the direction asked. */
  readonly more: boolean;
  /** The last seq that was looked at, when that was not enough to fill the page. */
  readonly next?: number;
}

/** Reads what a session may read of a stream of whispers. */
export async function readOwn(
  read: MessageStore["read"],
  stream: string,
  wanted: Wanted,
  { tag, bytesMax, account }: {
    readonly tag: string;
    readonly bytesMax: number;
    readonly account: Account;
  },
): Promise<OwnPage> {
  const forward = wanted.after !== undefined;
  const own: Stored[] = [];
  const page = (more: boolean, next?: number): OwnPage => ({
    messages: forward ? own : own.reverse(),
    more,
    ...(next === undefined ? {} : { next }),
  });
  let looked = 0;
  let bound = forward ? wanted.after : wanted.before;
  let bytes = 0;
  // One more than is wanted shows whether there are more. What was not enough is followed by more at once: somebody
  // else's thousands are passed over in a few readings, however little is asked for.
  let limit = Math.min(HISTORY_LIMIT_MAX, wanted.limit + 1);
  while (looked < WHISPERS_LOOKED_AT_MAX) {
    const from = bound === undefined ? {} : forward ? { after: bound } : { before: bound };
    const { messages, more, next } = await read(stream, { ...from, limit, bytesMax });
    const full = await account.serve(() => {
      for (const message of forward ? messages : messages.toReversed()) {
        if (isOf(message.body, tag)) {
          bytes += message.body.length;
          if (own.length === wanted.limit || (own.length > 0 && bytes > bytesMax)) return true;
          own.push(message);
        }
        bound = message.seq;
        looked++;
      }
      return false;
    });
    if (full) return page(true);
    if (next !== undefined) {
      // Damaged ones were passed over; whether they were the asker's nobody can tell.
      bound = next;
      looked += limit;
    }
    if (!more || (messages.length === 0 && next === undefined)) return page(false);
    limit = Math.min(HISTORY_LIMIT_MAX, limit * WHISPERS_READ_GROWTH);
  }
  return page(true, bound);
}

const decoder = new TextDecoder();
/** How a whisper's record ends. No content can end so: a quotation mark in it is written with a backslash. */
const BETWEEN = new RegExp(
  `,"between":\\["([\\w-]{${TAG_CHARS}})","([\\w-]{${TAG_CHARS}})"\\]\\}$`,
);
const BETWEEN_BYTES = `,"between":["",""]}`.length + 2 * TAG_CHARS;

/** The tags of the sessions between which something was whispered: the sender's, and the receiver's. */
export function betweenIn(body: Uint8Array): readonly [string, string] | undefined {
  const found = BETWEEN.exec(decoder.decode(body.subarray(-BETWEEN_BYTES)));
  const [, sender, receiver] = found ?? [];
  return sender === undefined || receiver === undefined ? undefined : [sender, receiver];
}

function isOf(body: Uint8Array, tag: string): boolean {
  return betweenIn(body)?.includes(tag) === true;
}
