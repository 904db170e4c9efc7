/**
 * A room: who is in it, and its log, from which they all read.
 *
 * There are two logs, one per way of speaking; the one of text lines is written only while somebody in
 * the room reads text. What is said is appended once to each, whatever the number of members.
 * Who comes and goes is told by `comings.ts`.
 *
 * @module
 */

import { ANSWER_MS_PER_BYTE, DELIVERY_MS } from "../budget/mod.ts";
import type { RoomAudience } from "./audience.ts";
import type { RoomView } from "../commands/types.ts";
import { ackHead, messageHead } from "../codec/encode.ts";
import type { RoomCounts } from "../figures/busiest.ts";
import type { Counters } from "../figures/counters.ts";
import type { CarriedEnd } from "../link/carried.ts";
import { Comings } from "./comings.ts";
import { InStep } from "./in_step.ts";
import type { Member } from "./member.ts";
import { RoomLog } from "./room_log.ts";
import { Sorted } from "./sorted.ts";
import { OPEN, type Order } from "../order/order.ts";
import type { RoomFact } from "../store/store_port.ts";
import { roomStream } from "../store/streams.ts";
import { encodeLine } from "../text/render.ts";
import {
  encodeFrame,
  fold,
  type FoldedName,
  type NewMessage,
  type RoomName,
  type ServerMessage,
  type UserName,
} from "../wire/mod.ts";
import type { Chorus } from "../transport/mod.ts";
import type { Crowd, Wakeable, Wakeups } from "./wakeups.ts";

/** What is said in a room. */
export interface Spoken {
  readonly speaker: Member;
  /** The frame, already encoded. */
  readonly frame: Uint8Array;
  /** The same for those who read text, if there are any. */
  message(): NewMessage;
}

/** Where the logs of a room end: bytes since it was opened. */
export interface RoomEnds {
  readonly frames: number;
  readonly lines: number;
}

/** A room and its members. */
export class Room implements RoomView, RoomCounts, Crowd {
  readonly name: RoomName;
  readonly key: FoldedName;
  /** The room's stream in the store. */
  readonly stream: string;
  readonly #members = new Set<Member>();
  /** Those of them who do not go in step. */
  readonly #apart = new Set<Member>();
  readonly #inOrder = new Sorted<UserName>(() => this.#names(), (name) => name);
  readonly #frames = new RoomLog();
  /** The others, by how they can be sent to: over sockets, and as messages of WebSockets. */
  readonly #inStep: InStep[] = [];
  readonly #lines = new RoomLog();
  readonly #wakeups: Wakeups;
  readonly #onTouched: () => void;
  /** What it is about. */
  topic: string | undefined;
  /** The tag of who set that, where it is known. */
  topicTag: string | undefined;
  /** How it is set; changed by `Rooms.set`. */
  order: Order = OPEN;
  /** Whether the store knows of it. */
  remembered = false;
  /** Whether whose it is is known here and not to the store. */
  isOwnerNews = false;
  /** See `RoomCounts`. */
  messages = 0;
  deliveries = 0;
  bytes = 0;
  /** How many authors were written down since it was opened; see `store/authors.ts`. */
  signatures = 0;
  readonly #comings = new Comings(this);
  #head: Uint8Array | undefined;
  #ackHead: Uint8Array | undefined;
  #textMembers = 0;
  /** Each stay of somebody has a number: so many were begun. */
  #stays = 0;
  /** Those to whom something was said that only they may answer, whoever comes later. */
  readonly audiences: Set<RoomAudience> = new Set();
  /** How many count on it without being in it; see `hold`. */
  #holds = 0;
  readonly #onIdle: (room: Room) => void;

  /**
   * @param onIdle Hears when nobody is in it any more, and nobody holds it.
   * @param onTouched Hears when it looks different in a list of rooms.
   */
  constructor(
    name: RoomName,
    wakeups: Wakeups,
    { onIdle, onTouched }: { onIdle: (room: Room) => void; onTouched: () => void },
  ) {
    this.#onIdle = onIdle;
    this.#onTouched = onTouched;
    this.name = name;
    this.key = fold(name);
    this.stream = roomStream(this.key);
    this.#wakeups = wakeups;
  }

  /** How many members are in it, each device on its own. */
  get size(): number {
    return this.#members.size;
  }

  /** How many people are in it. */
  get people(): number {
    return this.#members.size - this.#comings.doubles;
  }

  /** How each message in it begins, in bytes; in most rooms nothing is said. */
  get head(): Uint8Array {
    return this.#head ??= messageHead(this.name);
  }

