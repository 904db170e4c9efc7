/**
 * Finds a few bytes in messages that look alike: first where they stood the last time, then everywhere. Pure.
 *
 * @module
 */

/** Bytes to look for. */
export class Key {
  readonly #bytes: Uint8Array;
  #guess = 0;

  constructor(text: string) {
    this.#bytes = new TextEncoder().encode(text);
  }

  /** Its size in bytes. */
  get size(): number {
    return this.#bytes.length;
  }

  /** Where `bytes`, between `from` and `to`, go on behind the key; -1 when it is not there. */
  behind(bytes: Uint8Array, from: number, to: number): number {
    const { length } = this.#bytes;
    if (this.isAt(bytes, from + this.#guess, to)) return from + this.#guess + length;
    for (let at = from; at + length <= to; at++) {
      if (!this.isAt(bytes, at, to)) continue;
      this.#guess = at - from;
      return at + length;
    }
    return -1;
  }

  /** Whether it stands at `at`, and ends before `to`. */
  isAt(bytes: Uint8Array, at: number, to: number): boolean {
    const key = this.#bytes;
    if (at + key.length > to) return false;
    for (let i = 0; i < key.length; i++) if (bytes[at + i] !== key[i]) return false;
    return true;
  }
}
