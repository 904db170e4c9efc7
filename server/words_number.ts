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

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The number of a text; never 0. */
export function wordsNumber(content: string): number {
  let number = BASIS;
  for (let i = 0; i < content.length; i++) {
    number = Math.imul(number ^ content.charCodeAt(i), PRIME);
  }
  return (number >>> 0) || 1;
}

/** The number of a JSON text in UTF-8 that begins with its quotation mark and ends before `end`; 0 if it is none. */
export function wordsNumberOfJson(body: Uint8Array, start: number, end: number): number {
  let number = BASIS;
  for (let i = start + 1; i < end - 1; i++) {
    const byte = body[i] ?? 0;
    if (byte === BACKSLASH || byte >= 0x80) {
      return parsedNumber(decoder.decode(body.subarray(start, end)));
    }
    number = Math.imul(number ^ byte, PRIME);
  }
  return (number >>> 0) || 1;
}

function parsedNumber(json: string): number {
  try {
    return wordsNumber(String(JSON.parse(json)));
  } catch (error) {
    if (error instanceof SyntaxError) return 0;
    throw error;
  }
}
