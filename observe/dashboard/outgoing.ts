/**
 * What waits to be told to one page: bounded, and never wrong.
 *
 * ```text
 *   answers   all of them, and files that are asked for: a page that does not read may ask no more (page_link.ts)
 *   chat      all of it, or `skipped` instead: then the page reads the history
 *   states    link, kernel, server, each file: the newest of each
 *   seconds   the newest
 * ```
 *
 * A page that is too slow gets fewer figures, and its conversation later, but never one with a hole in it.
 *
 * What is said in a busy room is most of what is told, and is the same for every page: so it is made into text once, by
 * whoever has it first (`textOf`), and only put together here.
 *
 * @module
 */

import { CHAT_EVENTS_MAX, SECONDS_PER_MESSAGE, SECONDS_WAITING_MAX } from "./limits.ts";
import type { Answer, ChatEvent, Second, Told } from "./page_messages.ts";

type State = Extract<
  Told,
  { type: "door" | "hello" | "ignored" | "link" | "kernel" | "server" | "file" }
>;

/** Something in the conversation as text, to be told to every page. */
export interface ChatText {
  readonly kind: ChatEvent["kind"];
  readonly json: string;
}

/** The text of something in the conversation. */
export function textOf(event: ChatEvent): ChatText {
  return { kind: event.kind, json: JSON.stringify(event) };
}

/** One page's queue. */
export class Outgoing {
  readonly #states = new Map<string, State>();
  #answers: Told[] = [];
  #chat: string[] = [];
  #skipped = false;
  #past: readonly Second[] = [];
  #seconds: Second[] = [];

  /** Whether nothing waits. */
  get empty(): boolean {
    const lists = [this.#answers, this.#chat, this.#past, this.#seconds];
    return !this.#skipped && this.#states.size === 0 && lists.every((list) => list.length === 0);
  }

  /** How many answers wait, and files that are asked for. */
  get answers(): number {
    return this.#answers.length;
  }

  /** The state of something; it takes the place of an older one. */
  state(state: State): void {
    const name = state.type === "file" ? `file ${state.file.n}` : state.type;
    const before = this.#states.get(name);
    // What a login said is still news when the link has changed again.
    const kept = before?.type === "link" && state.type === "link" ? { ...before, ...state } : state;
    this.#states.delete(name);
    this.#states.set(name, kept);
  }

  /** The answer to a question. */
  answer(re: string, answer: Answer): void {
    this.#answers.push({ type: "answer", re, answer });
  }

  /** A file of the page is wanted. Told after the answer that gave it its number. */
  send(wanted: Extract<Told, { type: "send" }>): void {
    this.#answers.push(wanted);
  }

  /** Something in the conversation. */
  chat({ kind, json }: ChatText): void {
    if (this.#skipped && kind === "line") return;
    this.#chat.push(json);
    if (this.#chat.length <= CHAT_EVENTS_MAX) return;
    this.#chat = [];
    this.#skipped = true;
  }

  /** Figures. */
  second(second: Second): void {
    this.#seconds.push(second);
    if (this.#seconds.length > SECONDS_WAITING_MAX) this.#seconds.shift();
  }

  /** The seconds that were before the page came: few and at once, so they are not held against it. */
  past(seconds: readonly Second[]): void {
    this.#past = seconds;
  }

  /** Takes everything out: the messages to send, in their order. Each is a `Told` in JSON. */
  take(): string[] {
    const messages: string[] = [];
    const tell = (...told: readonly Told[]) => {
      for (const one of told) messages.push(JSON.stringify(one));
    };
    const states = [...this.#states.values()];
    tell(...states.filter(({ type }) => type !== "file"));
    if (this.#skipped) tell({ type: "skipped" });
    if (this.#chat.length > 0) messages.push(`{"type":"chat","events":[${this.#chat.join(",")}]}`);
    // After the chat: who offers a file has come before.
    tell(...states.filter(({ type }) => type === "file"));
    // After the chat: whoever asked for history has the newer lines by then.
    tell(...this.#answers);
    const all = [...this.#past, ...this.#seconds];
    for (let at = 0; at < all.length; at += SECONDS_PER_MESSAGE) {
      tell({ type: "seconds", seconds: all.slice(at, at + SECONDS_PER_MESSAGE) });
    }
    this.#states.clear();
    this.#answers = [];
    this.#chat = [];
    this.#skipped = false;
    this.#past = [];
    this.#seconds = [];
    return messages;
  }
}
