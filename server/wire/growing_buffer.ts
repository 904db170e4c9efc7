/**
 * Bytes gathered from several chunks, in blocks: what has been gathered is not copied again when more comes.
 *
 * ```text
 *   512 │ 512 │ 1 KiB │ 2 KiB │ … │ 64 KiB │ 64 KiB │ …      each as large as all before it, up to a limit
 * ```
 *
 * It grows with the bytes that came, never with a length that somebody promised, and holds little more than they are.
 * Whoever can work on blocks takes them as they lie (`takePieces`); one copy makes them one (`take`). What is no longer wanted is
 * given back at once (`release`): the collector comes late to memory that lies outside of its heap.
 *
 * @module
 */

import { concat } from "./bytes.ts";

/** First size of a block in bytes: most of what straddles two chunks is smaller. */
const BLOCK_BYTES_FIRST = 512;
/** Largest one: as much as is worked on at once. */
const BLOCK_BYTES_MAX: number = 64 << 10;

/** A buffer that grows. */
export class GrowingBuffer {
  #blocks: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;
  /** Bytes of memory of all blocks. */
  #held = 0;
  readonly #onGrow: ((bytes: number) => void) | undefined;

  /** @param onGrow Hears of each block, how large it is. */
  constructor(onGrow?: (bytes: number) => void) {
    this.#onGrow = onGrow;
  }

  /** Bytes gathered. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of memory that it holds. */
  get heldBytes(): number {
    return this.#held;
  }

  /** The beginning of what is gathered: all of it, or the first 512 bytes at least. */
  get beginning(): Uint8Array {
    return this.#blocks[0]?.subarray(0, this.#length) ?? new Uint8Array(0);
  }

  /** Copies `bytes` to the end. */
  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      let block = this.#blocks.at(-1);
      let room = this.#held - this.#length;
      if (block === undefined || room === 0) {
        room = Math.min(
          BLOCK_BYTES_MAX,
          Math.max(BLOCK_BYTES_FIRST, this.#length, bytes.length - at),
        );
        block = new Uint8Array(room);
        this.#blocks.push(block);
        this.#held += room;
        this.#onGrow?.(room);
      }
      const piece = bytes.subarray(at, at + room);
      block.set(piece, block.length - room);
      at += piece.length;
      this.#length += piece.length;
    }
  }

  /** Gives away what is gathered, as one, and starts anew with other memory. */
  take(): Uint8Array {
    return concat(this.takePieces());
  }

  /** Throws away what is gathered and gives its memory back now. */
  release(): void {
    for (const { buffer } of this.#blocks) buffer.transfer(0);
    this.#blocks = [];
    this.#length = 0;
    this.#held = 0;
  }

  /** The same as `take`, as it lies in memory. */
  takePieces(): readonly Uint8Array[] {
    const blocks = this.#blocks;
    const last = blocks.pop();
    if (last !== undefined) {
      blocks.push(last.subarray(0, last.length - (this.#held - this.#length)));
    }
    this.#blocks = [];
    this.#length = 0;
    this.#held = 0;
    return blocks;
  }
}
