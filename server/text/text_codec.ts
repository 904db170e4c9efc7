/**
 * Lines from and to messages: made for `nc` and `telnet`.
 *
 * The first line is the name, the next one its password if that is asked for, the others are what is said. A browser that strays here (its first line is an
 * HTTP request) gets a short answer that tells it where to go.
 *
 * Lines are typed by people who see no difference between being asked and not being asked. So a line is not said that was a password
 * here before: who typed it once more because nothing seemed to come of it keeps it.
 *
 * @module
 */

import { hash } from "node:crypto";
import { LINE_BYTES_MAX } from "../limits.ts";
import type { Codec, Heard } from "../codec/codec.ts";
import type { ClientMessage, ServerMessage } from "../wire/mod.ts";
import { ERROR_SENTENCES } from "../wire/mod.ts";
import { httpAnswer, isHttp } from "./http.ts";
import { type Line, LineSplitter } from "./line_splitter.ts";
import { parseLine, parseLogin } from "./parse.ts";
import { encodeLine } from "./render.ts";
import { server } from "./server_line.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Lines of one connection that are remembered as passwords, by their digests: three tries, and some changes. */
const SECRETS_MAX = 16;

/** The codec of lines. */
export class TextCodec implements Codec {
  readonly speech = "text";
  /** Lines carry no files. */
  readonly midFrame = false;
  readonly #splitter = new LineSplitter(LINE_BYTES_MAX);
  /** The lines of the chunk that was fed last. */
  #lines: Iterator<Line> | undefined;
  /** What it calls itself, once it has said so. */
  #username: string | undefined;
  /** Whose password the next line is. */
  #passwordOf: string | undefined;
  /** Digests of the lines that were passwords. */
  readonly #secrets = new Set<string>();
  /** The connection ends after what was said last. */
  #ending = false;

  feed(chunk: Uint8Array): void {
    this.#lines = this.#splitter.feed(chunk);
  }

  feedEnd(): void {
    const last = this.#splitter.end();
    this.#lines = (last === undefined ? [] : [last]).values();
  }

  next(): Heard | undefined {
    if (this.#ending) return { kind: "end" };
    const line = this.#lines?.next();
    return line === undefined || line.done ? undefined : this.#heard(line.value);
  }

  get heardBytes(): number {
    return this.#splitter.lineBytes;
  }

  get restBytes(): number {
    return this.#splitter.restBytes;
  }

  get heldBytes(): number {
    return this.#splitter.heldBytes;
  }

  release(): void {
    this.#splitter.release();
  }

  askPassword(username: string): void {
    this.#passwordOf = username;
  }

  takeRest(): Uint8Array {
    return new Uint8Array(0);
  }

  encode(message: ServerMessage): Uint8Array | undefined {
    if (message.type === "Renamed") this.#username = message.username;
    return encodeLine(message);
  }

  #keepAll(message: ClientMessage): void {
    if (message.type !== "Register" && message.type !== "Password") return;
    this.#keep(message.password ?? "");
    if (message.type === "Password") this.#keep(message.old);
  }

  /** Of tries without end, the newest. */
  #keep(secret: string): void {
    this.#secrets.add(digest(secret));
    const [oldest] = this.#secrets;
    if (this.#secrets.size > SECRETS_MAX && oldest !== undefined) this.#secrets.delete(oldest);
  }

  #heard(line: Line): Heard {
    if (line.kind === "too_long") {
      return { kind: "error", code: "too_long", msg: ERROR_SENTENCES.too_long };
    }
    const text = decoder.decode(line.bytes);
    if (this.#passwordOf !== undefined) {
      const username = this.#passwordOf;
      this.#passwordOf = undefined;
      this.#keep(text);
      return { kind: "message", message: { type: "Login", username, password: text } };
    }
    if (this.#username !== undefined) {
      if (this.#secrets.size > 0 && this.#secrets.has(digest(text))) return NOT_SAID;
      const heard = meaningOf(text, this.#username);
      if (heard.kind === "message") this.#keepAll(heard.message);
      return heard;
    }
    this.#username = text.trim();
    if (!isHttp(text)) return { kind: "message", message: parseLogin(text) };
    this.#ending = true;
    return { kind: "answer", bytes: httpAnswer() };
  }
}

const NOT_SAID: Heard = {
  kind: "answer",
  bytes: encoder.encode(server("That is a password: it was not said.")),
};

/** As people type it again, which may be with a space at its end. */
function digest(text: string): string {
  return hash("sha256", text.trim(), "base64url");
}

function meaningOf(text: string, username: string): Heard {
  const meaning = parseLine(text, username);
  switch (meaning.kind) {
    case "message":
      return meaning;
    case "answer":
      return { kind: "answer", bytes: encoder.encode(meaning.text) };
    case "quit":
      return { kind: "end" };
    case "nothing":
      return meaning;
    default:
      return meaning satisfies never;
  }
}
