/**
 * Speaking in frames. Messages of a run look alike, so what is known of one before it comes is compared as bytes, and its two
 * numbers are read where they stand:
 *
 * ```text
 *   {"type":"NewMessage","room":"…","seq":99,"from":"…","content":"a3f00003000000a7abcdef…","at":1764000000000}
 *   └ as it must begin in the room ──────┘  └ as its sender's must ───────┘ counter └ filling ┘
 *                                                       as far from the end as the last one ↑
 * ```
 *
 * Whatever looks otherwise is parsed: it may be written in another way, or be wrong. Whatever another member was told in
 * the same bytes is not even looked at, see `echo.ts`.
 *
 * @module
 */

import { FRAME_HEADER_BYTES, frameOf } from "../server/wire/mod.ts";
import { Echo } from "./echo.ts";
import { Key } from "./key.ts";
import {
  ECHO_BYTES_MAX,
  ECHO_MEMBERS_MIN,
  ECHO_PART_BYTES_MAX,
  ECHO_PART_BYTES_MIN,
  ECHOED_BYTES_MIN,
} from "./limits.ts";
import { nameOf, type Plan, roomOf } from "./plan.ts";
import type { Ears, Speech } from "./speech.ts";
import { COUNTER_AT, Texts } from "./stamp.ts";
import { inShort } from "./words.ts";

/** The `id` of the request after whose answer a member is in. */
const JOIN_ID = "join";
const QUOTATION_MARK = 0x22;
const DIGIT_0 = 0x30;
/** More than any number of order has, and few enough for an exact one. */
const SEQ_DIGITS_MAX = 15;
const NO_KEY = new Key("\0");
/** A frame of that size is none: the first byte of its header is a letter, mostly. */
const FRAME_BYTES_BELOW = 1 << 24;
const PONG = frameOf(JSON.stringify({ type: "Pong" }));
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A sender's message, of which only the stamps change. */
interface Template {
  readonly frame: Uint8Array;
  /** Where its stamps stand: in the text and, if there is one, in the id. */
  readonly stamps: readonly number[];
}

/** Frames. */
export class FrameSpeech implements Speech {
  readonly #plan: Plan;
  readonly #ears: Ears;
  readonly #texts: Texts;
  /** How far from the end of its frame the last text began. */
  #textToEnd = 0;
  readonly #templates = new Map<number, Template>();
  /** By member: how a message of its room begins, up to its number. */
  readonly #heads: readonly Key[];
  /** By sender: what stands between that number and the counter. */
  readonly #froms: readonly Key[];
  /** By room: what it was told last; none where that were more work. */
  readonly #echoes: readonly Echo[];
  /** The bytes of the view that was heard last. */
  #heard: { readonly view: DataView; readonly bytes: Uint8Array } | undefined;
  /** The number of the message that was heard last. */
  #seq = 0;
  readonly #type = new Key('{"type":"');
  readonly #known: readonly Key[];
  readonly #content = new Key('"content":"');

