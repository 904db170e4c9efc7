/**
 * What was edited and deleted in a room, in order, for those who come back: they have seen older words.
 *
 * ```text
 *   change/tea   1 { seq 7, head 9, … } │ 2 { seq 3, head 12, … } │ …      message 7 was changed when 9 was the newest
 * ```
 *
 * A record also says when the message was edited, and the same of those before it: by that it is noticed when the disk has lost
 * a change and shows older words (`withholding.ts`).
 *
 * Somebody who saw messages up to 10 may have missed the second change, and cannot have missed the first: no clock is
 * needed for that, nor a list of who saw what. The words stand in the message alone, so nothing need be erased here. Of
 * one room the newest `CHANGES_TOLD_MAX` are told, as far as they are among the newest `CHANGES_LOOKED_AT_MAX` records: one message can
 * be changed without end. Whoever missed more finds them in the history. Reactions are not told
 * again, nor are changes of whispers: both are found in the history, too.
 *
 * @module
 */

import type { Account } from "../budget/mod.ts";
import {
  CHANGES_LOOKED_AT_MAX,
  CHANGES_READ_AT_ONCE,
  CHANGES_READ_FIRST,
  CHANGES_TOLD_MAX,
} from "../limits.ts";
import type { Changed } from "./change_trail.ts";
import { messageIn } from "./stored.ts";
import type { Watch } from "./replaced.ts";
import type { StoredMessage } from "./revised.ts";
import type { MessageStore, Stored } from "./store_port.ts";
import { changeStream } from "./streams.ts";
import type { FoldedName, MessageDeleted, MessageEdited } from "../wire/mod.ts";

/** That a message was changed. */
export interface Change {
  readonly seq: number;
  /** The newest message then, of those that were on their way, too: all are told of them before they are told of this. */
  readonly head: number;
  /** When it was edited last, as it says itself; earlier versions did not write it down. */
  readonly edited?: number | undefined;
  /** Messages that were changed before it. */
  readonly before?: readonly Changed[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The record of a change. */
export function encodeChange(change: Change): Uint8Array {
  return encoder.encode(JSON.stringify(change));
}

/** What a record says; `undefined` when it is none. */
export function changeIn({ body }: Pick<Stored, "body">): Change | undefined {
  try {
    const { seq, head, edited, before } = Object(JSON.parse(decoder.decode(body)));
    if (!Number.isInteger(seq) || !Number.isInteger(head)) return undefined;
    return {
      seq,
      head,
      ...(Number.isInteger(edited) ? { edited } : {}),
      ...(Array.isArray(before) ? { before: before.filter(isChanged) } : {}),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isChanged(value: unknown): value is Changed {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isInteger);
}

/**
 * The messages up to `seen` that were changed while it may have been the newest, or later.
 *
 * @param since Only by changes behind this one, whenever they were made: those before it are told.
 */
export async function changedSeqs(
  read: MessageStore["read"],
  room: FoldedName,
  { seen, since }: { readonly seen: number; readonly since: number | undefined },
): Promise<number[]> {
  const stream = changeStream(room);
  const seqs = new Set<number>();
  let before: number | undefined;
  // Who comes back saw nearly all mostly: a thousand who do so after a restart read a few records each.
  let limit = CHANGES_READ_FIRST;
  for (let looked = 0; seqs.size < CHANGES_TOLD_MAX && looked < CHANGES_LOOKED_AT_MAX;) {
    const page = await read(stream, {
      ...(before === undefined ? {} : { before }),
      limit,
      bytesMax: Infinity,
    });
    for (const stored of page.messages.toReversed()) {
      const change = changeIn(stored);
      const isTold = since === undefined
        ? change !== undefined && change.head < seen
        : stored.seq <= since;
      if (isTold) return [...seqs];
      if (change !== undefined && change.seq <= seen) seqs.add(change.seq);
      if (seqs.size >= CHANGES_TOLD_MAX) break;
    }
    looked += limit;
    limit = CHANGES_READ_AT_ONCE;
    before = page.next ?? page.messages.at(0)?.seq;
    if (!page.more || before === undefined) break;
  }
  return [...seqs];
}

/** What is told of a message that was changed, of a whisper without with whom; `undefined` when it was not changed. */
export function changeOf(message: StoredMessage): MessageEdited | MessageDeleted | undefined {
  const { seq, from, content, edited: at, deleted = false, by = from } = message;
  if (at === undefined) return undefined;
  const place = message.type === "NewMessage" ? { room: message.room } : {};
  return deleted
    ? { type: "MessageDeleted", ...place, seq, by, at }
    : { type: "MessageEdited", ...place, seq, content, by, at };
}

/** Who is told of changes. */
export interface ToldOfChanges {
  /** Pays for what is read. */
  readonly account: Account;
  tell(change: MessageEdited | MessageDeleted): void;
  /** Waits until it has taken most of what it was told. @returns Whether it is still there. */
  ready(): Promise<boolean>;
}

/** Tells what of messages was changed, in the order of their seqs, and no faster than it is taken. */
export async function tellChanged(
  read: MessageStore["read"],
  stream: string,
  seqs: readonly number[],
  meanwhile: Pick<Watch, "now">,
  reader: ToldOfChanges,
): Promise<void> {
  for (const seq of seqs.toSorted((one, other) => one - other)) {
    if (!await reader.ready()) return;
    const { messages: [stored] } = await read(stream, {
      after: seq - 1,
      limit: 1,
      bytesMax: Infinity,
    });
    await reader.account.serve(() => {
      const message = stored?.seq === seq ? messageIn(meanwhile.now(stored)) : undefined;
      const change = message?.type === "NewMessage" ? changeOf(message) : undefined;
      if (change !== undefined) reader.tell(change);
    });
  }
}
