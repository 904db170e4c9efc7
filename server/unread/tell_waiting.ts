/**
 * Whispers that waited, for a client of text: as lines, directly behind its login.
 *
 * ```text
 *   [Server] Bob whispered 2 times while you were away.
 *   [Private from Bob] are you there?
 *   [Private from Bob] call me
 * ```
 *
 * A client of frames is told how many there are (`Welcome.unread`) and asks for them; lines have no words for that. So the newest
 * of each person are read, in turns and with a permit, as a history is, and count as read.
 *
 * @module
 */

import { LOOKED_AT_MS, STORE_READ_MS } from "../budget/mod.ts";
import { WAITING_LINES_MAX } from "./limits.ts";
import type { Unread } from "./unread.ts";
import type { Archive } from "../store/history.ts";
import type { MessageStore } from "../store/store_port.ts";
import { messageIn } from "../store/stored.ts";
import { pairStream } from "../store/streams.ts";
import { readOwn } from "../store/whispers.ts";
import type { Member } from "../rooms/member.ts";
import { foldText, type UnreadEntry, waitedText } from "../wire/mod.ts";

/** Tells `member` what waits. @param alive Whether it is still there; checked after every wait. */
export async function tellWaiting(
  { store, pageBytesMax, reading, replaced, unread }: Archive & { readonly unread: Unread },
  member: Member,
  waiting: readonly UnreadEntry[],
  alive: () => boolean,
): Promise<void> {
  const { account, outbox, key, tag } = member;
  const read: MessageStore["read"] = async (stream, range) => {
    const page = await reading.holding(() => store.read(stream, range));
    account.spend({ workMs: STORE_READ_MS + page.messages.length * LOOKED_AT_MS });
    return page;
  };
  for (const { with: name, head, read: known } of waiting) {
    if (!alive()) return;
    if (name === undefined) continue;
    const from = foldText(name);
    const wanted = { before: head + 1, limit: WAITING_LINES_MAX };
    const reader = { tag, bytesMax: pageBytesMax, account };
    const stream = pairStream(key, from);
    using meanwhile = replaced.watch(stream);
    const page = await readOwn(read, stream, wanted, reader);
    const messages = page.messages.filter(({ seq }) => seq > known);
    if (!alive()) return;
    await account.serve(() => {
      if (!alive()) return;
      const lines = messages.flatMap((stored) => {
        const message = messageIn(meanwhile.now(stored));
        const isOwn = message?.type !== "PrivateMessage" || foldText(message.from) === key;
        return isOwn || message.deleted === true ? [] : [message];
      });
      // All behind what it knows are its own.
      const isCut = page.more && (messages[0]?.seq ?? 0) > known + 1;
      if (lines.length > 0) {
        member.tell({ type: "Notice", msg: waitedText(name, lines.length, isCut) });
      }
      for (const line of lines) member.tell(line);
      unread.read(member, from, head);
    });
    // One page at a time waits in memory, however much was whispered.
    await outbox.idle();
  }
}
