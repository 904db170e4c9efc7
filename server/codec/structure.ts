/**
 * Whether a frame has more structure than any message: judged in one pass over its bytes, before it is parsed.
 *
 * Parsing costs by values, not by bytes: a megabyte of brackets makes half a million arrays, and takes a hundred times as
 * long as a megabyte of text. What is inside of strings is jumped over. Pure.
 *
 * @module
 */

import { FRAME_BYTES_PLAIN, FRAME_VALUES_MAX } from "../limits.ts";

const QUOTE = 0x22, BACKSLASH = 0x5c, COMMA = 0x2c, BRACKET = 0x5b, BRACE = 0x7b;

/** Whether a frame's body holds too many values. Whether it is JSON is not decided here. */
export function isIntricate(body: Uint8Array): boolean {
  if (body.length <= FRAME_BYTES_PLAIN) return false;
  let values = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = endOfString(body, at);
    else if (byte === COMMA || byte === BRACKET || byte === BRACE) {
      if (++values > FRAME_VALUES_MAX) return true;
    }
  }
  return false;
}

/** Where the string ends that begins at `start`: at its quote, or at the body's end. */
function endOfString(body: Uint8Array, start: number): number {
  for (let end = body.indexOf(QUOTE, start + 1); end >= 0; end = body.indexOf(QUOTE, end + 1)) {
    let escapes = 0;
    while (body[end - 1 - escapes] === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return body.length;
}
