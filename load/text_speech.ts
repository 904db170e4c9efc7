/**
 * Speaking in lines, as `nc` does: the name, `/join ROOM`, then `/list`, whose answer says that all before it is done.
 *
 * Lines carry no other mark of a message than `NAME: ` before it; names and rooms of a run hold no colon.
 *
 * @module
 */

import { Key } from "./key.ts";
import { nameOf, type Plan, roomOf } from "./plan.ts";
import type { Ears, Speech } from "./speech.ts";
import { Texts } from "./stamp.ts";

const LINE_FEED = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Lines. */
export class TextSpeech implements Speech {
  readonly #plan: Plan;
  readonly #ears: Ears;
  readonly #texts: Texts;
  readonly #colon = new Key(": ");
  readonly #server = new Key("[Server] ");
  readonly #online = new Key("[Server] Users online: ");

  constructor(plan: Plan, ears: Ears) {
    this.#plan = plan;
    this.#ears = ears;
    this.#texts = new Texts(plan);
  }

  hello(member: number): Uint8Array<ArrayBuffer> {
    const room = roomOf(this.#plan, member);
    return encoder.encode(`${nameOf(this.#plan, member)}\n/join ${room}\n/list\n`);
  }

  sayBytes(_sender: number): number {
    return this.#plan.size + 1;
  }

  say(bytes: Uint8Array, at: number, sender: number, counter: number): void {
    bytes.set(encoder.encode(`${this.#texts.textOf(sender, counter)}\n`), at);
  }

  hear(bytes: Uint8Array, from: number, to: number, member: number): number {
    let at = from;
    for (;;) {
      const end = bytes.subarray(0, to).indexOf(LINE_FEED, at);
      if (end < 0) return at;
      this.#hearLine(bytes, at, end, member);
      at = end + 1;
    }
  }

  #hearLine(bytes: Uint8Array, from: number, to: number, member: number): void {
    if (this.#online.isAt(bytes, from, to)) return this.#ears.welcome(member);
    if (this.#server.isAt(bytes, from, to)) {
      const sentence = decoder.decode(bytes.subarray(from + this.#server.size, to));
      return this.#ears.remark(member, sentence);
    }
    const text = this.#colon.behind(bytes, from, to);
    const texts = this.#texts;
    if (text < 0 || !texts.isAt(bytes, text)) return;
    const sender = texts.senderAt(bytes, text);
    const counter = texts.counterAt(bytes, text);
    const same = to - text === texts.size &&
      (!texts.isCompared(member, sender, counter) || texts.isFilled(bytes, text));
    this.#ears.message(member, sender, counter, same);
  }
}
