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

  hear(view: DataView, from: number, to: number, member: number): number {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, to);
    let at = from;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, at);
      if (end < 0) return at;
      this.#hearLine(view, at, end, member);
      at = end + 1;
    }
  }

  #hearLine(view: DataView, from: number, to: number, member: number): void {
    if (this.#online.isAt(view, from, to)) return this.#ears.welcome(member);
    if (this.#server.isAt(view, from, to)) {
      const words = new Uint8Array(view.buffer, view.byteOffset + from, to - from);
      return this.#ears.remark(member, decoder.decode(words.subarray(this.#server.size)));
    }
    const text = this.#colon.behind(view, from, to);
    const texts = this.#texts;
    if (text < 0 || !texts.isAt(view, text, to)) return;
    const sender = texts.senderAt(view, text);
    const counter = texts.counterAt(view, text);
    const same = to - text === texts.size &&
      (!texts.isCompared(member, sender, counter) || texts.isFilled(view, text, to));
    this.#ears.message(member, sender, counter, same);
  }
}
