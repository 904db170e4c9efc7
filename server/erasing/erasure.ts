/**
 * Erases somebody: the account is gone already, and now goes what it said and whispered, and what is known of it.
 *
 * ```text
 *   in one batch: the account, its record, the note erase/<name>/<tag> ─► all that was on its way is durable ─► its words, page by page
 *       ─► notes of who spoke ─► ranks in rooms, topics ─► how far it has read, what waited for it, by what it came in ─► in one batch: the note goes, and all
 *       of it out of the files, soon
 * ```
 *
 * Whoever calls this has let go who was here as that account: such a one gives the store nothing more (`Hall.isHere` is asked behind each
 * wait). So what the store was given by then is all, and it is waited for first. What others write meanwhile of somebody who has the
 * name stays.
 *
 * The note outlives a kill: whoever starts next goes on with it, and so does who fails, in a while. Who registers the name meanwhile is known by another tag, and keeps
 * what is his. What stays is told before it is done (`chat user erase`): what others wrote, records of order, backups.
 *
 * @module
 */

import { ERASE_RETRY_MS } from "../durable/limits.ts";
import { ERASE_TOLD_MAX } from "../limits.ts";
import type { Invitations } from "../invitations/invitations.ts";
import type { News } from "../order/news.ts";
import { namesOne } from "../order/order.ts";
import { orderIn } from "../order/order_fact.ts";
import { changeOf, encodeChange } from "../store/changes.ts";
import { type MessageStore, type Put, StorageError, type Stored } from "../store/store_port.ts";
import { messageIn } from "../store/stored.ts";
import { AUDIT_STREAMS, changeStream, ERASE_KEYS, eraseKey, ORDER_KEYS } from "../store/streams.ts";
import { authorIn } from "../store/authors.ts";
import type { Rewriting } from "../rewriting.ts";
import type { Tracing } from "../tracing/tracing.ts";
import type { Unread } from "../unread/unread.ts";
import { type FoldedName, foldText, type MessageDeleted } from "../wire/mod.ts";
import { blankAuthor, blankMessage, encodeErased, type Erased, erasedIn, NOBODY } from "./blank.ts";
import { type Searched, type Traces, tracesOf } from "./traces.ts";

/** What it works on. */
export interface ErasureParts {
  readonly store: MessageStore;
  readonly read: MessageStore["read"];
  /** Gives a message another body, alone with it. @throws {StorageError} Through the promise. */
  readonly rewrite: Rewriting;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds that pass whatever is done to the clock. */
  readonly steady: () => number;
  /** Lets others go on. */
  readonly pause: () => Promise<void>;
  /** Tells who is in a room that words are gone. */
  readonly tell: (room: FoldedName, gone: MessageDeleted) => void;
  /** The rooms that are there, whether they are kept or not. */
  readonly rooms: () => Iterable<{ readonly key: FoldedName }>;
  /** Somebody owns, moderates and is invited to a room no more. */
  readonly forget: (room: FoldedName, who: Erased) => Promise<void>;
  /** The topic of a room goes, if somebody has set it. */
  readonly forgetTopic: (room: FoldedName, who: Erased) => Promise<void>;
  readonly unread: Pick<Unread, "forget" | "erase">;
  readonly news: Pick<News, "erase">;
  readonly invitations: Pick<Invitations, "erase">;
  /** Ways of messages, which are in memory alone. */
  readonly tracing: Pick<Tracing, "erase">;
}

/** How much there is of somebody. */
export interface Found {
  /** What it said in rooms, and in how many of them. */
  readonly messages: number;
  readonly rooms: number;
  /** What it whispered, and with how many. */
  readonly whispers: number;
  readonly people: number;
  /** Records of order by it and about it, which stay. */
  readonly audit: number;
}

/** Erases people. */
export class Erasure {
  readonly #parts: ErasureParts;
  readonly #underWay = new Set<Promise<unknown>>();
  #closing = false;
  /** When to look next whether somebody is still to be erased, by the steady clock. */
  #resumeAtMs = -Infinity;

