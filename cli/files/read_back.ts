/**
 * Hashes what lies on the disk and not what came: each piece is read back while the next one is written.
 *
 * ```text
 *   write   │ piece 1 │ piece 2 │ piece 3 │
 *   read    │         │ piece 1 │ piece 2 │ piece 3 │
 *   hash    │         │         │ piece 1 │ piece 2 │ piece 3
 * ```
 *
 * So a file that somebody cuts or writes into while it comes is noticed: its tail is always still to be read. What is cut
 * and grows again behind what was read leaves a hole; a file with holes is read through once more at its end.
 *
 * @module
 */

import type { Hash } from "node:crypto";
import { Failure } from "../failure.ts";
import type { Handle } from "./disk.ts";
import { hashInto, newHash } from "./hash.ts";

/** Bytes that a file's blocks are counted in, whatever the file system. */
const BLOCK_BYTES = 512;

/** Follows a file that is being written, from some byte on. */
export class ReadBack {
  readonly #handle: Handle;
  readonly #hash: Hash;
  /** Bytes that were read back. */
  #at: number;
  /** One is read into while the other one is hashed. */
  #buffers: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
  #unhashed = new Uint8Array(0);

  /** @param hash Of the first `at` bytes. */
  constructor(handle: Handle, hash: Hash, at: number) {
    this.#handle = handle;
    this.#hash = hash;
    this.#at = at;
  }

  /** Waits for a write, and meanwhile reads what was written before it, up to byte `end`. @throws What either throws. */
  async beside(writing: Promise<void>, end: number): Promise<void> {
    const reading = this.#read(end);
    this.#hash.update(this.#unhashed);
    // Both must be over before the file may be closed.
    const [written, read] = await Promise.allSettled([writing, reading]);
    if (written.status === "rejected") throw written.reason;
    if (read.status === "rejected") throw read.reason;
    this.#unhashed = read.value;
  }

  /** The SHA-256 of the whole file of that size, in hexadecimal. @throws {Failure} When it is not as it was written. */
  async digest(size: number): Promise<string> {
    await this.beside(Promise.resolve(), size);
    this.#hash.update(this.#unhashed);
    const stats = await this.#handle.stat();
    if (stats.size !== size) throw changed();
    if (stats.blocks * BLOCK_BYTES >= size) return this.#hash.digest("hex");
    const hash = newHash();
    if (await hashInto(hash, this.#handle, size) !== size) throw changed();
    return hash.digest("hex");
  }

  async #read(end: number): Promise<Uint8Array<ArrayBuffer>> {
    const [spare, used] = this.#buffers;
    const wanted = end - this.#at;
    const buffer = spare.length >= wanted ? spare : new Uint8Array(wanted);
    this.#buffers = [used, buffer];
    for (let done = 0; done < wanted;) {
      const { bytesRead } = await this.#handle.read(buffer, done, wanted - done, this.#at);
      if (bytesRead === 0) throw changed();
      done += bytesRead;
      this.#at += bytesRead;
    }
    return buffer.subarray(0, wanted) as Uint8Array<ArrayBuffer>;
  }
}

function changed(): Failure {
  return new Failure("Somebody else has changed the file while it came.");
}
