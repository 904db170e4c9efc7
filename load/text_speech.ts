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
import { inShort } from "./words.ts";

const LINE_FEED = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Lines. */
export class TextSpeech implements Speech {
  readonly #plan: Plan;
  readonly #ears: Ears;
  readonly #texts: Texts;
  readonly #colon = new Key(": ");
  /** By sender: who says it. */
  readonly #froms: Key[];
  readonly #server = new Key("[Server] ");
  readonly #online = new Key("[Server] Users online: ");

  constructor(plan: Plan, ears: Ears) {
    this.#plan = plan;
    this.#ears = ears;
    this.#texts = new Texts(plan);
    this.#froms = Array.from(
      { length: plan.senders },
      (_, sender) => new Key(`${nameOf(plan, sender)}: `),
    );
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

  #hearLine(view: DataView, at: number, to: number, member: number): void {
    if (this.#online.isAt(view, at, to)) return this.#ears.welcome(member);
    if (this.#server.isAt(view, at, to)) {
      const words = new Uint8Array(view.buffer, view.byteOffset + at, to - at);
      return this.#ears.remark(member, inShort(decoder.decode(words.subarray(this.#server.size))));
    }
    const text = this.#colon.behind(view, at, to);
    const texts = this.#texts;
    if (text < 0 || !texts.isAt(view, text, to)) return;
    const sender = texts.senderAt(view, text);
    const counter = texts.counterAt(view, text);
    const from = this.#froms[sender];
    const same = to - text === texts.size && texts.isFilled(view, text, to) &&
      from !== undefined && at + from.size === text && from.isAt(view, at, to);
    this.#ears.message(member, sender, counter, same, 0);
  }
}
