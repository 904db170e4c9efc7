/**
 * Finds what somebody said and whispered, page by page, the newest first.
 *
 * ```text
 *   author/tea   ann T1 from 1 │ ben T2 from 3 │ ann T3 from 9      whose the name was from when on: only T1 is asked for
 *   room/tea     … 12 11 10 9 │ 8 7 6 5 4 3 2 1                     of `ann` from 1 to 8
 *   pair/ann/ben                                                    by the tags at the end of each record
 * ```
 *
 * A room in which nobody of that tag spoke is not read. What nothing proves is nobody's: it stays, as it can be edited by nobody
 * (`store/authors.ts`). The notes of authors come last of each room, since by them the rest is found.
 *
 * @module
 */

import { ERASE_PAGE } from "../limits.ts";
import { authorIn } from "../store/authors.ts";
import type { MessageStore, Stored } from "../store/store_port.ts";
import { messageIn } from "../store/stored.ts";
import { AUTHOR_STREAMS, authorStream, PAIR_STREAMS, roomStream } from "../store/streams.ts";
import { betweenIn } from "../store/whispers.ts";
import { type FoldedName, foldText } from "../wire/mod.ts";
import type { Erased } from "./blank.ts";

/** Some of it, all in one stream. */
export interface Traces {
  readonly kind: "said" | "whispered" | "author";
  readonly stream: string;
  /** The room, of what was said in one. */
  readonly room?: FoldedName;
  readonly seqs: readonly number[];
}

/** Where it is looked for. */
export interface Searched {
  readonly store: Pick<MessageStore, "streams" | "head">;
  readonly read: MessageStore["read"];
  /** Lets others go on; `false` to stop. */
  readonly pause: () => Promise<boolean>;
}

/** All of it. */
export async function* tracesOf(where: Searched, who: Erased): AsyncGenerator<Traces> {
  for (const name of where.store.streams(AUTHOR_STREAMS)) {
    yield* inRoom(where, who, name.slice(AUTHOR_STREAMS.length) as FoldedName);
  }
  for (const stream of where.store.streams(PAIR_STREAMS)) {
    if (!stream.slice(PAIR_STREAMS.length).split("/").includes(who.key)) continue;
    for await (const page of pagesOf(where, stream)) {
      const seqs = page.filter((stored) => isWhisper(stored, who)).map(({ seq }) => seq);
      if (seqs.length > 0) yield { kind: "whispered", stream, seqs };
    }
  }
}

/** From a seq on, down to which the name was one's own or not. */
interface Span {
  readonly from: number;
  readonly isOwn: boolean;
}

async function* inRoom(where: Searched, who: Erased, room: FoldedName): AsyncGenerator<Traces> {
  const stream = roomStream(room);
  // Up to here all notes are there by which it is known whose it is. Who has the name meanwhile speaks behind it.
  const last = where.store.head(stream);
  const { spans, records } = await spansOf(where, who, room);
  if (records.length === 0) return;
  const first = spans.findLast(({ isOwn }) => isOwn)?.from ?? 1;
  let at = 0;
  for await (const page of pagesOf(where, stream, { first, last })) {
    const seqs: number[] = [];
    for (const stored of page) {
      while ((spans[at]?.from ?? 0) > stored.seq) at++;
      if (spans[at]?.isOwn && isSaid(stored, who)) seqs.push(stored.seq);
    }
    if (seqs.length > 0) yield { kind: "said", stream, room, seqs };
  }
  for (let i = 0; i < records.length; i += ERASE_PAGE) {
    const seqs = records.slice(i, i + ERASE_PAGE);
    yield { kind: "author", stream: authorStream(room), room, seqs };
  }
}

/** Whose the name was in a room, the latest first, and the notes that it was one's own. */
async function spansOf(
  where: Searched,
  { key, tag }: Erased,
  room: FoldedName,
): Promise<{ readonly spans: readonly Span[]; readonly records: readonly number[] }> {
  const spans: Span[] = [];
  const records: number[] = [];
  let next: number | undefined;
  for await (const page of pagesOf(where, authorStream(room))) {
    for (const stored of page) {
      const author = authorIn(stored);
      if (author === undefined) continue;
      // What is missing in between may have said that the name is another one's.
      if (next !== undefined && stored.seq !== next) {
        spans.push({ from: author.seq + 1, isOwn: false });
      }
      next = stored.seq - 1;
      if (author.from !== key) continue;
      const isOwn = author.tag === tag;
      spans.push({ from: author.seq, isOwn });
      if (isOwn) records.push(stored.seq);
    }
  }
  return { spans, records };
}

async function* pagesOf(
  { store, read, pause }: Searched,
  stream: string,
  { first = 1, last = store.head(stream) }: { readonly first?: number; readonly last?: number } =
    {},
): AsyncGenerator<readonly Stored[]> {
  let before = last + 1;
  while (before > first) {
    if (!await pause()) return;
    const { messages, next } = await read(stream, {
      before,
      limit: ERASE_PAGE,
      bytesMax: Infinity,
    });
    const oldest = Math.min(next ?? Infinity, messages[0]?.seq ?? Infinity);
    if (oldest === Infinity) return;
    before = oldest;
    yield messages.filter(({ seq }) => seq >= first).reverse();
  }
}

/** Whether a message of a room is of that name, and holds what is to go. */
function isSaid(stored: Stored, { key }: Erased): boolean {
  const message = messageIn(stored);
  return message?.type === "NewMessage" && foldText(message.from) === key;
}

function isWhisper(stored: Stored, { tag }: Erased): boolean {
  if (betweenIn(stored.body)?.[0] !== tag) return false;
  const message = messageIn(stored);
  return message !== undefined && (message.deleted !== true || message.id !== undefined);
}
