/**
 * Who said what in a room, so that nobody changes the words of somebody else who had the same name.
 *
 * ```text
 *   room/tea     1 Ann: hi │ 2 Ann: tea? │ 3 Ben: yes │ 4 Ann: oh │ …
 *   author/tea   1 { from ann, tag T1, seq 1 } │ 2 { from ben, tag T2, seq 3 } │ 3 { from ann, tag T3, seq 4 } │ …
 *                                                          what `ann` said from 4 on is T3's, and before that T1's
 * ```
 *
 * A name is no proof: guests' names change hands. What proves is the tag (`session/identity.ts`), and a tag in each message
 * would cost it 22 bytes on the disk. But a name is one tag's at a time, so it is enough to write a tag down when a name begins
 * to speak in a room: together with its first message, in one batch, so that neither is there without the other. Each
 * stay in a room does so once, and again each hour and whenever `AUTHORS_BETWEEN_MAX` others have: then a message's author is
 * found within one page of the stream, however old both are, and outlives what retention cuts off.
 *
 * The record also says whether the room was for the invited alone then. So a trace of that stands beside the words that are not for
 * all, away from where the room's order is kept: a repair that finds no more of the order finds this (`order/closing.ts`).
 *
 * Whoever cannot be found has not said it: older messages, those of a stream of which something is damaged, and those whose
 * author's record is gone can be edited by nobody.
 *
 * @module
 */

import type { MessageStore, Stored } from "./store_port.ts";
import { AUTHORS_BETWEEN_MAX, AUTHORS_READ_MAX } from "../limits.ts";
import { authorStream } from "./streams.ts";
import type { FoldedName } from "../wire/mod.ts";

/** From a message on, what is said under a name in a room is of one tag. */
export interface Authorship {
  /** The name, folded. */
  readonly from: FoldedName;
  /** Whose it is from then on. */
  readonly tag: string;
  /** The first message of which that is said. */
  readonly seq: number;
  /** Whether the room is for the invited alone. */
  readonly closed?: boolean;
}

const HOUR_MS = 3_600_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** When an author was written down last for a stay: who, as how manieth of its room, and in which hour. */
export interface Signed {
  tag: string;
  count: number;
  hour: number;
  closed: boolean;
}

/** Whether a stay's author has to be written down with what it says now. `count`: how many its room has had. */
export function mustSign(
  signed: Signed | undefined,
  now: {
    readonly tag: string;
    readonly count: number;
    readonly at: number;
    readonly closed?: boolean;
  },
): boolean {
  return signed === undefined || signed.tag !== now.tag || signed.hour !== hourOf(now.at) ||
    signed.closed !== (now.closed ?? false) || now.count - signed.count >= AUTHORS_BETWEEN_MAX;
}

/** It has been. */
export function signed(tag: string, count: number, at: number, closed: boolean = false): Signed {
  return { tag, count, hour: hourOf(at), closed };
}

/** The record of an author. */
export function encodeAuthor(author: Authorship): Uint8Array {
  return encoder.encode(JSON.stringify(author));
}

function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS);
}

/** Whether a record says that its room was for the invited alone. */
export function saysClosed(body: Uint8Array): boolean {
  return authorIn({ body })?.closed ?? false;
}

/** What a record says. */
export function authorIn({ body }: Pick<Stored, "body">): Authorship | undefined {
  try {
    const value = JSON.parse(decoder.decode(body));
    const { from, tag, seq, closed } = Object(value);
    const isAuthor = typeof from === "string" && typeof tag === "string" && Number.isInteger(seq);
    if (!isAuthor) return undefined;
    return { from: from as FoldedName, tag, seq, ...(closed === true ? { closed } : {}) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The tag of whoever said the message `seq` under the name `from`; `undefined` when nothing proves it. */
export async function tagOfAuthor(
  read: MessageStore["read"],
  head: MessageStore["head"],
  room: FoldedName,
  { from, seq }: { readonly from: FoldedName; readonly seq: number },
): Promise<string | undefined> {
  const stream = authorStream(room);
  const last = await lastUpTo(read, stream, head(stream), seq);
  const page = await read(stream, {
    before: last + 1,
    limit: AUTHORS_READ_MAX,
    bytesMax: Infinity,
  });
  let next = last;
  for (const stored of page.messages.toReversed()) {
    const author = authorIn(stored);
    // What cannot be read, or was lost, may have said that the name is another one's.
    if (author === undefined || stored.seq !== next--) return undefined;
    if (author.from === from && author.seq <= seq) return author.tag;
  }
  return undefined;
}

/** The number of the last record that is of the message `seq` or of one before it; they are in the order of these. */
async function lastUpTo(
  read: MessageStore["read"],
  stream: string,
  head: number,
  seq: number,
): Promise<number> {
  let low = 0;
  let high = head;
  while (low < high) {
    // The newest are asked for most, so it begins with the last one.
    const middle = high === head ? head : Math.ceil((low + high) / 2);
    const { messages: [stored] } = await read(stream, {
      after: middle - 1,
      limit: 1,
      bytesMax: Infinity,
    });
    // One that is gone is passed over, and what is read is a later one. It may be of the message, and then nobody is found.
    const author = stored?.seq === middle ? authorIn(stored) : undefined;
    if (author !== undefined && author.seq > seq) high = middle - 1;
    else low = middle;
  }
  return low;
}
