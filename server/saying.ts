/**
 * Something that is said, on its way: one object from when it is taken until it is told, in a room or to one.
 *
 * ```text
 *   encode(seq): the one encoding ──► … durable ──► settled ─┬─ told, then answered
 *                                                            └─ refused, or nobody knows: the sender is told that
 * ```
 *
 * It is what the store is given, what waits for an answer, and what a room is told, all in one: this is done for every
 * message, and what each of them would hold apart from the others costs more than the work.
 *
 * @module
 */

import type { Said } from "./commands/types.ts";
import type { Arrival } from "./figures/answers.ts";
import {
  ackFrame,
  bodyOf,
  bytesBefore,
  jsonOf,
  lieIn,
  messageFrame,
  reuseFrame,
} from "./codec/encode.ts";
import { bytesBeforeWhisper, sentFrame, whisperFrame } from "./codec/encode_whisper.ts";
import type { ConversationParts } from "./conversation.ts";
import type { Member, Signing } from "./rooms/member.ts";
import type { Pair } from "./rooms/pair.ts";
import type { Asked, Repeats } from "./repeats/repeats.ts";
import type { Room, Spoken } from "./rooms/room.ts";
import type { Taken } from "./repeats/recent_ids.ts";
import { encodeAuthor, mustSign, signed } from "./store/authors.ts";
import { payerOf } from "./store/quotas.ts";
import type { Append, Beside, StorageError } from "./store/store_port.ts";
import { authorStream } from "./store/streams.ts";
import type { Way } from "./tracing/way.ts";
import { encodeLine } from "./text/render.ts";
import type { NewMessage, PrivateMessage, ServerMessage } from "./wire/mod.ts";

/** Whose words are on their way. */
export interface Course {
  readonly parts: ConversationParts;
  readonly repeats: Repeats;
  /** The store has kept something. */
  kept(): void;
  /** Something is not acknowledged: whoever said it is told what is known of it. */
  failed(asked: Asked, error: StorageError): void;
}

/** What is the same for all of them. */
interface Words {
  readonly speaker: Member;
  readonly said: Said;
  readonly id: string | undefined;
  /** When it was taken, in milliseconds since 1970. */
  readonly at: number;
}

abstract class Saying implements Append, Asked {
  protected readonly course: Course;
  readonly speaker: Member;
  readonly said: Said;
  readonly id: string | undefined;
  readonly at: number;
  /** When it came in; not known of what a program says. */
  readonly #arrival: Arrival | undefined;
  abstract readonly stream: string;
  protected seq = 0;
  #frame: Uint8Array<ArrayBuffer> | undefined;
  taken: Taken<ServerMessage> | undefined;
  answered = false;
  beside: Beside | undefined;
  /** Set while messages are marked. */
  protected way: Way | undefined;

  constructor(course: Course, { speaker, said, id, at }: Words) {
    this.course = course;
    this.speaker = speaker;
    this.said = said;
    this.id = id;
    this.at = at;
    this.#arrival = speaker.outbox.arrival;
  }

  get payer(): string {
    return payerOf(this.speaker);
  }

  /** What is told, once it is encoded. */
  get frame(): Uint8Array<ArrayBuffer> {
    if (this.#frame === undefined) throw new Error("It is not encoded yet");
    return this.#frame;
  }

  encode(seq: number): Uint8Array {
    this.seq = seq;
    const frame = this.#frame = this.encoded(seq);
    this.course.parts.quotas.spend(this.speaker, frame.length);
    return bodyOf(frame);
  }

  settled(error?: StorageError): void {
    this.storeDone(error);
    if (error !== undefined) {
      this.speaker.unsaid(this.stream, this.seq);
      return this.course.failed(this, error);
    }
    this.course.kept();
    this.told();
    if (this.way === undefined) this.course.repeats.keep(this, this.seq);
    else this.#keepMarked(this.way);
    const arrival = this.#arrival;
    if (arrival === undefined) return;
    this.course.parts.acks.kept(this.speaker.outbox, arrival, this.id !== undefined);
  }

  #keepMarked(way: Way): void {
    const { course: { repeats, parts: { tracing } }, speaker } = this;
    const { queued } = speaker.outbox;
    repeats.keep(this, this.seq);
    tracing.answered(way, speaker, queued);
  }

