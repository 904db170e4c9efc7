/**
 * What is said, on its way: taken, stored, and only then told.
 *
 * ```text
 *   said under an id before? ─ yes ─► the first one's answer (repeats.ts)
 *          │ no
 *          ▼
 *   store.append ── encode(seq): the one encoding ──► … durable ──► room log, then Ack
 *                                                    ├ refused ──► Error{storage}: it was not and will not be told
 *                                                    └ unknown ──► Error{unknown}: it was not told; whether it is in
 *                                                                  the store is seen when that is opened again
 * ```
 *
 * A message is published and acknowledged when the store says that it is durable, in the order in which
 * it was taken. What the sender is answered goes to whichever connection asked, so a client that came
 * back and said it again gets its answer there.
 *
 * @module
 */

import type { Addressee, Said } from "./commands/types.ts";
import { NOBODY } from "./erasing/blank.ts";
import type { ServerEvent } from "./events.ts";
import type { Counters } from "./figures/counters.ts";
import type { Deliveries } from "./hooks/deliveries.ts";
import type { Acknowledgements } from "./figures/acknowledgements.ts";
import type { Fanout } from "./figures/fanout.ts";
import type { Member } from "./rooms/member.ts";
import { pairOf } from "./rooms/pair.ts";
import type { Making, Quotas } from "./store/quotas.ts";
import { type Asked, refusalOf, Repeats } from "./repeats/repeats.ts";
import type { Room } from "./rooms/room.ts";
import { type Course, SaidInRoom, SaidToOne } from "./saying.ts";
import { OnTheWay } from "./store/on_the_way.ts";
import type { MessageStore, RoomFact, StorageError } from "./store/store_port.ts";
import type { Tracing } from "./tracing/tracing.ts";
import type { Unread } from "./unread/unread.ts";
import { type ClientMessage, type FoldedName, LOBBY } from "./wire/mod.ts";

/** What a conversation needs. */
export interface ConversationParts {
  readonly store: MessageStore;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds that pass whatever is done to the clock. */
  readonly steady: () => number;
  readonly onEvent: (event: ServerEvent) => void;
  readonly counters: Counters;
  readonly fanout: Fanout;
  /** How long those who speak wait. */
  readonly acks: Acknowledgements;
  readonly quotas: Quotas;
  /** Writes whose room it is, where only this server knows it. */
  readonly keepOwner: (room: Room) => void;
  /** The room of that name, if it is there. */
  readonly room: (key: FoldedName) => Room | undefined;
  /** The member of that name who is here when a whisper becomes durable. */
  readonly member: (key: FoldedName) => Member | undefined;
  /** The other devices of an account that is here with several. */
  readonly others: (key: FoldedName) => readonly Member[];
  /** Whether what is whispered to a name, or to who had it then, waits: it is an account that is away. */
  readonly waits: (key: FoldedName, tag?: string) => boolean;
  readonly unread: Pick<Unread, "whispered" | "read" | "readRoom">;
  readonly tracing: Tracing;
  readonly deliveries: Pick<Deliveries, "any" | "said">;
}

/** Takes what members say. */
export class Conversation implements Course {
  readonly parts: ConversationParts;
  readonly repeats: Repeats;
  /** What is to be remembered of rooms, and is on its way: whatever else is written of a room says the newest. */
  readonly #facts = new OnTheWay<FoldedName, RoomFact>();
  /** Whether the last append failed: a full disk is told once, not for every message. */
  #storageFailed = false;

  constructor(parts: ConversationParts) {
    this.parts = parts;
    this.repeats = new Repeats(parts);
  }

  /** Whether the store refused what it was given last. */
  get storageFailed(): boolean {
    return this.#storageFailed;
  }

  /** For how many ms the store has owed an answer; 0 when it owes none. */
  get pendingMs(): number {
    return this.parts.store.pendingMs();
  }

