/**
 * Speaking in frames. A key with its quotes cannot stand inside a text, where quotes are escaped, so it is enough to look
 * for it.
 *
 * Messages of a run look alike: what stands before the text grows with a number of order or a name, what stands behind it
 * does not. So the text is looked for first as far from the end as the last one was:
 *
 * ```text
 *   {"type":"NewMessage","room":"…","seq":99,"from":"…","content":"a3f00003000000a7…","at":1764000000000}
 *   begins as one must                       key, counted from the end ↑             ↑ a quotation mark
 * ```
 *
 * @module
 */

import { FRAME_HEADER_BYTES, frameOf } from "../server/wire/mod.ts";
import { Key } from "./key.ts";
import { nameOf, type Plan, roomOf } from "./plan.ts";
import type { Ears, Speech } from "./speech.ts";
import { Texts } from "./stamp.ts";

/** The `id` of the request after whose answer a member is in. */
const JOIN_ID = "join";
const QUOTATION_MARK = 0x22;
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
  readonly #head = new Key('{"type":"NewMessage"');
  readonly #type = new Key('"type":"');
  readonly #newMessage = new Key('NewMessage"');
  readonly #content = new Key('"content":"');
  readonly #ack = new Key('Ack"');
  readonly #joined = new Key(`"re":"${JOIN_ID}"`);
  readonly #error = new Key('Error"');
  readonly #ping = new Key('Ping"');

  constructor(plan: Plan, ears: Ears) {
    this.#plan = plan;
    this.#ears = ears;
    this.#texts = new Texts(plan);
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
    while (to - at >= FRAME_HEADER_BYTES) {
      const body = at + FRAME_HEADER_BYTES;
      const size = view.getUint32(at);
      if (size >= FRAME_BYTES_BELOW) {
        this.#ears.refusal(member, "It sends no frames.");
        return to;
      }
      const end = body + size;
      if (end > to) break;
      const text = end - this.#textToEnd;
      if (this.#isMessage(view, body, text, end)) this.#hearMessage(view, text, end, member);
      else this.#hearBody(view, body, end, member);
      at = end;
    }
    return at;
  }

  /** Whether it is a message of the run with its text at `text`, as most are. */
  #isMessage(view: DataView, from: number, text: number, to: number): boolean {
    const key = text - this.#content.size;
    return key > from && this.#head.isAt(view, from, to) && this.#content.isAt(view, key, to) &&
      this.#texts.isAt(view, text, to);
  }

  #hearBody(view: DataView, from: number, to: number, member: number): void {
    const type = this.#type.behind(view, from, to);
    if (type < 0) return this.#hearSpaced(view, from, to, member);
    if (this.#newMessage.isAt(view, type, to)) {
      const text = this.#content.behind(view, from, to);
      // What others say in the room is none of this run's business.
      if (text < 0 || !this.#texts.isAt(view, text, to)) return;
      this.#textToEnd = to - text;
      this.#hearMessage(view, text, to, member);
    } else if (this.#ack.isAt(view, type, to)) {
      if (this.#joined.behind(view, from, to) >= 0) this.#ears.welcome(member);
    } else if (this.#error.isAt(view, type, to)) {
      this.#ears.refusal(member, sentenceOf(part(view, from, to)));
    } else if (this.#ping.isAt(view, type, to)) this.#ears.asked(member, PONG);
  }

  /** A server may put spaces between what it says. That costs it, and only it, a parser. */
  #hearSpaced(view: DataView, from: number, to: number, member: number): void {
    let compact: Uint8Array;
    try {
      compact = encoder.encode(JSON.stringify(JSON.parse(decoder.decode(part(view, from, to)))));
    } catch {
      return this.#ears.refusal(member, "It sends no JSON.");
    }
    const { buffer, byteOffset, length } = compact;
    const again = new DataView(buffer, byteOffset, length);
    if (this.#type.behind(again, 0, length) >= 0) this.#hearBody(again, 0, length, member);
  }

  #hearMessage(view: DataView, text: number, to: number, member: number): void {
    const texts = this.#texts;
    const sender = texts.senderAt(view, text);
    const counter = texts.counterAt(view, text);
    const end = text + texts.size;
    // A quotation mark right behind it: the length is what it was.
    const same = end < to && view.getUint8(end) === QUOTATION_MARK &&
      (!texts.isCompared(member, sender, counter) || texts.isFilled(view, text, to));
    this.#ears.message(member, sender, counter, same);
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

function sentenceOf(body: Uint8Array): string {
  try {
    const { code, msg } = JSON.parse(decoder.decode(body)) as Record<string, unknown>;
    return `${String(msg)} (${String(code)})`;
  } catch {
    return "It sends an error that cannot be read.";
  }
}
