/**
 * What is said, on its way: taken, stored, and only then told.
 *
 * ```text
 *   say ─ seen this id before? ─ yes ─► the first one's answer, once it is known
 *          │ no
 *          ▼
 *   store.append ── encode(seq): the one encoding ──► … durable ──► room log, then Ack
 *                                                    └ failed ──► Error{storage}; nobody saw it
 * ```
 *
 * A message is published and acknowledged when the store says that it is durable, in the order in which
 * it was taken. What the sender is answered goes to whichever connection asked, so a client that came
 * back and said it again gets its answer there.
 *
 * @module
 */

import { bodyOf, messageFrame } from "./encode.ts";
import type { ServerEvent } from "./events.ts";
import type { Counters } from "./figures/counters.ts";
import type { Fanout } from "./figures/fanout.ts";
import type { Member } from "./member.ts";
import { RecentIds, type Taken } from "./recent_ids.ts";
import type { Room } from "./room.ts";
import type { MessageStore, StorageError } from "./store_port.ts";
import { pairStream } from "./streams.ts";
import { encodeLine } from "./text/render.ts";
import {
  ERROR_SENTENCES,
  type FoldedName,
  foldText,
  type NewMessage,
  type PrivateMessage,
  type ServerMessage,
  type UserName,
} from "./wire/mod.ts";

const decoder = new TextDecoder();

/** What a conversation needs. */
export interface ConversationParts {
  readonly store: MessageStore;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly onEvent: (event: ServerEvent) => void;
  readonly counters: Counters;
  readonly fanout: Fanout;
  /** The member of that name who is here when a whisper becomes durable. */
  readonly member: (key: FoldedName) => Member | undefined;
}

