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
const COUNTER_AT = RUN_CHARS + SENDER_CHARS;
const COUNTER_CHARS = STAMP_CHARS - COUNTER_AT;

/** Values of hexadecimal digits by character code; -1 for what is none. */
const HEX = Int8Array.from({ length: 256 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) || (code >= 0x41 && code <= 0x46) ? -1 : value;
});

/** A letter's place in the filling is that of the last one plus one: what was put elsewhere is seen. */
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = new TextEncoder().encode("0123456789abcdef");

/** Of so many messages that a member hears of others, it compares every byte of one: a power of two. */
const COMPARED_OF = 16;

/** The texts of a run. */
export class Texts {
  readonly #run: string;
  readonly #runCodes: Uint8Array;
  readonly #size: number;
  readonly #filling: string;
  readonly #fillingCodes: Uint8Array;

  /** @param plan The run's four digits, and the bytes of a text. */
  constructor({ run, size }: { readonly run: string; readonly size: number }) {
    const filling = LETTERS.repeat(Math.ceil(size / LETTERS.length)).slice(0, size - STAMP_CHARS);
    this.#run = run;
    this.#runCodes = new TextEncoder().encode(run);
    this.#size = size;
    this.#filling = filling;
    this.#fillingCodes = new TextEncoder().encode(filling);
  }

  /** What a stamp is before anything has been said; see `write`. */
  stampOf(sender: number): string {
    return this.#run + hex(sender, SENDER_CHARS) + hex(0, COUNTER_CHARS);
  }

  /** A whole text. */
  textOf(sender: number, counter: number): string {
    return this.#run + hex(sender, SENDER_CHARS) + hex(counter, COUNTER_CHARS) + this.#filling;
  }

  /** Writes a counter into the stamp that stands at `at`. */
  write(bytes: Uint8Array, at: number, counter: number): void {
    let rest = counter;
    for (let place = at + STAMP_CHARS - 1; place >= at + COUNTER_AT; place--) {
      bytes[place] = DIGITS[rest & 0xf] ?? 0;
      rest >>>= 4;
    }
  }

  /** Whether a text of this run may begin at `at`. */
  isAt(bytes: Uint8Array, at: number): boolean {
    const run = this.#runCodes;
    return bytes[at] === run[0] && bytes[at + 1] === run[1] && bytes[at + 2] === run[2] &&
      bytes[at + 3] === run[3];
  }

  /** The sender in the stamp at `at`; negative when there is no stamp. */
  senderAt(bytes: Uint8Array, at: number): number {
    return hexAt(bytes, at + RUN_CHARS, at + COUNTER_AT);
  }

  /** The counter in the stamp at `at`; negative when there is no stamp. */
  counterAt(bytes: Uint8Array, at: number): number {
    return hexAt(bytes, at + COUNTER_AT, at + STAMP_CHARS);
  }

  /**
   * Whether a member compares every byte of a text: the sender of each, and everybody else of one in sixteen, each member
   * of others. Of the rest it sees the stamp, and the length.
   */
  isCompared(member: number, sender: number, counter: number): boolean {
    return member === sender || ((member + counter) & (COMPARED_OF - 1)) === 0;
  }

  /** Whether the filling behind the stamp at `at` is what was said. */
  isFilled(bytes: Uint8Array, at: number): boolean {
    const filling = this.#fillingCodes;
    const from = at + STAMP_CHARS;
    for (let i = 0; i < filling.length; i++) if (bytes[from + i] !== filling[i]) return false;
    return true;
  }

  /** Bytes of a text. */
  get size(): number {
    return this.#size;
  }
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
