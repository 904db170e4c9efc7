/**
 * Pages of history: read with a permit, made in turns, paid by who asked.
 *
 * ```text
 *   asked ─► permit ─► store.read ─► judged, some at a time ─► the page, a copy of bodies ─► outbox
 *            few at once            └───────── in turns: the time that it takes is paid ────┘
 * ```
 *
 * What comes behind a wait is outside the turn in which it was asked for: it asks for turns of its own. A permit is held
 * for the store alone, so nobody who waits for its turn keeps another one from reading.
 *
 * @module
 */

import { ANSWER_MS_PER_BYTE, LOOKED_AT_MS, type Permits, STORE_READ_MS } from "../budget/mod.ts";
import { notInRoom, noUserSentence } from "../commands/refusals.ts";
import type { Effect } from "../commands/types.ts";
import { historyPageFrame } from "../codec/encode.ts";
import type { Member } from "../rooms/member.ts";
import type { Replaced } from "./replaced.ts";
import type { MessageStore, Page, Stored } from "./store_port.ts";
import { bearsReactions, shownTo } from "./revised.ts";
import { messageIn } from "./stored.ts";
import { type OwnPage, readOwn } from "./whispers.ts";
import { foldText } from "../wire/mod.ts";

/** Where pages come from. */
export interface Archive {
  readonly store: MessageStore;
  /** Largest page of history in bytes. */
  readonly pageBytesMax: number;
  /** Lets only a few pages be read at once. */
  readonly reading: Permits;
  /** What is replaced while they are. */
  readonly replaced: Replaced;
}

/** Answers `member` with a page. */
export async function answerPage(
  { store, pageBytesMax, reading, replaced }: Archive,
  member: Member,
  { stream, place, wanted }: Extract<Effect, { do: "read" }>,
  id: string | undefined,
): Promise<void> {
  const { account } = member;
  // It may have asked for a thousand pages before its connection broke.
  if (member.outbox.ended) return;
  const read: MessageStore["read"] = async (stream, range) => {
    const page = await reading.holding(() => store.read(stream, range));
    account.spend({ workMs: STORE_READ_MS + page.messages.length * LOOKED_AT_MS });
    return page;
  };
  using meanwhile = replaced.watch(stream);
  const page: Partial<OwnPage> & Page = "room" in place
    ? await read(stream, { ...wanted, bytesMax: pageBytesMax })
    : await readOwn(read, stream, wanted, { tag: member.tag, bytesMax: pageBytesMax, account });
  const { messages, more, next, lost } = page;
  const re = id === undefined ? {} : { re: id };
  if ("with" in place && !place.here && messages.length === 0 && !more) {
    // Whether others of that name ever whispered with somebody of this one is nobody's business.
    member.tell({ type: "Error", code: "not_found", msg: noUserSentence(place.with), ...re });
    return;
  }
  const good = await judged(messages, member);
  await account.serve(() => {
    // Who left or was put out meanwhile reads nothing more there.
    if ("room" in place && !member.isIn(foldText(place.room))) {
      const { msg } = notInRoom(place.room);
      member.tell({ type: "Error", code: "not_in_room", msg, ...re });
      return;
    }
    const rest = {
      more,
      ...(next === undefined ? {} : { next }),
      ...(lost === undefined ? {} : { lost }),
      ...re,
    };
    const named = "room" in place ? { room: place.room } : { with: place.with };
    const bodies = meanwhile.allNow(good, (stored) => judgedOne(stored, member));
    const bytes = historyPageFrame(named, bodies.map(({ body }) => body), rest);
    account.spend({ workMs: bytes.length * ANSWER_MS_PER_BYTE });
    member.tellBytes(bytes);
  });
}

/** Who reads a page, and pays for it. */
export type Reader = Pick<Member, "account" | "tag">;

/** Those that are messages, as their reader may have them, judged a slice at a time: each is parsed, since an import may have brought anything. */
export async function judged(stored: readonly Stored[], reader: Reader): Promise<Stored[]> {
  const { account } = reader;
  const good: Stored[] = [];
  let at = 0;
  while (at < stored.length) {
    await account.serve(() => {
      do {
        const one = stored[at++];
        const shown = one && judgedOne(one, reader);
        if (shown !== undefined) good.push(shown);
      } while (at < stored.length && !account.sliceSpent);
    });
  }
  return good;
}

/** The same of one; `undefined` when it is no message. */
export function judgedOne(stored: Stored, { tag }: Pick<Reader, "tag">): Stored | undefined {
  const message = messageIn(stored);
  if (message === undefined) return undefined;
  return bearsReactions(message) ? { ...stored, body: shownTo(tag, message) } : stored;
}
