/**
 * Words that came back: in a store that was saved from a damaged one, messages whose change is lost, and of which older words are there.
 *
 * ```text
 *   room/tea 7     "helo", edited: –              the body that replaced it is lost
 *   change/tea     { seq 7, edited: 200, … }      but it was edited at 200      ─► a place without words, as if it were deleted
 * ```
 *
 * What was deleted must not be read again, and what was edited is not what was said: rather no words than those. Which of the two it was
 * is not known any more. Of whispers no such record is kept. What is withheld is told, and leaves the files of the saved store at once.
 *
 * @module
 */

import type { Store } from "../../db/mod.ts";
import { changeIn } from "./changes.ts";
import { encodeStored, revise } from "./revised.ts";
import { messageIn } from "./stored.ts";
import { CHANGE_STREAMS, roomStream } from "./streams.ts";
import type { FoldedName } from "../wire/mod.ts";

/** Records that are read at once. */
const PAGE_RECORDS = 500;

/** A message whose words are withheld. */
export interface Withheld {
  readonly stream: string;
  readonly seq: number;
}

/** Withholds them. @returns Which, in the order of the rooms. */
export async function withholdOlder(store: Store): Promise<readonly Withheld[]> {
  const withheld: Withheld[] = [];
  for (const { name } of [...store.streams()]) {
    if (!name.startsWith(CHANGE_STREAMS)) continue;
    const stream = roomStream(name.slice(CHANGE_STREAMS.length) as FoldedName);
    for (const [seq, edited] of await changesIn(store, name)) {
      const [entry] = await store.read(stream, { after: seq - 1, limit: 1 });
      if (entry?.kind !== "message" || entry.seq !== seq) continue;
      const message = messageIn(entry);
      if (message === undefined || (message.edited ?? 0) >= edited) continue;
      const by = { name: message.from, tag: "", at: edited };
      // One that was deleted, and was edited later by nobody, has no words that could come back.
      if (message.deleted === true) continue;
      await store.edit(stream, seq, encodeStored(revise(message, { kind: "delete" }, by)));
      withheld.push({ stream, seq });
    }
  }
  if (withheld.length > 0) await store.compact({ reach: "dead" });
  return withheld;
}

/** The messages of a room that were changed, and when last. */
async function changesIn(store: Store, name: string): Promise<ReadonlyMap<number, number>> {
  const changes = new Map<number, number>();
  for (let after = 0;;) {
    const page = await store.read(name, { after, limit: PAGE_RECORDS });
    for (const entry of page) {
      const change = entry.kind === "message" ? changeIn(entry) : undefined;
      if (change === undefined) continue;
      const { seq, edited, before = [] } = change;
      for (const [one, at] of [...before, [seq, edited ?? 0] as const]) {
        changes.set(one, Math.max(at, changes.get(one) ?? 0));
      }
    }
    const last = page.at(-1);
    if (last === undefined) return changes;
    after = last.seq;
  }
}
