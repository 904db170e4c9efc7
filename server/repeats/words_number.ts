/**
 * A number that stands for the words of a message, so that a repetition is known though they are gone.
 *
 * It is FNV-1a over units of UTF-16, without a secret: whoever makes two texts of one number deceives only itself, since
 * numbers are compared for one user and one id. Two texts have the same number by chance once in 2³² pairs.
 *
 * @module
 */

const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;
const BACKSLASH = 0x5c;

/** What looks like a byte order mark is a letter of the words. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The number of a text; never 0. */
export function wordsNumber(content: string): number {
  let number = BASIS;
  for (let i = 0; i < content.length; i++) {
    number = Math.imul(number ^ content.charCodeAt(i), PRIME);
  }
  return (number >>> 0) || 1;
}

/** What the letter behind a backslash stands for, by its code; 0 when it is not one of those. */
const ESCAPED = new Uint8Array(128);
for (const [letter, code] of Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13 })) {
  ESCAPED[letter.charCodeAt(0)] = code;
}
for (const sign of '"\\/') ESCAPED[sign.charCodeAt(0)] = sign.charCodeAt(0);

/** The number of a JSON text in UTF-8 that begins with its quotation mark and ends before `end`; 0 if it is none. */
export function wordsNumberOfJson(body: Uint8Array, start: number, end: number): number {
  let number = BASIS;
  for (let i = start + 1; i < end - 1; i++) {
    const byte = body[i] ?? 0;
    let unit = byte;
    if (byte === BACKSLASH) {
      unit = ESCAPED[body[++i] ?? 0] ?? 0;
      if (unit === 0) return parsedNumber(body, start, end);
    } else if (byte >= 0x80) {
      const code = codeAt(body, i, end - 1);
      if (code === -1) return parsedNumber(body, start, end);
      i += code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
      unit = code;
      if (code >= 0x10000) {
        number = Math.imul(number ^ (0xd7c0 + (code >>> 10)), PRIME);
        unit = 0xdc00 | (code & 0x3ff);
      }
    }
    number = Math.imul(number ^ unit, PRIME);
  }
  return (number >>> 0) || 1;
}

/** The character of two to four bytes that begins at `at`; -1 if there is none that is whole and could not be shorter. */
function codeAt(body: Uint8Array, at: number, end: number): number {
  const byte = body[at] ?? 0;
  const more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
  if (byte < 0xc2 || byte > 0xf4 || at + more >= end) return -1;
  let code = byte & (0x3f >>> more);
  for (let i = 1; i <= more; i++) {
    const next = body[at + i] ?? 0;
    if ((next & 0xc0) !== 0x80) return -1;
    code = (code << 6) | (next & 0x3f);
  }
  const isShort = (more === 2 && code < 0x800) || (more === 3 && code < 0x10000);
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  return isShort || isHalf || code > 0x10ffff ? -1 : code;
}

function parsedNumber(body: Uint8Array, start: number, end: number): number {
  const json = decoder.decode(body.subarray(start, end));
  try {
    return wordsNumber(String(JSON.parse(json)));
  } catch (error) {
    if (error instanceof SyntaxError) return 0;
    throw error;
  }
}