  /** Gives the store something small to keep. @returns Whether it did. */
  tryStore(room: Room): Promise<boolean> {
    return new Promise((resolve) =>
      this.parts.store.rememberRoom(this.#factOf(room), (error) => {
        this.#storageFailed = error !== undefined;
        resolve(error === undefined);
      })
    );
  }

  /** Bytes of memory that remembered ids take. */
  get idBytes(): number {
    return this.repeats.bytes;
  }

  /** See `Repeats.answer`. */
  answerAgain(speaker: Member, message: ClientMessage): boolean | Promise<boolean> {
    return this.repeats.answer(speaker, message);
  }

  /** Says something in a room. */
  say(speaker: Member, room: Room, said: Said, id: string | undefined): void {
    const { quotas, clock } = this.parts;
    const saying = new SaidInRoom(this, { speaker, said, id, at: clock() }, room);
    this.repeats.take(saying);
    const refusal = quotas.take(speaker, makingOf(room));
    if (refusal !== undefined) return saying.settled(refusal);
    if (!room.remembered || room.isOwnerNews) this.#remember(room);
    saying.sign();
    saying.sendOn();
  }

  /** Gives a room another topic: told when that is durable. */
  setTopic(by: Member, room: Room, topic: string, id: string | undefined): void {
    const failed = (error: StorageError): void => {
      const refusal = refusalOf(error);
      by.tell(id === undefined ? refusal : { ...refusal, re: id });
      this.#tellFailure(error);
    };
    const { quotas } = this.parts;
    const tooMuch = quotas.take(by, makingOf(room));
    if (tooMuch !== undefined) return failed(tooMuch);
    quotas.spend(by, topic.length);
    if (!room.remembered || room.isOwnerNews) this.#remember(room);
    room.hold();
    by.owed.add();
    const { name } = room;
    const fact = { name, ...(topic === "" ? {} : { topic, topicTag: by.tag }) };
    const arrived = this.#facts.put(room.key, fact);
    this.parts.store.rememberRoom(fact, (error) => {
      arrived(error);
      room.release();
      by.owed.settle();
      if (error !== undefined) return failed(error);
      this.#storageFailed = false;
      room.setTopic(topic, by);
      if (id === undefined) return;
      const { store, clock } = this.parts;
      by.tell({ type: "Ack", re: id, room: name, seq: store.head(room.stream), at: clock() });
    });
  }

  /** Takes the topic of a room away, if somebody has set it who is nobody any more. @throws {StorageError} Through the promise. */
  async forgetTopic(key: FoldedName, tag: string): Promise<void> {
    const { store, room } = this.parts;
    // Another topic that is on its way is put behind it, and stays.
    const fact = this.#facts.newest(key, () => room(key)?.fact ?? store.room(key));
    if (fact?.topicTag !== tag) return;
    const bare = { name: fact.name };
    const arrived = this.#facts.put(key, bare);
    await new Promise<void>((resolve, reject) =>
      store.rememberRoom(bare, (error) => {
        arrived(error);
        if (error !== undefined) return reject(error);
        // Also where it was opened meanwhile.
        const opened = room(key);
        if (opened?.topicTag === tag) opened.setTopic("", { name: NOBODY });
        resolve();
      })
    );
  }

  /** Says something to one user, or to an account that is away. */
  whisper(speaker: Member, to: Addressee, said: Said, id: string | undefined): void {
    const { quotas, clock, store, unread } = this.parts;
    const pair = pairOf(speaker, to);
    const saying = new SaidToOne(this, { speaker, said, id, at: clock() }, pair);
    this.repeats.take(saying);
    const refusal = quotas.take(speaker, store.head(pair.stream) > 0 ? undefined : "pair");
    if (refusal !== undefined) return saying.settled(refusal);
    if (to.registered) unread.whispered(to, speaker);
    saying.sendOn();
  }

  /** Something else was given to the store: whether it was taken. */
  stored(error?: StorageError): void {
    if (error === undefined) this.#storageFailed = false;
    else this.#tellFailure(error);
  }

  /** Forgets ids that are too old. To be called now and then. */
  sweep(): void {
    this.repeats.sweep();
    this.parts.quotas.sweep();
  }

  #remember(room: Room): void {
    this.parts.keepOwner(room);
    room.remembered = true;
    // Without its owner it would be the operators' after a restart: both are written when there is space.
    if (!room.isOwnerNews) this.parts.store.rememberRoom(this.#factOf(room));
  }

  #factOf(room: Room): RoomFact {
    return this.#facts.newest(room.key, () => room.fact);
  }

  /** See `Course`. */
  kept(): void {
    this.#storageFailed = false;
  }

  /** See `Course`. */
  failed(asked: Asked, error: StorageError): void {
    this.repeats.fail(asked, error);
    this.#tellFailure(error);
  }

  #tellFailure(error: StorageError): void {
    if (error.isLimit || this.#storageFailed) return;
    this.#storageFailed = true;
    this.parts.onEvent({ kind: "storage_failed", error });
  }
}

/** What is made by saying something in a room. The lobby is there without anybody's doing. */
function makingOf(room: Room): Making | undefined {
  return room.remembered || room.key === LOBBY ? undefined : "room";
}
