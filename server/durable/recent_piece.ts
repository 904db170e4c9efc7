/**
 * Messages with an id, of one piece of the log, in little memory: 32 bytes and their names for each.
 *
 * Of a message that looks as this server writes it, sender and id are copied as bytes, and become texts again only
 * when they are asked for, all of a piece in one call. Any other one is parsed, and so is what was edited.
 *
 * @module
 */

import type { LogMessage } from "../../db/mod.ts";
import type { Identified } from "../store/store_port.ts";
import { wordsNumber, wordsNumberOfJson } from "../repeats/words_number.ts";
import { findSender, newSpans, type Spans } from "./sender.ts";

/** Bytes that a name and an id take, about. */
const TEXT_BYTES_ABOUT = 32;

/** What looks like a byte order mark is the first letter of an id. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Messages with an id. */
export class RecentPiece {
  readonly #streams: string[] = [];
  readonly #seqs: Uint32Array;
  readonly #times: Float64Array;
  /** For each message where its sender's name and its id end in `#text` as a text, in units of UTF-16. */
  readonly #ends: Uint32Array;
  /** Those that were parsed, by their place here: their texts may hold anything. */
  readonly #parsed = new Map<number, Identified>();
  /** For each message the number of its words; 0 when they are not known. */
  readonly #words: Uint32Array;
  readonly #spans: Spans = newSpans();
  #text: Uint8Array;
  #textBytes = 0;
  #textUnits = 0;

  /** @param messagesMax Messages that are added at most. */
  constructor(messagesMax: number) {
    this.#seqs = new Uint32Array(messagesMax);
    this.#times = new Float64Array(messagesMax);
    this.#words = new Uint32Array(messagesMax);
    this.#ends = new Uint32Array(2 * messagesMax);
    this.#text = new Uint8Array(messagesMax * TEXT_BYTES_ABOUT);
  }

  /** How many there are. */
  get size(): number {
    return this.#streams.length;
  }

  /** Time of the last one; 0 when there is none. */
  get lastAt(): number {
    return this.#times[this.size - 1] ?? 0;
  }

  /** Adds a message with its body, if it has an id. The newest comes last. */
  add(message: LogMessage, body: Uint8Array): void {
    const { stream, seq, at } = message;
    const spans = this.#spans;
    const i = this.size;
    let fromEnd = this.#textUnits;
    if (message.edited !== true && findSender(body, spans)) {
      this.#keep(body, spans.fromAt, spans.fromEnd);
      fromEnd = this.#textUnits;
      this.#keep(body, spans.idAt, spans.idEnd);
      const { contentAt, contentEnd } = spans;
      if (contentAt < contentEnd) this.#words[i] = wordsNumberOfJson(body, contentAt, contentEnd);
    } else {
      const parsed = identifiedIn(message);
      if (parsed === undefined) return;
      this.#parsed.set(i, parsed);
    }
    this.#ends[2 * i] = fromEnd;
    this.#ends[2 * i + 1] = this.#textUnits;
    this.#streams.push(stream);
    this.#seqs[i] = seq;
    this.#times[i] = at;
  }

  /** All of them, oldest first. */
  *all(): Generator<Identified> {
    const whole = decoder.decode(this.#text.subarray(0, this.#textBytes));
    let at = 0;
    for (let i = 0; i < this.size; i++) {
      const fromEnd = this.#ends[2 * i] ?? 0;
      const idEnd = this.#ends[2 * i + 1] ?? 0;
      yield this.#parsed.get(i) ?? {
        stream: this.#streams[i] ?? "",
        seq: this.#seqs[i] ?? 0,
        at: this.#times[i] ?? 0,
        words: this.#words[i] ?? 0,
        from: whole.slice(at, fromEnd),
        id: whole.slice(fromEnd, idEnd),
      };
      at = idEnd;
    }
  }

  /** Copies a part of a body behind the other texts. */
  #keep(body: Uint8Array, from: number, to: number): void {
    const bytes = this.#textBytes + to - from;
    if (bytes > this.#text.length) {
      const wider = new Uint8Array(Math.max(2 * this.#text.length, bytes));
      wider.set(this.#text);
      this.#text = wider;
    }
    for (let i = from; i < to; i++) {
      const byte = body[i] ?? 0;
      this.#text[this.#textBytes++] = byte;
      // A character counts with its first byte; above the first 65,536 it is two units.
      if ((byte & 0xc0) !== 0x80) this.#textUnits += byte >= 0xf0 ? 2 : 1;
    }
  }
}

/** What is to be remembered of a message; nothing if it has no id. */
function identifiedIn(
  { stream, seq, at, body, edited = false }: LogMessage,
): Identified | undefined {
  const { from, id, content } = parsed(body);
  // What an import brought need not be as this server writes it.
  if (typeof from !== "string" || typeof id !== "string") return undefined;
  // Of an edited message it is not known any more with which words it was said.
  const words = !edited && typeof content === "string" ? wordsNumber(content) : 0;
  return { stream, seq, at, from, id, words };
}

function parsed(
  body: Uint8Array,
): { readonly from?: unknown; readonly id?: unknown; readonly content?: unknown } {
  try {
    return Object(JSON.parse(decoder.decode(body)));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
