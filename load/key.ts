/**
 * Finds bytes in messages that look alike: first where they stood the last time, then everywhere. Pure.
 *
 * Bytes are compared eight at a time, as doubles, which the engine reads and compares without making an object; the last
 * eight of a key once more if need be. So a text of 200 bytes takes some 30 ns.
 *
 * ```text
 *   "content":"        11 bytes: those at 0, and at 3
 * ```
 *
 * Two doubles are equal when their bits are, but for those that are no number, and zero. A key is of ASCII, whose bytes
 * make neither: its last byte is below 0x7f, and it has no byte that is 0.
 *
 * @module
 */

const WORD_BYTES = 8;

/** Bytes to look for: those of printable ASCII. */
export class Key {
  /** Its size in bytes. */
  readonly size: number;
  readonly #words: Float64Array;
  /** How many there are but for the last one, and where that stands. */
  readonly #count: number;
  readonly #last: number;
  /** The bytes, if they are too few for a word. */
  readonly #bytes: Uint8Array;
  #guess = 0;

  constructor(text: string) {
    const bytes = new TextEncoder().encode(text);
    const { length } = bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    const isShort = length < WORD_BYTES;
    this.size = length;
    this.#bytes = isShort ? bytes : new Uint8Array(0);
    this.#last = length - WORD_BYTES;
    this.#words = Float64Array.from(
      { length: isShort ? 0 : Math.ceil(length / WORD_BYTES) },
      (_, word) => view.getFloat64(Math.min(WORD_BYTES * word, this.#last), true),
    );
    this.#count = this.#words.length - 1;
  }

  /** Where `view`, between `from` and `to`, goes on behind the key; -1 when it is not there. */
  behind(view: DataView, from: number, to: number): number {
    if (this.isAt(view, from + this.#guess, to)) return from + this.#guess + this.size;
    for (let at = from; at + this.size <= to; at++) {
      if (!this.isAt(view, at, to)) continue;
      this.#guess = at - from;
      return at + this.size;
    }
    return -1;
  }

  /** Whether it stands at `at`, and ends before `to`. */
  isAt(view: DataView, at: number, to: number): boolean {
    if (at + this.size > to) return false;
    const words = this.#words;
    const count = this.#count;
    if (count < 0) return this.#isShortAt(view, at);
    for (let word = 0; word < count; word++) {
      if (view.getFloat64(at + WORD_BYTES * word, true) !== words[word]) return false;
    }
    return view.getFloat64(at + this.#last, true) === words[count];
  }

  #isShortAt(view: DataView, at: number): boolean {
    const bytes = this.#bytes;
    for (let index = 0; index < bytes.length; index++) {
      if (view.getUint8(at + index) !== bytes[index]) return false;
    }
    return true;
  }
}
