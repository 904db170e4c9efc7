/**
 * The bodies of one stream in memory, oldest first: many of them in one piece of memory, each known by where it ends.
 *
 * ```text
 *   chunks   [ ····· 14 15 16 ]   [ 17 18 19 20 21 ]   [ 22 23 ░░░░░░░░ ]
 *              forgotten           whole                being filled
 * ```
 *
 * Memory of its own would cost a body as much as its bytes, and the collector a walk over all of them. A chunk is of one
 * stream alone, so a short message keeps nobody else's memory. The first is as large as its body, and each is twice as large
 * as the one before: a stream in which little is said holds little. A chunk goes with the last body in it; of the only one,
 * what is left is copied when that is little. A body that took another one's place has memory of its own; the bytes of the
 * other one may still be read by who asked before, and go with their chunk.
 *
 * In a stream that is as long as it may be, a chunk goes as often as one begins: the one takes the memory of the other, unless
 * somebody has been given a body in it and may still read that. New memory for each would have the collector run for them.
 *
 * @module
 */

import { MEMORY_CHUNK_BYTES, MEMORY_CHUNK_BYTES_MAX, MEMORY_END_BYTES } from "../limits.ts";

/** So many times as large as what is left in it a chunk is when that is copied. */
const COPIED_AT = 4;

interface Chunk {
  readonly bytes: Uint8Array;
  /** The number of its first body, counted from the stream's first. */
  readonly first: number;
  /** Where each of its bodies ends; each begins where the one before ends. */
  readonly ends: number[];
  /** Where the last one ends. */
  used: number;
  /** Whether a body in it was given to somebody. */
  lent: boolean;
}

/** Such bodies. */
export class Bodies {
  #chunks: Chunk[] = [];
  /** How many bodies were ever pushed, and forgotten. */
  #pushed = 0;
  #forgotten = 0;
  #bytes = 0;
  #memoryBytes = 0;
  /** Those that took the place of others, by the numbers of these. */
  #replaced: Map<number, Uint8Array> | undefined;
  #replacedBytes = 0;
  /** The memory of a chunk that has gone. */
  #spare: Uint8Array | undefined;

  /** How many there are. */
  get size(): number {
    return this.#pushed - this.#forgotten;
  }

  /** Their bytes, and those of what others took the place of. */
  get bytes(): number {
    return this.#bytes + this.#replacedBytes;
  }

  /** Bytes of memory that they take. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** Keeps a copy of one more. */
  push(body: Uint8Array): void {
    const { length } = body;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.used + length > chunk.bytes.length) {
      chunk = this.#begin(length, chunk);
    }
    chunk.bytes.set(body, chunk.used);
    chunk.used += length;
    chunk.ends.push(chunk.used);
    this.#pushed++;
    this.#bytes += length;
    this.#memoryBytes += MEMORY_END_BYTES;
  }

  /** Forgets the oldest. */
  shift(): void {
    const [chunk, next] = this.#chunks;
    if (chunk === undefined || this.size === 0) return;
    this.#forgetReplaced(this.#forgotten);
    this.#bytes -= lengthIn(chunk, this.#forgotten++ - chunk.first);
    if (this.#forgotten === (next?.first ?? this.#pushed)) {
      this.#chunks.shift();
      this.#memoryBytes -= memoryOf(chunk);
      this.#keepSpare(next === undefined || chunk.lent ? undefined : chunk.bytes);
    } else if (next === undefined && this.#bytes * COPIED_AT < chunk.bytes.length) {
      this.#chunks[0] = this.#copyOf(chunk);
    }
  }

  /** The one of that number, counted from the oldest, which is 0; valid as long as it is not changed by its reader. */
  at(index: number): Uint8Array | undefined {
    if (index < 0 || index >= this.size) return undefined;
    const number = this.#forgotten + index;
    const replaced = this.#replaced?.get(number);
    if (replaced !== undefined) return replaced;
    const chunk = this.#chunkOf(number);
    if (chunk === undefined) return undefined;
    chunk.lent = true;
    return bodyIn(chunk, number);
  }

  /** Gives the one of that number, counted from the oldest, other bytes. @returns Whether it is there. */
  replace(index: number, body: Uint8Array): boolean {
    const number = this.#forgotten + index;
    const chunk = index < 0 || index >= this.size ? undefined : this.#chunkOf(number);
    if (chunk === undefined) return false;
    this.#forgetReplaced(number);
    const kept = body.slice();
    (this.#replaced ??= new Map()).set(number, kept);
    this.#replacedBytes += kept.length;
    this.#memoryBytes += memoryOfReplaced(kept);
    return true;
  }

  #chunkOf(number: number): Chunk | undefined {
    return this.#chunks.findLast(({ first }) => first <= number);
  }

  #forgetReplaced(number: number): void {
    const before = this.#replaced?.get(number);
    if (before === undefined) return;
    this.#replacedBytes -= before.length;
    this.#memoryBytes -= memoryOfReplaced(before);
    this.#replaced?.delete(number);
  }

  /** What is left of a chunk, in one of its own. */
  #copyOf(chunk: Chunk): Chunk {
    const gone = this.#forgotten - chunk.first;
    const start = chunk.ends[gone - 1] ?? 0;
    const copy: Chunk = {
      bytes: chunk.bytes.slice(start, start + this.#bytes),
      first: this.#forgotten,
      ends: chunk.ends.slice(gone).map((end) => end - start),
      used: this.#bytes,
      lent: false,
    };
    this.#memoryBytes += memoryOf(copy) - memoryOf(chunk);
    return copy;
  }

  #begin(length: number, before: Chunk | undefined): Chunk {
    const doubled = Math.min(MEMORY_CHUNK_BYTES_MAX, 2 * (before?.bytes.length ?? 0));
    const bytesWanted = Math.max(length, doubled);
    const spare = this.#spare?.length === bytesWanted ? this.#spare : undefined;
    if (spare !== undefined) this.#keepSpare(undefined);
    const bytes = spare ?? new Uint8Array(bytesWanted);
    const chunk: Chunk = { bytes, first: this.#pushed, ends: [], used: 0, lent: false };
    this.#chunks.push(chunk);
    this.#memoryBytes += memoryOf(chunk);
    return chunk;
  }

  #keepSpare(bytes: Uint8Array | undefined): void {
    this.#memoryBytes += (bytes?.length ?? 0) - (this.#spare?.length ?? 0);
    this.#spare = bytes;
  }
}

/** The body of that number, which is in this chunk. */
function bodyIn(chunk: Chunk, number: number): Uint8Array {
  const end = chunk.ends[number - chunk.first] ?? 0;
  return chunk.bytes.subarray(end - lengthIn(chunk, number - chunk.first), end);
}

function lengthIn({ ends }: Chunk, index: number): number {
  return (ends[index] ?? 0) - (ends[index - 1] ?? 0);
}

function memoryOf({ bytes, ends }: Chunk): number {
  return MEMORY_CHUNK_BYTES + bytes.length + ends.length * MEMORY_END_BYTES;
}

function memoryOfReplaced({ length }: Uint8Array): number {
  return MEMORY_CHUNK_BYTES + length + MEMORY_END_BYTES;
}
