/**
 * The text of a message of a run: it opens with a stamp that says which message it is; the rest is filling.
 *
 * ```text
 *   a3f0 0003 000000a7 ........................
 *   run  sender counter, all in hexadecimal digits
 * ```
 *
 * A receiver looks for the stamp where it was the last time and reads it digit by digit: no JSON is parsed. Pure.
 *
 * @module
 */

/** Characters of a stamp. */
export const STAMP_CHARS = 16;

const RUN_CHARS = 4;
const SENDER_CHARS = 4;

/** Values of hexadecimal digits by character code; -1 for what is none. */
const HEX = Int8Array.from({ length: 256 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) || (code >= 0x41 && code <= 0x46) ? -1 : value;
});

/** A message's text. */
export function stampText(run: string, sender: number, counter: number, filling: string): string {
  return run + hex(sender, SENDER_CHARS) + hex(counter, STAMP_CHARS - RUN_CHARS - SENDER_CHARS) +
    filling;
}

/** What stands behind the stamp in each message of `size` bytes: letters, so that no way of speaking escapes them. */
export function fillingOf(size: number): string {
  return "abcdefghijklmnopqrstuvwxyz".repeat(Math.ceil(size / 26)).slice(0, size - STAMP_CHARS);
}

/** What a run's messages are known by: the run's digits as character codes. */
export function runCodes(run: string): Uint8Array {
  return new TextEncoder().encode(run);
}

/** Whether the bytes at `at` open with the run's digits. */
export function isOfRun(bytes: Uint8Array, at: number, run: Uint8Array): boolean {
  for (let i = 0; i < RUN_CHARS; i++) if (bytes[at + i] !== run[i]) return false;
  return true;
}

/** The sender in the stamp at `at`; negative when there is no stamp. */
export function senderAt(bytes: Uint8Array, at: number): number {
  return hexAt(bytes, at + RUN_CHARS, at + RUN_CHARS + SENDER_CHARS);
}

/** The counter in the stamp at `at`; negative when there is no stamp. */
export function counterAt(bytes: Uint8Array, at: number): number {
  return hexAt(bytes, at + RUN_CHARS + SENDER_CHARS, at + STAMP_CHARS);
}

/** Reads digits; -1 when one of them is none. The highest must be below 8 in a counter: nobody sends 2³¹ messages. */
function hexAt(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  let bad = 0;
  for (let at = from; at < to; at++) {
    const digit = HEX[bytes[at] ?? 0] ?? -1;
    bad |= digit;
    value = (value << 4) | digit;
  }
  return bad < 0 ? -1 : value;
}

function hex(value: number, chars: number): string {
  return value.toString(16).padStart(chars, "0");
}
