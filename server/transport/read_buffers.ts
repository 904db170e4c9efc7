/**
 * Buffers that all connections read into, one after the other: who has nothing to read holds none.
 *
 * What was read is handled at once, mostly, and the buffer goes to the next. Whoever has to wait keeps it until then. Each
 * connection asks for a size of its own, which begins small and grows with what comes: so many who wait hold little, and
 * whoever holds much has sent as much. Those that are not kept are given back at once: the collector comes late to memory that lies
 * outside of its heap.
 *
 * @module
 */

import { READ_BUFFERS_KEPT } from "./limits.ts";

/** Buffers by size. */
export class ReadBuffers {
  readonly #kept = new Map<number, Uint8Array<ArrayBuffer>[]>();

  /** One of that size, with whatever is in it. */
  take(size: number): Uint8Array<ArrayBuffer> {
    return this.#kept.get(size)?.pop() ?? new Uint8Array(size);
  }

  /** Takes one back. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    let kept = this.#kept.get(buffer.length);
    if (kept === undefined) this.#kept.set(buffer.length, kept = []);
    if (kept.length < READ_BUFFERS_KEPT) kept.push(buffer);
    else buffer.buffer.transfer(0);
  }
}