  /** How each answer to who said something in it begins, likewise. */
  get ackHead(): Uint8Array {
    return this.#ackHead ??= ackHead(this.name);
  }

  /** How many of them read text. */
  get textMembers(): number {
    return this.#textMembers;
  }

  /** How many stays were begun here: the number of the newest. */
  get stays(): number {
    return this.#stays;
  }

  /** The number of a member's stay; `undefined` when it is not here. */
  stayOf(member: Member): number | undefined {
    const place = member.places.get(this.key);
    return place?.room === this ? place.stay : undefined;
  }

  /** Bytes that its logs hold beside what is kept for those who lag behind. */
  get logBytes(): number {
    return this.#frames.heldBytes + this.#lines.heldBytes;
  }

  /** Lets its logs be small again; see `RoomLog.trim`. */
  trim(): void {
    this.#frames.trim();
    for (const group of this.#inStep) group.pass();
    this.#lines.trim();
  }

  /** Whether nobody is in it, nor counts on it. */
  get idle(): boolean {
    return this.#members.size === 0 && this.#holds === 0;
  }

  /** Keeps it from being forgotten until `release`: somebody will enter it, or something said in it is on its way. */
  hold(): void {
    this.#holds++;
  }

  /** See `hold`. */
  release(): void {
    this.#holds--;
    if (this.idle) this.#onIdle(this);
  }

  /** The members themselves. */
  members(): Iterable<Member> {
    return this.#members;
  }

  usersInOrder(): readonly UserName[] {
    return this.#inOrder.list;
  }

  /** Lets a member in; the others hear of it, the member hears what comes after. */
  enter(member: Member): void {
    if (this.#members.has(member)) return;
    this.#comings.enter(member);
    const text = member.speech === "text";
    const cursor = member.outbox.follow(text ? this.#lines : this.#frames);
    if (text) this.#textMembers++;
    this.#members.add(member);
    this.#apart.add(member);
    this.#inOrder.changed();
    this.#onTouched();
    member.places.add({ room: this, cursor, stay: ++this.#stays });
    member.address.countPlace(1);
  }

  /** A member has an account from now on. */
  registered(member: Member): void {
    this.#comings.registered(member);
    this.#inOrder.touched();
  }

  /** Lets a member out; the others hear of it. */
  exit(member: Member): void {
    const place = member.places.get(this.key);
    if (place === undefined || !this.#members.delete(member)) return;
    member.places.delete(this.key);
    this.#inOrder.changed();
    this.#onTouched();
    member.outbox.unfollow(place.cursor);
    // What was said until then goes out, also to who is not the one that asked for this.
    if (!member.outbox.ended) this.#wakeups.add(member.outbox);
    this.#apart.delete(member);
    if (member.speech === "text") this.#textMembers--;
    if (this.#textMembers === 0) this.#lines.trim();
    if (this.#members.size === 0) this.#frames.trim();
    member.address.countPlace(-1);
    this.#comings.exit(member);
    for (const audience of this.audiences) audience.left(member, place.stay);
    if (this.idle) this.#onIdle(this);
  }

  /**
   * Says a message to everybody in the room, and counts it: once, whatever the number of members. A text client does not
   * get its own line back.
   *
   * @param counters The server's, which outlive the room.
   */
  say(spoken: Spoken, counters: Counters): void {
    const { frame, speaker } = spoken;
    this.#publish(frame);
    const lineBytes = this.#textMembers === 0 ? 0 : this.#publishLine(spoken.message(), speaker);
    const silent = speaker.speech === "text" && speaker.places.has(this.key) ? 1 : 0;
    const deliveries = this.#members.size - silent;
    const readers = this.#textMembers - silent;
    const bytes = (deliveries - readers) * frame.length + readers * lineBytes;
    this.messages++;
    this.deliveries += deliveries;
    this.bytes += bytes;
    counters.roomMessages++;
    counters.deliveries += deliveries;
    counters.roomBytes += bytes;
    // Each member's copy goes through a write: a loud word in a full room costs more than a short one.
    speaker.account.spend({ workMs: bytes * ANSWER_MS_PER_BYTE });
  }

  /** What it takes of the loop, in ms, to tell everybody something of so many bytes. */
  msToTell(bytes: number): number {
    return this.#members.size * (DELIVERY_MS + bytes * ANSWER_MS_PER_BYTE);
  }

  /** What is remembered of it. */
  get fact(): RoomFact {
    const { name, topic, topicTag } = this;
    return {
      name,
      ...(topic === undefined ? {} : { topic }),
      ...(topicTag === undefined ? {} : { topicTag }),
    };
  }

  /** Changes what it is about, and tells everybody. */
  setTopic(
    topic: string,
    { name: by, tag }: { readonly name: string; readonly tag?: string },
  ): void {
    this.topic = topic === "" ? undefined : topic;
    this.topicTag = topic === "" ? undefined : tag;
    this.#onTouched();
    const message: ServerMessage = { type: "Topic", room: this.name, topic, by };
    this.#publish(encodeFrame(message));
    this.#publishLine(message);
  }

  /** Tells everybody something that is not kept. @returns Bytes of the frame. */
  tellAll(message: ServerMessage): number {
    const frame = encodeFrame(message);
    this.#publish(frame);
    this.#publishLine(message);
    return frame.length;
  }

  /**
   * Tells everybody something else than a message.
   *
   * @param line Makes what text clients are told, if they are.
   * @returns Bytes of the frame.
   */
  tell(message: ServerMessage, line?: () => Uint8Array): number {
    const frame = encodeFrame(message);
    if (this.#members.size === 0) return frame.length;
    this.#frames.append(frame);
    this.#wakeups.addAll(this);
    if (this.#textMembers > 0 && line !== undefined) this.#lines.append(line());
    return frame.length;
  }

  /** Tells everybody but one something that is not kept. */
  tellOthers(message: ServerMessage, but: Member): void {
    // What it does not hear, it cannot hear with the others.
    but.outbox.goAlone();
    const cursor = but.places.get(this.key)?.cursor;
    const log = but.speech === "text" ? this.#lines : this.#frames;
    const start = log.end;
    this.#publish(encodeFrame(message));
    this.#publishLine(message);
    if (log.end > start) cursor?.skipFrom(start);
  }

  /** Those who go in step, some at once; then every other member's outbox, to see what is new. */
  *woken(): Iterable<Wakeable> {
    for (const group of this.#inStep) yield* group.woken();
    for (const member of this.#apart) {
      yield member.outbox;
      this.#comeIntoStep(member);
    }
  }

  #comeIntoStep(member: Member): void {
    const { chorus } = member.outbox;
    if (chorus === undefined || member.speech === "text") return;
    const cursor = this.#members.has(member) ? member.places.get(this.key)?.cursor : undefined;
    if (cursor === undefined) return;
    if (this.#groupOf(chorus).join(member, cursor)) this.#apart.delete(member);
  }

  #groupOf(chorus: Chorus): InStep {
    for (const group of this.#inStep) if (group.chorus === chorus) return group;
    const group = new InStep(this.#frames, chorus, (member) => this.#apart.add(member));
    this.#inStep.push(group);
    return group;
  }

  /** Follows what `speaker` said just now to all who get it; see `Trace`. */
  trace(speaker: Member, passed: (how: CarriedEnd) => void): number {
    let asked = 0;
    for (const { speech, outbox } of this.hearers(speaker)) {
      asked++;
      const log = this.logOf(speech);
      outbox.carry(log, { from: log.end - 1, to: log.end }, { ended: passed });
    }
    return asked;
  }

  /** Who gets what `speaker` said just now. */
  *hearers(speaker: Member): Iterable<Member> {
    for (const member of this.#members) {
      if (member !== speaker || member.speech !== "text") yield member;
    }
  }

  /** What those read who speak so. */
  logOf(speech: Member["speech"]): RoomLog {
    return speech === "text" ? this.#lines : this.#frames;
  }

  /** Where its logs end, of frames and of lines. */
  get ends(): RoomEnds {
    return { frames: this.#frames.end, lines: this.#lines.end };
  }

  /** Nobody is told any more who comes and goes. */
  close(): void {
    this.#comings.close();
  }

  #publish(frame: Uint8Array): void {
    if (this.#members.size === 0) return;
    this.#frames.append(frame);
    this.#wakeups.addAll(this);
  }

  /** To those who read text, if there are any. @returns Bytes of the line. */
  #publishLine(message: ServerMessage, speaker?: Member): number {
    if (this.#textMembers === 0) return 0;
    const line = encodeLine(message);
    if (line === undefined) return 0;
    const start = this.#lines.end;
    this.#lines.append(line);
    if (speaker?.speech === "text") speaker.places.get(this.key)?.cursor.skipFrom(start);
    return line.length;
  }

  #names(): Iterable<UserName> {
    const names = this.#members.values().map(({ name }) => name);
    return this.#comings.doubles === 0 ? names : new Set(names);
  }
}
