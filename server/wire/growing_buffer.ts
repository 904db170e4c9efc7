/**
 * Bytes gathered from several chunks: a buffer that doubles, so each byte is copied a bounded number of times.
 *
 * It grows with the bytes that came, never with a length that somebody promised.
 *
 * @module
 */

/** What an empty buffer has for memory: there are as many of these as connections. */
const NO_MEMORY = new Uint8Array(0);
/** First size in bytes: most of what straddles two chunks is smaller. */
const BYTES_FIRST = 512;

/** A buffer that grows. */
export class GrowingBuffer {
  #memory: Uint8Array = NO_MEMORY;
  #length = 0;

  /** Bytes gathered. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of memory that it holds. */
  get heldBytes(): number {
    return this.#memory.length;
  }

  /** Copies `bytes` to the end. */
  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#memory.length) {
      const grown = new Uint8Array(Math.max(length, BYTES_FIRST, this.#memory.length * 2));
      grown.set(this.bytes());
      this.#memory = grown;
    }
    this.#memory.set(bytes, this.#length);
    this.#length = length;
  }

  /** A view of what is gathered, valid until the next `append`. */
  bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }

  /** Gives away what is gathered and starts anew with other memory. */
  take(): Uint8Array {
    const bytes = this.bytes();
    this.#memory = NO_MEMORY;
    this.#length = 0;
    return bytes;
  }
}