  constructor(plan: Plan, ears: Ears) {
    this.#plan = plan;
    this.#ears = ears;
    this.#texts = new Texts(plan);
    this.#known = ["NewMessage", "Ack", "Error", "Ping"].map((type) => new Key(`${type}"`));
    const heads = Array.from(
      { length: plan.rooms },
      (_, room) => new Key(`{"type":"NewMessage","room":"${roomOf(plan, room)}","seq":`),
    );
    this.#heads = Array.from(
      { length: plan.members },
      (_, member) => heads[member % plan.rooms] ?? NO_KEY,
    );
    this.#echoes = echoesOf(plan);
    this.#froms = Array.from({ length: plan.senders }, (_, sender) => {
      const opening = this.#texts.stampOf(sender).slice(0, COUNTER_AT);
      return new Key(`,"from":"${nameOf(plan, sender)}","content":"${opening}`);
    });
  }

  hello(member: number): Uint8Array<ArrayBuffer> {
    const login = frameOf(JSON.stringify({ type: "Login", username: nameOf(this.#plan, member) }));
    const join = frameOf(
      JSON.stringify({ type: "Join", room: roomOf(this.#plan, member), id: JOIN_ID }),
    );
    const both = new Uint8Array(login.length + join.length);
    both.set(login);
    both.set(join, login.length);
    return both;
  }

  sayBytes(sender: number): number {
    return this.#template(sender).frame.length;
  }

  say(bytes: Uint8Array, at: number, sender: number, counter: number): void {
    const { frame, stamps } = this.#template(sender);
    bytes.set(frame, at);
    for (const offset of stamps) this.#texts.write(bytes, at + offset, counter);
  }

  hear(view: DataView, from: number, to: number, member: number): number {
    let at = from;
    let echo = this.#echoes[member % this.#plan.rooms];
    while (to - at >= FRAME_HEADER_BYTES) {
      const body = at + FRAME_HEADER_BYTES;
      const size = view.getUint32(at);
      if (size >= FRAME_BYTES_BELOW) {
        this.#ears.nonsense(
          member,
          "The server sends no frames: is it a chat server, and spoken to in its way (--over)?",
        );
        return to;
      }
      const end = body + size;
      if (end > to) break;
      if (this.#hearPlain(view, body, end, member)) {
        at = end;
        if (echo === undefined || to - at < ECHOED_BYTES_MIN) continue;
        const heard = { bytes: this.#bytesOf(view), from: at, to };
        at = echo.hear(heard, { seq: this.#seq + 1, member, ears: this.#ears });
        // Whoever hears something else is not asked again and again.
        if (at === end) echo = undefined;
        continue;
      }
      this.#hearBody(view, body, end, member);
      at = end;
    }
    return at;
  }

  /** Hears a message that is in every way as it must be. @returns Whether it is. */
  #hearPlain(view: DataView, from: number, to: number, member: number): boolean {
    const texts = this.#texts;
    const text = to - this.#textToEnd;
    const end = text + texts.size;
    if (text <= from || end >= to || view.getUint8(end) !== QUOTATION_MARK) return false;
    const sender = texts.senderAt(view, text);
    const said = this.#froms[sender];
    const head = this.#heads[member];
    if (said === undefined || head === undefined) return false;
    const saidAt = text + COUNTER_AT - said.size;
    const seq = numberAt(view, from + head.size, saidAt);
    const counter = texts.counterAt(view, text);
    if (
      seq <= 0 || counter < 0 || !head.isAt(view, from, saidAt) || !said.isAt(view, saidAt, to) ||
      !texts.isFilled(view, text, to)
    ) return false;
    this.#seq = seq;
    const frame = from - FRAME_HEADER_BYTES;
    const echo = this.#echoes[member % this.#plan.rooms];
    echo?.note(this.#bytesOf(view), { from: frame, to, sender, counter, seq });
    this.#ears.message(member, sender, counter, true, seq);
    return true;
  }

  #bytesOf(view: DataView): Uint8Array {
    if (this.#heard?.view !== view) {
      this.#heard = { view, bytes: part(view, 0, view.byteLength) };
    }
    return this.#heard.bytes;
  }

  #hearBody(view: DataView, from: number, to: number, member: number): void {
    if (this.#isOfNoConcern(view, from, to)) return;
    let told: unknown;
    try {
      told = JSON.parse(decoder.decode(part(view, from, to)));
    } catch {
      return this.#ears.nonsense(member, "The server sends frames that hold no JSON.");
    }
    if (typeof told !== "object" || told === null) return;
    const message = told as Readonly<Record<string, unknown>>;
    const { type, content, re } = message;
    if (type === "NewMessage") {
      const text = this.#content.behind(view, from, to);
      if (text >= 0) this.#textToEnd = to - text;
      if (typeof content === "string") this.#hearMessage(message, content, member);
    } else if (type === "Ack") {
      if (re === JOIN_ID) this.#ears.welcome(member);
    } else if (type === "Error") {
      const { code, msg } = message;
      this.#ears.refusal(member, inShort(`${wordsOf(msg)} (${wordsOf(code)})`));
    } else if (type === "Ping") this.#ears.asked(member, PONG);
  }

  /** Whether its type, which stands first as it mostly does, is of no concern: at a login there are many of them. */
  #isOfNoConcern(view: DataView, from: number, to: number): boolean {
    if (!this.#type.isAt(view, from, to)) return false;
    const name = from + this.#type.size;
    return !this.#known.some((type) => type.isAt(view, name, to));
  }

  #hearMessage(
    { room, from, seq }: Readonly<Record<string, unknown>>,
    content: string,
    member: number,
  ): void {
    const texts = this.#texts;
    const bytes = encoder.encode(content);
    const view = new DataView(bytes.buffer);
    // What others say in the room is none of this run's business.
    if (!texts.isAt(view, 0, bytes.length)) return;
    const sender = texts.senderAt(view, 0);
    const counter = texts.counterAt(view, 0);
    const same = sender >= 0 && counter >= 0 && content === texts.textOf(sender, counter) &&
      room === roomOf(this.#plan, member) && from === nameOf(this.#plan, sender);
    const isNumber = Number.isSafeInteger(seq) && Number(seq) > 0;
    this.#ears.message(member, sender, counter, same, isNumber ? Number(seq) : -1);
  }

  #template(sender: number): Template {
    let template = this.#templates.get(sender);
    if (template === undefined) {
      template = this.#newTemplate(sender);
      this.#templates.set(sender, template);
    }
    return template;
  }

  #newTemplate(sender: number): Template {
    const { ids } = this.#plan;
    const stamp = this.#texts.stampOf(sender);
    const room = roomOf(this.#plan, sender);
    const frame = frameOf(
      JSON.stringify({
        type: "Broadcast",
        room,
        ...(ids ? { id: stamp } : {}),
        content: this.#texts.textOf(sender, 0),
      }),
    );
    const json = decoder.decode(frame.subarray(FRAME_HEADER_BYTES));
    const stamps = [...json.matchAll(new RegExp(stamp, "g"))].map(({ index }) =>
      FRAME_HEADER_BYTES + index
    );
    return { frame, stamps };
  }
}

function part({ buffer, byteOffset }: DataView, from: number, to: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + from, to - from);
}

/** One for each room, if each has so many members in a thread that it is worth it. */
function echoesOf({ way, members, rooms, threads }: Plan): readonly Echo[] {
  const bytes = Math.min(ECHO_PART_BYTES_MAX, Math.floor(ECHO_BYTES_MAX / (2 * rooms)));
  const isWorthIt = way === "frames" && members >= ECHO_MEMBERS_MIN * rooms * threads;
  if (!isWorthIt || bytes < ECHO_PART_BYTES_MIN) return [];
  return Array.from({ length: rooms }, () => new Echo(bytes));
}

/** What a server says in words; a field of another kind says nothing. */
function wordsOf(value: unknown): string {
  return typeof value === "string" ? value : "no word";
}

/** The whole number that fills `from` to `to`; 0 when there is none that begins as JSON's do, or it is too large. */
function numberAt(view: DataView, from: number, to: number): number {
  if (from >= to || to - from > SEQ_DIGITS_MAX || view.getUint8(from) === DIGIT_0) return 0;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = view.getUint8(at) - DIGIT_0;
    if (digit < 0 || digit > 9) return 0;
    value = 10 * value + digit;
  }
  return value;
}
