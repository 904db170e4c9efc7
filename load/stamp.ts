/**
 * The text of a message of a run: it opens with a stamp that says which message it is; the rest is filling.
 *
 * ```text
 *   a3f0 0003 000000a7 ........................
 *   run  sender counter, all in hexadecimal digits
 * ```
 *
 * A receiver looks for the stamp where it was the last time and reads its digits. Pure.
 *
 * @module
 */

import { Key } from "./key.ts";

/** Characters of a stamp. */
export const STAMP_CHARS = 16;

const RUN_CHARS = 4;
const SENDER_CHARS = 4;
/** Where in a stamp the counter stands. */
export const COUNTER_AT: number = RUN_CHARS + SENDER_CHARS;
const COUNTER_CHARS = STAMP_CHARS - COUNTER_AT;

const DIGITS = new TextEncoder().encode("0123456789abcdef");
/** Values of two hexadecimal digits by their two character codes; -1 for what are none. */
const HEX = hexPairs();

/** A letter's place in the filling is that of the last one plus one: what was put elsewhere is seen. */
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** The texts of a run. */
export class Texts {
  readonly #run: string;
  readonly #runKey: Key;
  readonly #filling: string;
  readonly #fillingKey: Key;
  /** Bytes of a text. */
  readonly size: number;

  /** @param plan The run's four digits, and the bytes of a text. */
  constructor({ run, size }: { readonly run: string; readonly size: number }) {
    const filling = LETTERS.repeat(Math.ceil(size / LETTERS.length)).slice(0, size - STAMP_CHARS);
    this.#run = run;
    this.#runKey = new Key(run);
    this.#filling = filling;
    this.#fillingKey = new Key(filling);
    this.size = size;
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

  /** Whether a text of this run may begin at `at`, and has room before `to`. */
  isAt(view: DataView, at: number, to: number): boolean {
    return at + STAMP_CHARS <= to && this.#runKey.isAt(view, at, to);
  }

  /** The sender in the stamp at `at`; negative when there is no stamp. */
  senderAt(view: DataView, at: number): number {
    return hexAt(view, at + RUN_CHARS);
  }

  /** The counter in the stamp at `at`; negative when there is no stamp, or above what anybody sends. */
  counterAt(view: DataView, at: number): number {
    const high = hexAt(view, at + COUNTER_AT);
    const low = hexAt(view, at + COUNTER_AT + COUNTER_CHARS / 2);
    return low < 0 ? -1 : high << 16 | low;
  }

  /** Whether the filling behind the stamp at `at` is what was said, and ends before `to`. */
  isFilled(view: DataView, at: number, to: number): boolean {
    return this.#fillingKey.isAt(view, at + STAMP_CHARS, to);
  }
}

/** Reads four digits; negative when one of them is none. */
function hexAt(view: DataView, at: number): number {
  return (HEX[view.getUint16(at)] ?? -1) << 8 | (HEX[view.getUint16(at + 2)] ?? -1);
}

function hexPairs(): Int16Array {
  const pairs = new Int16Array(1 << 16).fill(-1);
  DIGITS.forEach((high, ten) =>
    DIGITS.forEach((low, one) => {
      pairs[high << 8 | low] = ten << 4 | one;
    })
  );
  return pairs;
}

function hex(value: number, chars: number): string {
  return value.toString(16).padStart(chars, "0");
}
