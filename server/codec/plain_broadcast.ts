/**
 * A `Broadcast` read from the bytes that nearly every one is made of, without JSON in between.
 *
 * ```text
 *   {"type":"Broadcast","content":"good morning","room":"tea","id":"7f"}
 *                                 └─ json ─────┘
 *   {"type":"NewMessage", …,"content":"good morning", …}      goes out as it came in
 * ```
 *
 * What is said goes through as bytes: it becomes text only if somebody wants text. That is right when JSON would write the
 * same bytes for it: UTF-8 without an escape. `room` and `id` must be plain ASCII; whatever else, in whichever order
 * or with spaces, is left to JSON, which also finds the words for what is wrong. So this accepts less than JSON and the
 * schemas do, and of what it accepts it makes the same message.
 *
 * @module
 */

import type { Said } from "../commands/types.ts";
import { type Broadcast, ID_CHARS_MAX } from "../wire/mod.ts";

/** What is said is text, however it begins. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

const HEAD = encoder.encode('{"type":"Broadcast",');
const CONTENT = encoder.encode('"content":"');
const ROOM = encoder.encode('"room":"');
const ID = encoder.encode('"id":"');
const QUOTE = 0x22, BACKSLASH = 0x5c, COMMA = 0x2c, CLOSE = 0x7d, SPACE = 0x20;

/** Such a message. */
export class PlainBroadcast implements Broadcast, Said {
  readonly type = "Broadcast";
  declare readonly room?: string;
  declare readonly id?: string;
  #json: Uint8Array;
  #idJson: Uint8Array | undefined;
  #content: string | undefined;

  constructor(json: Uint8Array, room: string | undefined, idJson: Uint8Array | undefined) {
    this.#json = json;
    this.#idJson = idJson;
    if (room !== undefined) this.room = room;
    if (idJson !== undefined) this.id = asciiOf(idJson, 1, idJson.length - 1);
  }

  get content(): string {
    return this.#content ??= decoder.decode(this.#json.subarray(1, -1));
  }

  get json(): Uint8Array {
    return this.#json;
  }

  get idJson(): Uint8Array | undefined {
    return this.#idJson;
  }

  liesIn(json: Uint8Array, idJson: Uint8Array | undefined): void {
    this.#json = json;
    this.#idJson = idJson;
  }
}

/** Reads a frame's body, if it is such a message; its bytes are the message's until `liesIn` is told other ones. */
export function plainBroadcast(body: Uint8Array): PlainBroadcast | undefined {
  if (!isAt(body, 0, HEAD)) return undefined;
  let json: Uint8Array | undefined;
  let room: string | undefined;
  let idJson: Uint8Array | undefined;
  for (let at = HEAD.length;;) {
    let end: number;
    if (json === undefined && isAt(body, at, CONTENT)) {
      const start = at + CONTENT.length;
      end = endOfText(body, start);
      json = body.subarray(start - 1, end + 1);
    } else if (room === undefined && isAt(body, at, ROOM)) {
      const start = at + ROOM.length;
      end = endOfAscii(body, start);
      room = asciiOf(body, start, end);
    } else if (idJson === undefined && isAt(body, at, ID)) {
      const start = at + ID.length;
      end = endOfAscii(body, start);
      if (end === start || end - start > ID_CHARS_MAX) return undefined;
      idJson = body.subarray(start - 1, end + 1);
    } else return undefined;
    if (body[end] !== QUOTE) return undefined;
    at = end + 2;
    if (body[end + 1] === COMMA) continue;
    const isWhole = body[end + 1] === CLOSE && at === body.length;
    return isWhole && json !== undefined ? new PlainBroadcast(json, room, idJson) : undefined;
  }
}

function isAt(body: Uint8Array, at: number, what: Uint8Array): boolean {
  for (let i = 0; i < what.length; i++) if (body[at + i] !== what[i]) return false;
  return true;
}

/** Where ASCII ends that JSON writes as it is. Four bytes at a time: one at a time it would be most of the work. */
function endOfAscii(body: Uint8Array, start: number): number {
  const words = wordsOf(body);
  const base = body.byteOffset;
  const { length } = body;
  let at = start;
  while (at + 4 <= length && isPlain(words.getInt32(base + at))) at += 4;
  for (; at < length; at++) {
    const byte = body[at] ?? 0;
    if (byte < SPACE || byte === QUOTE || byte === BACKSLASH || byte >= 0x80) return at;
  }
  return length;
}

/**
 * Whether four bytes are such ASCII. Each is brought to where the wrong ones have their highest bit set: below a space by
 * taking away a space, what equals a sign by taking away 1 from its difference. What one byte borrows from the next can only
 * make that look wrong, too, and then they are looked at one by one.
 */
function isPlain(word: number): boolean {
  const controls = word - 0x20202020;
  const quotes = (word ^ 0x22222222) - 0x01010101;
  const backslashes = (word ^ 0x5c5c5c5c) - 0x01010101;
  return ((word | controls | quotes | backslashes) & 0x80808080) === 0;
}

/** The memory that was read last: many bodies lie in one chunk. */
let lastWords: DataView = new DataView(new ArrayBuffer(0));

function wordsOf({ buffer }: Uint8Array): DataView {
  return lastWords.buffer === buffer ? lastWords : lastWords = new DataView(buffer);
}

/** The same for whatever JSON writes as it is. */
function endOfText(body: Uint8Array, start: number): number {
  for (let at = endOfAscii(body, start);; at = endOfAscii(body, at)) {
    const length = sequenceAt(body, at);
    if (length === 0) return at;
    at += length;
  }
}

/** Bytes of the character of more than one byte that begins here; 0 if there is none, or not as UTF-8 has it. */
function sequenceAt(body: Uint8Array, at: number): number {
  const first = body[at] ?? 0;
  const second = body[at + 1] ?? 0;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let i = 1; i < length; i++) if (((body[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  // What could be shorter, halves of pairs, and what is beyond the last character.
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second > 0x9f) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  if (first === 0xf4 && second > 0x8f) return 0;
  return length;
}

function asciiOf(body: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(body[at] ?? 0);
  return text;
}