  /** Gives it to the store. What it came in is used again: if it waits there, its words lie elsewhere from now on. */
  sendOn(): void {
    this.course.parts.store.append(this);
    if (this.answered) return this.over(this.#frame);
    this.course.repeats.wait(this);
    const { json, idJson } = this.said;
    if (this.#frame !== undefined) lieIn(this.#frame, this.before(), this);
    // It is encoded later.
    else if (json !== undefined) this.said.liesIn?.(json.slice(), idJson?.slice());
  }

  abstract answer(): ServerMessage;
  abstract answerFrame(): Uint8Array;
  /** Its frame. */
  protected abstract encoded(seq: number): Uint8Array<ArrayBuffer>;
  /** Bytes before the words in it. */
  protected abstract before(): number;
  /** The store has done with it, whatever became of it. */
  protected storeDone(_error: StorageError | undefined): void {}
  /** Tells it to whom it is for. */
  protected abstract told(): void;
  /** It was stored and told, or refused, as soon as the store had it: nobody else reads its frame any more. */
  protected over(_frame: Uint8Array | undefined): void {}
}

/** Something that is said in a room. */
export class SaidInRoom extends Saying implements Spoken {
  readonly #room: Room;

  constructor(course: Course, words: Words, room: Room) {
    super(course, words);
    this.#room = room;
    const { tracing } = course.parts;
    this.way = tracing.any ? tracing.begins(words.speaker, room) : undefined;
    // Whoever leaves before this is durable must not take the room along: others may enter it meanwhile, and hear it.
    room.hold();
  }

  get stream(): string {
    return this.#room.stream;
  }

  get head(): Uint8Array {
    return this.#room.head;
  }

  get from(): Uint8Array {
    return this.speaker.from;
  }

  /** Has written down beside it whose it is; mostly that stands there already. */
  sign(): void {
    const { speaker: { key: from, tag, places, hook }, at } = this;
    const room = this.#room;
    const stay: Signing | undefined = places.get(room.key) ?? hook;
    const closed = room.order.hides;
    const now = { tag, count: room.signatures, at, closed };
    if (stay === undefined || !mustSign(stay.signed, now)) return;
    stay.signed = signed(tag, ++room.signatures, at, closed);
    this.beside = {
      stream: authorStream(room.key),
      encode: (seq) => encodeAuthor({ from, tag, seq, ...(closed ? { closed } : {}) }),
    };
  }

  message(): NewMessage {
    const { speaker: { name: from, hook }, said: { content }, seq, at } = this;
    const mark = hook === undefined ? {} : { hook: true };
    return { type: "NewMessage", room: this.#room.name, seq, from, content, at, ...mark };
  }

  answer(): ServerMessage {
    return { type: "Ack", room: this.#room.name, seq: this.seq, at: this.at };
  }

  answerFrame(): Uint8Array {
    const { seq, at } = this;
    const re = this.said.idJson ?? jsonOf(this.id ?? "");
    return ackFrame({ head: this.#room.ackHead, seq, at, re });
  }

  protected encoded(seq: number): Uint8Array<ArrayBuffer> {
    this.speaker.said(this.stream, seq);
    if (this.way !== undefined) this.course.parts.tracing.numbered(this.way, seq);
    return messageFrame(this, seq);
  }

  protected before(): number {
    return bytesBefore(this, this.seq);
  }

  protected override storeDone(error: StorageError | undefined): void {
    this.#room.release();
    if (this.way !== undefined) this.course.parts.tracing.settled(this.way, error === undefined);
    if (error === undefined || this.beside === undefined) return;
    // That was not written.
    const stay: Signing | undefined = this.speaker.places.get(this.#room.key) ?? this.speaker.hook;
    if (stay !== undefined) stay.signed = undefined;
  }

  protected told(): void {
    const { counters, fanout, unread, deliveries } = this.course.parts;
    const { speaker } = this;
    const room = this.#room;
    if (this.way === undefined) room.say(this, counters);
    else this.#sayMarked(this.way);
    if (deliveries.any) deliveries.said(room.key);
    // Who speaks has read.
    if (speaker.registered) unread.readRoom(speaker, room.key, this.seq);
    if (fanout.due) fanout.follow((passed) => room.trace(speaker, passed));
  }

  #sayMarked(way: Way): void {
    const { tracing, counters } = this.course.parts;
    const { ends } = this.#room;
    this.#room.say(this, counters);
    tracing.published(way, this.#room, ends, this.speaker);
  }

  protected override over(frame: Uint8Array | undefined): void {
    // The store has copied it, and the room's log.
    if (frame !== undefined) reuseFrame(frame);
  }
}

/** Something that is said to one. */
export class SaidToOne extends Saying {
  readonly #pair: Pair;
  /** Whether it is for an account that was away when it was stored. */
  #waits = false;

  constructor(course: Course, words: Words, pair: Pair) {
    super(course, words);
    this.#pair = pair;
  }

  get stream(): string {
    return this.#pair.stream;
  }

  answer(): ServerMessage {
    const { said: { content }, seq, at } = this;
    const waits = this.#waits ? { waits: true } : {};
    return { type: "PrivateSent", to: this.#pair.name, content, seq, at, ...waits };
  }

  answerFrame(): Uint8Array {
    return sentFrame(this.#pair, this, this.seq, this.#waits);
  }

  protected encoded(seq: number): Uint8Array<ArrayBuffer> {
    this.speaker.said(this.stream, seq, this.#pair.name);
    return whisperFrame(this.#pair, this, seq);
  }

  protected before(): number {
    return bytesBeforeWhisper(this.#pair, this.seq);
  }

  protected told(): void {
    const { speaker } = this;
    const { counters, unread } = this.course.parts;
    counters.whispers++;
    this.#deliver();
    // Who answers has read.
    if (speaker.registered) unread.read(speaker, this.#pair.key, this.seq);
    this.#echo();
    // Without an id nobody waits for the answer, but the sender's echo is due all the same.
    if (this.id !== undefined) return;
    if (speaker.speech === "frames") speaker.tellBytes(this.answerFrame());
    else speaker.tell(this.answer());
  }

  /**
   * A whisper goes to the connection that its receiver has when it is durable: it may have come back meanwhile.
   * A stranger who took the name instead is told nothing.
   */
  #deliver(): void {
    const { member, others, waits } = this.course.parts;
    const { key, tag } = this.#pair;
    const receiver = member(key);
    if (receiver === undefined) this.#waits = waits(key, tag);
    else this.#deliverTo(receiver);
    for (const device of others(key)) this.#deliverTo(device);
  }

  #deliverTo(receiver: Member): void {
    if (receiver.tag !== this.#pair.tag) return;
    const { counters, unread } = this.course.parts;
    const isText = receiver.speech !== "frames";
    // Lines that are told are read: such a client has no word for it.
    if (isText && receiver.registered) unread.read(receiver, this.speaker.key, this.seq);
    const bytes = isText ? encodeLine(this.#message()) : this.frame;
    if (bytes === undefined) return;
    counters.deliveries++;
    counters.whisperDeliveries++;
    counters.whisperBytes += bytes.length;
    receiver.tellBytes(bytes);
  }

  /** The speaker's other devices hear what it said. */
  #echo(): void {
    const { speaker } = this;
    const { member, others } = this.course.parts;
    const all = others(speaker.key);
    if (all.length === 0) return;
    const first = member(speaker.key);
    for (const device of first === undefined ? all : [first, ...all]) {
      // Somebody else may have the name by now.
      if (device !== speaker && device.tag === speaker.tag) device.tell(this.answer());
    }
  }

  #message(): PrivateMessage {
    const { speaker: { name: from }, said: { content }, seq, at } = this;
    return { type: "PrivateMessage", from, to: this.#pair.name, content, seq, at };
  }
}
