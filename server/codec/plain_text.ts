/**
 * Reads the bytes of JSON in which JSON would write the same: ASCII without an escape, and UTF-8 without one.
 *
 * Four bytes at a time where that is possible: one at a time it would be most of the work of a message. Pure.
 *
 * @module
 */

const QUOTE = 0x22, BACKSLASH = 0x5c, SPACE = 0x20;

/** Whether these bytes stand there. */
export function isAt(body: Uint8Array, at: number, what: Uint8Array): boolean {
  for (let i = 0; i < what.length; i++) if (body[at + i] !== what[i]) return false;
  return true;
}

/** Where ASCII ends that JSON writes as it is. */
export function endOfAscii(body: Uint8Array, start: number): number {
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
export function endOfText(body: Uint8Array, start: number): number {
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

/** ASCII as text. */
export function asciiOf(body: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(body[at] ?? 0);
  return text;
}
