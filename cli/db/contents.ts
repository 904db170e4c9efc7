/**
 * What a store holds, counted by what it is to a chat: messages, and what stands beside them in streams of its own.
 *
 * The store itself counts all that was appended; to people only what somebody said is a message.
 *
 * @module
 */

import type { ReadStore, StreamInfo } from "../../db/mod.ts";
import { ACCOUNT_KEYS, AUDIT_STREAMS, AUTHOR_STREAMS, CHANGE_STREAMS } from "../../server/mod.ts";

/** What a store holds. */
export interface Contents {
  /** What was said and whispered. */
  readonly messages: number;
  /** Streams of it: rooms in which something was said, and pairs who whispered. */
  readonly conversations: number;
  /** Notes of who spoke under which name. */
  readonly authors: number;
  /** Notes that something was edited or deleted. */
  readonly changes: number;
  /** Records of what moderators did. */
  readonly audit: number;
  readonly accounts: number;
}

/** Counts it. */
export function contentsOf(store: Pick<ReadStore, "streams" | "keys">): Contents {
  const beside = { authors: 0, changes: 0, audit: 0 };
  let messages = 0;
  let conversations = 0;
  for (const stream of store.streams()) {
    const kind = kindOf(stream);
    if (kind !== undefined) beside[kind] += stream.count;
    else {
      messages += stream.count;
      conversations++;
    }
  }
  return { messages, conversations, ...beside, accounts: [...store.keys(ACCOUNT_KEYS)].length };
}

function kindOf({ name }: StreamInfo): "authors" | "changes" | "audit" | undefined {
  if (name.startsWith(AUTHOR_STREAMS)) return "authors";
  if (name.startsWith(CHANGE_STREAMS)) return "changes";
  return name.startsWith(AUDIT_STREAMS) ? "audit" : undefined;
}