/** Takes what members say. */
export class Conversation {
  readonly #parts: ConversationParts;
  readonly #recent = new RecentIds<ServerMessage>();
  /** Whether the last append failed: a full disk is told once, not for every message. */
  #storageFailed = false;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    for (const body of parts.store.before.recent) this.#recall(body);
  }

  /** Whether the store refused what it was given last. */
  get storageFailed(): boolean {
    return this.#storageFailed;
  }

  /** For how many ms the store has owed an answer; 0 when it owes none. */
  get pendingMs(): number {
    return this.#parts.store.pendingMs?.() ?? 0;
  }

  /** Gives the store something small to keep. @returns Whether it did. */
  tryStore({ name, topic }: Room): Promise<boolean> {
    const fact = { name, ...(topic === undefined ? {} : { topic }) };
    return new Promise((resolve) =>
      this.#parts.store.rememberRoom(fact, (error) => {
        this.#storageFailed = error !== undefined;
        resolve(error === undefined);
      })
    );
  }

  /**
   * Answers again what `speaker` already said under `id`.
   *
   * @returns Whether that was so: then it is not to be taken again, whatever it is.
   */
  answerAgain(speaker: Member, id: string | undefined): boolean {
    if (id === undefined) return false;
    const known = this.#recent.find(speaker.key, id, this.#parts.clock());
    known?.whenSettled((answer) => speaker.tell({ ...answer, re: id }));
    return known !== undefined;
  }

  /** Says something in a room. */
  say(speaker: Member, room: Room, content: string, id: string | undefined): void {
    const taken = this.#take(speaker, id);
    if (!room.remembered) this.#remember(room);
    const at = this.#parts.clock();
    const placeJson = `"room":${room.nameJson}`;
    let frame: Uint8Array<ArrayBuffer>;
    let seq = 0;
    this.#parts.store.append({
      stream: room.stream,
      at,
      encode: (given) => {
        seq = given;
        frame = messageFrame(
          { type: "NewMessage", placeJson, fromJson: speaker.nameJson, content, at, id },
          seq,
        );
        return bodyOf(frame);
      },
      settled: (error) => {
        if (error !== undefined) return this.#failed(speaker, id, taken, error);
        this.#storageFailed = false;
        const message: NewMessage = {
          type: "NewMessage",
          room: room.name,
          seq,
          from: speaker.name,
          content,
          at,
        };
        const { counters, fanout } = this.#parts;
        room.say(frame, message, speaker, counters);
        if (fanout.due) fanout.follow((passed) => room.trace(speaker, passed));
        taken?.settle({ type: "Ack", room: room.name, seq, at });
      },
    });
  }

  /** Gives a room another topic: told when that is durable. */
  setTopic(by: Member, room: Room, topic: string, id: string | undefined): void {
    room.remembered = true;
    const { name } = room;
    this.#parts.store.rememberRoom({ name, ...(topic === "" ? {} : { topic }) }, (error) => {
      if (error !== undefined) return this.#failed(by, id, undefined, error);
      this.#storageFailed = false;
      room.setTopic(topic, by.name);
      if (id === undefined) return;
      const { store, clock } = this.#parts;
      by.tell({ type: "Ack", re: id, room: name, seq: store.head(room.stream), at: clock() });
    });
  }

  /** Says something to one user. */
  whisper(speaker: Member, to: Member, content: string, id: string | undefined): void {
    const taken = this.#take(speaker, id);
    const at = this.#parts.clock();
    let seq = 0;
    let frame: Uint8Array<ArrayBuffer>;
    this.#parts.store.append({
      stream: pairStream(speaker.key, to.key),
      at,
      encode: (given) => {
        seq = given;
        const placeJson = `"from":${speaker.nameJson},"to":${to.nameJson}`;
        frame = messageFrame(
          { type: "PrivateMessage", placeJson, fromJson: undefined, content, at, id },
          seq,
        );
        return bodyOf(frame);
      },
      settled: (error) => {
        if (error !== undefined) return this.#failed(speaker, id, taken, error);
        this.#storageFailed = false;
        this.#parts.counters.whispers++;
        this.#deliver(frame, { from: speaker.name, to: to.name, content, seq, at }, to.key);
        const sent: ServerMessage = { type: "PrivateSent", to: to.name, content, seq, at };
        // Without an id nobody waits for the answer, but the sender's echo is due all the same.
        if (taken === undefined) speaker.tell(sent);
        else taken.settle(sent);
      },
    });
  }

  /** Forgets ids that are too old. To be called now and then. */
  sweep(): void {
    this.#recent.sweep(this.#parts.clock());
  }

  #remember(room: Room): void {
    room.remembered = true;
    const { name, topic } = room;
    this.#parts.store.rememberRoom({ name, ...(topic === undefined ? {} : { topic }) });
  }

  /** Knows the id of a stored message again, so that it is taken once also over a restart. */
  #recall(body: Uint8Array): void {
    const message = JSON.parse(decoder.decode(body)) as NewMessage | PrivateMessage;
    const { id, seq, at } = message;
    if (id === undefined) return;
    const taken = this.#recent.remember(foldText(message.from), id, at);
    if (message.type === "NewMessage") {
      taken.settle({ type: "Ack", room: message.room, seq, at });
    } else {
      const { to = "", content } = message;
      taken.settle({ type: "PrivateSent", to, content, seq, at });
    }
  }

  /** Remembers a new id, and sees to it that its answer is given. */
  #take(speaker: Member, id: string | undefined): Taken<ServerMessage> | undefined {
    if (id === undefined) return undefined;
    const taken = this.#recent.remember(speaker.key, id, this.#parts.clock());
    taken.whenSettled((answer) => speaker.tell({ ...answer, re: id }));
    return taken;
  }

  /** A whisper goes to whoever has the name when it is durable: the receiver may have reconnected. */
  #deliver(
    frame: Uint8Array,
    parts: { from: UserName; to: UserName; content: string; seq: number; at: number },
    key: FoldedName,
  ): void {
    const receiver = this.#parts.member(key);
    if (receiver === undefined) return;
    const message: PrivateMessage = { type: "PrivateMessage", ...parts };
    const bytes = receiver.speech === "frames" ? frame : encodeLine(message);
    if (bytes === undefined) return;
    const { counters } = this.#parts;
    counters.deliveries++;
    counters.whisperDeliveries++;
    counters.whisperBytes += bytes.length;
    receiver.tellBytes(bytes);
  }

  #failed(
    speaker: Member,
    id: string | undefined,
    taken: Taken<ServerMessage> | undefined,
    error: StorageError,
  ): void {
    const refusal: ServerMessage = { type: "Error", code: "storage", msg: ERROR_SENTENCES.storage };
    if (id !== undefined) this.#recent.forget(speaker.key, id);
    if (taken !== undefined) taken.settle(refusal);
    else speaker.tell(id === undefined ? refusal : { ...refusal, re: id });
    if (this.#storageFailed) return;
    this.#storageFailed = true;
    this.#parts.onEvent({ kind: "storage_failed", error });
  }
}