  constructor(parts: ErasureParts) {
    this.#parts = parts;
  }

  /** Who is being erased under a name, though the account is gone. */
  pending(key: FoldedName): Erased | undefined {
    return this.#notes(`${ERASE_KEYS}${key}/`)[0];
  }

  #notes(prefix: string): Erased[] {
    const { values } = this.#parts.store;
    return [...values.keys(prefix)].flatMap((key) => {
      const value = values.value(key);
      return (value && erasedIn(value, key)) ?? [];
    });
  }

  /** What is to be written together with the end of the account. */
  note(who: Erased): Put {
    return { key: eraseKey(who.key, who.tag), value: encodeErased(who) };
  }

  /** Counts what there is. */
  count(who: Erased): Promise<Found> {
    return this.#tracked(async () => await this.#sum(who, () => Promise.resolve()));
  }

  /** Erases it. @returns How much there was. @throws {StorageError} Through the promise; it is gone on with later. */
  erase(who: Erased): Promise<Found> {
    return this.#tracked(async () => {
      const told = new Map<string, number>();
      const { store, unread } = this.#parts;
      try {
        unread.forget(who);
        await store.settled();
        const found = await this.#sum(who, (traces) => this.#blank(traces, who, told));
        await this.#finish(who);
        return found;
      } catch (error) {
        this.#resumeAtMs = this.#parts.steady() + ERASE_RETRY_MS;
        throw error;
      }
    });
  }

  /**
   * Goes on with whom it did not get to the end of: at the start, and in a while when that failed. To be called now and then; it never
   * waits and never throws.
   *
   * @param onTrouble Hears why it cannot.
   */
  tend(onTrouble: (error: unknown) => void): void {
    const nowMs = this.#parts.steady();
    if (this.#closing || nowMs < this.#resumeAtMs) return;
    this.#resumeAtMs = Infinity;
    this.#tracked(async () => {
      for (const who of this.#notes(ERASE_KEYS)) {
        await this.erase(who).catch((error) => {
          if (!this.#closing) onTrouble(error);
        });
      }
    }).catch(onTrouble);
  }

  /** Ends: what is under way stops at its next page. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.allSettled(this.#underWay);
  }

  async #tracked<T>(work: () => Promise<T>): Promise<T> {
    const working = work();
    this.#underWay.add(working);
    try {
      return await working;
    } finally {
      this.#underWay.delete(working);
    }
  }

  /** Goes through all of it. */
  async #sum(who: Erased, each: (traces: Traces) => Promise<void>): Promise<Found> {
    const rooms = new Set<string>();
    const people = new Set<string>();
    let messages = 0;
    let whispers = 0;
    for await (const traces of tracesOf(this.#where(), who)) {
      if (traces.kind === "said") {
        messages += traces.seqs.length;
        rooms.add(traces.stream);
      } else if (traces.kind === "whispered") {
        whispers += traces.seqs.length;
        people.add(traces.stream);
      }
      await each(traces);
    }
    const audit = await this.#records(who);
    this.#check();
    return { messages, rooms: rooms.size, whispers, people: people.size, audit };
  }

  /** @throws {StorageError} When the server is about to end. */
  #check(): void {
    if (this.#closing) throw new StorageError("The server is shutting down");
  }

  #where(): Searched {
    const { store, read, pause } = this.#parts;
    return {
      store,
      read,
      pause: async () => {
        if (!this.#closing) await pause();
        return !this.#closing;
      },
    };
  }

  /** Takes the words of some. @param told How many were told of already, by room. */
  async #blank(
    { kind, stream, room, seqs }: Traces,
    { key }: Erased,
    told: Map<string, number>,
  ): Promise<void> {
    const { store, rewrite, clock, tell } = this.#parts;
    const at = clock();
    if (kind === "author") {
      await allOf(seqs.map((seq) =>
        rewrite(stream, seq, (stored) => {
          const author = authorIn(stored);
          return author?.from === key ? { body: blankAuthor(author) } : undefined;
        })
      ));
      return;
    }
    // Who is there, or comes back, is told of the newest; the others are found so in the history.
    const left = ERASE_TOLD_MAX - (told.get(stream) ?? 0);
    told.set(stream, ERASE_TOLD_MAX - Math.max(0, left - seqs.length));
    await allOf(seqs.map((seq, i) =>
      rewrite(stream, seq, (stored) => {
        const message = messageIn(stored);
        if (message === undefined || foldText(message.from) !== key) return undefined;
        const body = blankMessage(message, at);
        if (room === undefined || i >= left || message.deleted === true) return { body };
        const blank = messageIn({ seq, body });
        const change = blank && changeOf(blank);
        const note = () => encodeChange({ seq, head: store.newest(stream), edited: blank?.edited });
        const tellRoom = (): void => {
          if (change?.type === "MessageDeleted") tell(room, { ...change, by: NOBODY });
        };
        return { body, beside: [{ stream: changeStream(room), encode: note }], told: tellRoom };
      })
    ));
  }

  /** Takes the rest, and ends. */
  async #finish(who: Erased): Promise<void> {
    const { store, unread, news, invitations, tracing } = this.#parts;
    tracing.erase(who.key);
    await this.#forgetInRooms(who);
    await unread.erase(who);
    await news.erase(who);
    await invitations.erase(who);
    this.#check();
    const note = eraseKey(who.key, who.tag);
    await new Promise<void>((resolve, reject) => {
      const settled = (error?: StorageError) => error === undefined ? resolve() : reject(error);
      if (store.eraseSoon === undefined) store.values.write(note, undefined, settled);
      else store.eraseSoon(settled, [note]);
    });
  }

  /** It owns, moderates and is invited to nothing any more, and what rooms are about is not in its words. */
  async #forgetInRooms(who: Erased): Promise<void> {
    const { store, forget, forgetTopic, rooms, pause } = this.#parts;
    const { values } = store;
    const known = { tag: who.tag, mark: who.mark ?? "" };
    let looked = 0;
    const next = async () => {
      if (++looked % ORDERS_AT_ONCE === 0) await pause();
      this.#check();
    };
    for (const { key } of rooms()) {
      await next();
      await forget(key, who);
      await forgetTopic(key, who);
    }
    // And those that nobody has opened since.
    for (const key of [...values.keys(ORDER_KEYS)]) {
      await next();
      const value = values.value(key);
      if (value === undefined || !namesOne(orderIn(value), known)) continue;
      await forget(key.slice(ORDER_KEYS.length) as FoldedName, who);
    }
    for (const key of [...store.roomKeys()]) {
      await next();
      await forgetTopic(key as FoldedName, who);
    }
  }

  /** Counts the records of order by somebody and about him. */
  async #records({ tag }: Erased): Promise<number> {
    const { store, read, pause } = this.#parts;
    let count = 0;
    for (const stream of store.streams(AUDIT_STREAMS)) {
      for (let before: number | undefined = store.head(stream) + 1; before !== undefined;) {
        if (this.#closing) return count;
        await pause();
        const { messages, next } = await read(stream, {
          before,
          limit: ORDERS_AT_ONCE,
          bytesMax: Infinity,
        });
        count += messages.filter((stored) => names(stored, tag)).length;
        before = next ?? messages[0]?.seq;
      }
    }
    return count;
  }
}

/** Settings of rooms, and records of order, that are looked at in one turn: half a millisecond. */
const ORDERS_AT_ONCE = 100;

/** Tags cannot be met by chance, whatever stands around them. */
function names({ body }: Stored, tag: string): boolean {
  return new TextDecoder().decode(body).includes(`"${tag}"`);
}

/** Waits for all, also when one fails: what is under way still writes. @throws What the first one that failed has thrown. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  for (const one of await Promise.allSettled(works)) {
    if (one.status === "rejected") throw one.reason;
  }
}
