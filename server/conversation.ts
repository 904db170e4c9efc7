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

import type { Said } from "./commands/types.ts";
import { ackFrame, bodyOf, jsonOf, messageFrame, whisperFrame } from "./codec/encode.ts";
import type { ServerEvent } from "./events.ts";
import type { Counters } from "./figures/counters.ts";
import type { Fanout } from "./figures/fanout.ts";
import type { Member } from "./rooms/member.ts";
import { type Making, payerOf, type Quotas } from "./store/quotas.ts";
import { type Asked, refusalOf, Repeats } from "./repeats/repeats.ts";
import type { Room } from "./rooms/room.ts";
import type { Beside, MessageStore, StorageError } from "./store/store_port.ts";
import { encodeAuthor, mustSign, signed } from "./store/authors.ts";
import { authorStream, pairStream } from "./store/streams.ts";
import { encodeLine } from "./text/render.ts";
import {
  type ClientMessage,
  type FoldedName,
  LOBBY,
  type NewMessage,
  type PrivateMessage,
  type ServerMessage,
  type UserName,
} from "./wire/mod.ts";

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
  readonly quotas: Quotas;
  /** The member of that name who is here when a whisper becomes durable. */
  readonly member: (key: FoldedName) => Member | undefined;
}

/** Takes what members say. */
export class Conversation {
  readonly #parts: ConversationParts;
  readonly #repeats: Repeats;
  /** Whether the last append failed: a full disk is told once, not for every message. */
  #storageFailed = false;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.#repeats = new Repeats(parts.store, parts.clock, parts.steady);
  }

  /** Whether the store refused what it was given last. */
  get storageFailed(): boolean {
    return this.#storageFailed;
  }

  /** For how many ms the store has owed an answer; 0 when it owes none. */
  get pendingMs(): number {
    return this.#parts.store.pendingMs();
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

  /** Bytes of memory that remembered ids take. */
  get idBytes(): number {
    return this.#repeats.bytes;
  }

  /** See `Repeats.answer`. */
  answerAgain(speaker: Member, message: ClientMessage): boolean | Promise<boolean> {
    return this.#repeats.answer(speaker, message);
  }

  /** Says something in a room. */
  say(speaker: Member, room: Room, said: Said, id: string | undefined): void {
    const asked = this.#repeats.take(speaker, id, room.stream, said);
    const { quotas } = this.#parts;
    const refusal = quotas.take(speaker, makingOf(room));
    if (refusal !== undefined) return this.#failed(asked, refusal);
    if (!room.remembered) this.#remember(room);
    // Whoever leaves before this is durable must not take the room along: others may enter it meanwhile, and hear it.
    room.hold();
    const at = this.#parts.clock();
    const beside = authorBeside(speaker, room, at);
    let frame: Uint8Array<ArrayBuffer>;
    let seq = 0;
    const newMessage = (): NewMessage => {
      const { content } = said;
      return { type: "NewMessage", room: room.name, seq, from: speaker.name, content, at };
    };
    this.#parts.store.append({
      stream: room.stream,
      at,
      payer: payerOf(speaker),
      beside,
      encode: (given) => {
        seq = given;
        speaker.said(room.stream, seq);
        frame = messageFrame({ head: room.head, from: speaker.from, said, at, id }, seq);
        quotas.spend(speaker, frame.length);
        return bodyOf(frame);
      },
      settled: (error) => {
        room.release();
        if (error !== undefined) {
          if (beside !== undefined) forgetAuthor(speaker, room);
          return this.#failed(asked, error);
        }
        this.#storageFailed = false;
        const { counters, fanout } = this.#parts;
        room.say(frame, newMessage, speaker, counters);
        if (fanout.due) fanout.follow((passed) => room.trace(speaker, passed));
        const ack = () => {
          const re = said.idJson ?? jsonOf(id ?? "");
          return ackFrame({ head: room.ackHead, seq, at, re });
        };
        this.#repeats.keep(asked, seq, { type: "Ack", room: room.name, seq, at }, ack);
      },
    });
    this.#repeats.wait(asked);
    // What it came in is used again, and a store may encode it later.
    if (seq === 0 && said.json !== undefined) {
      said.liesIn?.(said.json.slice(), said.idJson?.slice());
    }
  }

  /** Gives a room another topic: told when that is durable. */
  setTopic(by: Member, room: Room, topic: string, id: string | undefined): void {
    const failed = (error: StorageError): void => {
      const refusal = refusalOf(error);
      by.tell(id === undefined ? refusal : { ...refusal, re: id });
      this.#tellFailure(error);
    };
    const { quotas } = this.#parts;
    const tooMuch = quotas.take(by, makingOf(room));
    if (tooMuch !== undefined) return failed(tooMuch);
    quotas.spend(by, topic.length);
    room.remembered = true;
    room.hold();
    by.owed.add();
    const { name } = room;
    this.#parts.store.rememberRoom({ name, ...(topic === "" ? {} : { topic }) }, (error) => {
      room.release();
      by.owed.settle();
      if (error !== undefined) return failed(error);
      this.#storageFailed = false;
      room.setTopic(topic, by.name);
      if (id === undefined) return;
      const { store, clock } = this.#parts;
      by.tell({ type: "Ack", re: id, room: name, seq: store.head(room.stream), at: clock() });
    });
  }

  /** Says something to one user. */
  whisper(speaker: Member, to: Member, content: string, id: string | undefined): void {
    const stream = pairStream(speaker.key, to.key);
    const asked = this.#repeats.take(speaker, id, stream, { content });
    const { quotas, store } = this.#parts;
    const refusal = quotas.take(speaker, store.head(stream) > 0 ? undefined : "pair");
    if (refusal !== undefined) return this.#failed(asked, refusal);
    const at = this.#parts.clock();
    const between = [speaker.tag, to.tag] as const;
    let seq = 0;
    let frame: Uint8Array<ArrayBuffer>;
    this.#parts.store.append({
      stream,
      at,
      payer: payerOf(speaker),
      encode: (given) => {
        seq = given;
        frame = whisperFrame({ from: speaker.name, to: to.name, content, at, id, between }, seq);
        quotas.spend(speaker, frame.length);
        return bodyOf(frame);
      },
      settled: (error) => {
        if (error !== undefined) return this.#failed(asked, error);
        this.#storageFailed = false;
        this.#parts.counters.whispers++;
        this.#deliver(frame, { from: speaker.name, to: to.name, content, seq, at }, to);
        const sent: ServerMessage = { type: "PrivateSent", to: to.name, content, seq, at };
        // Without an id nobody waits for the answer, but the sender's echo is due all the same.
        if (id === undefined) speaker.tell(sent);
        this.#repeats.keep(asked, seq, sent);
      },
    });
    this.#repeats.wait(asked);
  }

  /** Something else was given to the store: whether it was taken. */
  stored(error?: StorageError): void {
    if (error === undefined) this.#storageFailed = false;
    else this.#tellFailure(error);
  }

  /** Forgets ids that are too old. To be called now and then. */
  sweep(): void {
    this.#repeats.sweep();
    this.#parts.quotas.sweep();
  }

  #remember(room: Room): void {
    room.remembered = true;
    const { name, topic } = room;
    this.#parts.store.rememberRoom({ name, ...(topic === undefined ? {} : { topic }) });
  }

  /**
   * A whisper goes to the connection that its receiver has when it is durable: it may have come back meanwhile.
   * A stranger who took the name instead is told nothing.
   */
  #deliver(
    frame: Uint8Array,
    parts: { from: UserName; to: UserName; content: string; seq: number; at: number },
    to: Member,
  ): void {
    const receiver = this.#parts.member(to.key);
    if (receiver === undefined || receiver.tag !== to.tag) return;
    const message: PrivateMessage = { type: "PrivateMessage", ...parts };
    const bytes = receiver.speech === "frames" ? frame : encodeLine(message);
    if (bytes === undefined) return;
    const { counters } = this.#parts;
    counters.deliveries++;
    counters.whisperDeliveries++;
    counters.whisperBytes += bytes.length;
    receiver.tellBytes(bytes);
  }

  #failed(asked: Asked, error: StorageError): void {
    this.#repeats.fail(asked, error);
    this.#tellFailure(error);
  }

  #tellFailure(error: StorageError): void {
    if (error.isLimit || this.#storageFailed) return;
    this.#storageFailed = true;
    this.#parts.onEvent({ kind: "storage_failed", error });
  }
}

/** What is made by saying something in a room. The lobby is there without anybody's doing. */
function makingOf(room: Room): Making | undefined {
  return room.remembered || room.key === LOBBY ? undefined : "room";
}

/** What is written down with what somebody says, so that it is known whose it is; mostly that stands there already. */
function authorBeside(speaker: Member, room: Room, at: number): Beside | undefined {
  const stay = speaker.places.get(room.key);
  if (stay === undefined) return undefined;
  const { key: from, tag } = speaker;
  if (!mustSign(stay.signed, { tag, count: room.signatures, at })) return undefined;
  stay.signed = signed(tag, ++room.signatures, at);
  return {
    stream: authorStream(room.key),
    encode: (seq) => encodeAuthor({ from, tag, seq }),
  };
}

/** That was not written. */
function forgetAuthor(speaker: Member, room: Room): void {
  const stay = speaker.places.get(room.key);
  if (stay !== undefined) stay.signed = undefined;
}
