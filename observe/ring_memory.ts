/**
 * A ring's memory as the kernel maps it, by addresses.
 *
 * ```text
 *   page of the consumer (we write) │ page of the producer │ ring │ the same ring again
 * ```
 *
 * A position is copied as one aligned word of 8 bytes. Fences are atomic operations on a number of our own, which order
 * every access of the processor, and cost some nanoseconds per batch.
 *
 * @module
 */

import type { Address, Fd, Libbpf } from "./libbpf.ts";
import type { RingMemory } from "./ring.ts";
import { mapMemory } from "./system.ts";

const TWO_32 = 4_294_967_296;

/** A ring in the kernel. */
export class MappedRing implements RingMemory, Disposable {
  readonly size: number;
  readonly #library: Libbpf;
  readonly #page: number;
  readonly #consumer: Address;
  readonly #producer: Address;
  readonly #word: Uint8Array<ArrayBuffer> = new Uint8Array(8);
  readonly #view: DataView = new DataView(this.#word.buffer);
  readonly #fence: Int32Array = new Int32Array(new SharedArrayBuffer(4));
  #disposed = false;

  /**
   * Maps a ring.
   *
   * @param fd The map's descriptor.
   * @param size Its bytes.
   */
  constructor(library: Libbpf, fd: Fd, size: number) {
    this.#library = library;
    this.size = size;
    this.#page = library.c.getpagesize();
    this.#consumer = mapMemory(library, fd, this.#page, 0, "write");
    try {
      this.#producer = mapMemory(library, fd, this.#page + 2 * size, this.#page, "read");
    } catch (error) {
      library.c.munmap(this.#consumer, BigInt(this.#page));
      throw error;
    }
  }

  producer(): number {
    const position = this.#load(this.#producer);
    this.fence();
    return position;
  }

  consumer(): number {
    return this.#load(this.#consumer);
  }

  release(position: number): void {
    this.#view.setUint32(0, position % TWO_32, true);
    this.#view.setUint32(4, Math.floor(position / TWO_32), true);
    this.fence();
    this.#library.c.poke(this.#consumer, this.#word, 8n);
    // The kernel wakes only a reader that has read all: it must see this before we look whether more came.
    this.fence();
  }

  copy(place: number, length: number, into: Uint8Array<ArrayBuffer>): void {
    const from = this.#producer + BigInt(this.#page + place);
    this.#library.c.peek(into, from, BigInt(length));
  }

  fence(): void {
    Atomics.add(this.#fence, 0, 1);
  }

  /** Unmaps it. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#library.c.munmap(this.#consumer, BigInt(this.#page));
    this.#library.c.munmap(this.#producer, BigInt(this.#page + 2 * this.size));
  }

  #load(at: Address): number {
    this.#library.c.peek(this.#word, at, 8n);
    return this.#view.getUint32(4, true) * TWO_32 + this.#view.getUint32(0, true);
  }
}
