/**
 * Where messages stand: 6 bytes for each, in blocks that a stream strings together.
 *
 * ```text
 *   stream.blocks   [ 34 ][ 6 ][ 409 ]            block of seq s = blocks[(s >>> 6) − firstBlock]
 *                      │     │     └ odd: a small block, for the first 8 of its 64 seqs
 *                      ▼     └ even: a block of 64
 *   units     u32    offset in the segment, in units of 8 bytes
 *   ordinals  u16    the segment, or ABSENT, or GONE
 *   times     f64    time of the block's first message: the lowest of all, also when an edit puts it behind others
 *   sums      f64    bytes of the stream's bodies before the block
 * ```
 *
 * - Most streams are short: pairs who whispered once, rooms that did not last. So the last block of a stream is a
 *   small one of 64 bytes until its ninth entry is asked for, and is then exchanged for one of 400.
 * - Blocks stand in slabs of 1024: growing is one new slab, nothing is copied, and the garbage collector sees a few
 *   arrays. A `Map` costs 30 to 150 bytes for each entry, stands still for a sixth of a second when it grows and
 *   ends at 2^24 entries. Here a message of a long stream costs 6.25 bytes and its part of the list of blocks.
 *
 * What the numbers of streams and segments mean is not known here.
 *
 * @module
 */

import { BLOCK_ENTRIES, SLAB_BLOCKS, SMALL_BLOCK_ENTRIES } from "./limits.ts";

/** Mark of a seq about which nothing is known. */
export const ABSENT = 0xffff;
/** Mark of a seq whose message is gone for good. */
export const GONE = 0xfffe;

const BLOCK_BITS = Math.log2(BLOCK_ENTRIES);
const SLAB_BITS = Math.log2(SLAB_BLOCKS);

interface Slab {
  readonly units: Uint32Array;
  readonly ordinals: Uint16Array;
  readonly times: Float64Array;
  readonly sums: Float64Array;
}

/** Number of the block of a seq within its stream. */
export function blockNumber(seq: number): number {
  return seq >>> BLOCK_BITS;
}

/** First seq of a block. */
export function blockStart(number: number): number {
  return number * BLOCK_ENTRIES;
}

/** Whether a small block has an entry for a seq. */
export function fitsSmall(seq: number): boolean {
  return (seq & (BLOCK_ENTRIES - 1)) < SMALL_BLOCK_ENTRIES;
}

/** Whether a block is a small one. */
export function isSmall(block: number): boolean {
  return (block & 1) === 1;
}

/** All blocks of a store. */
export class Locations {
  readonly #large = new Pool(BLOCK_ENTRIES);
  readonly #small = new Pool(SMALL_BLOCK_ENTRIES);

  /** Takes a block in which every entry is absent and no sample is set. */
  allocate(small: boolean): number {
    return small ? this.#small.allocate() * 2 + 1 : this.#large.allocate() * 2;
  }

  /** Exchanges a small block for a large one that says the same. */
  enlarge(block: number): number {
    const large = this.#large.allocate();
    this.#small.copy(block >>> 1, this.#large, large);
    this.#small.release(block >>> 1);
    return large * 2;
  }

  /** Gives a block back. */
  release(block: number): void {
    this.#pool(block).release(block >>> 1);
  }

  /** The segment's ordinal or the mark of a seq. */
  ordinal(block: number, seq: number): number {
    const pool = this.#pool(block);
    return pool.slab(block >>> 1).ordinals[pool.entry(block >>> 1, seq)] ?? ABSENT;
  }

  /** The offset of a seq's record, in units of 8 bytes. */
  unit(block: number, seq: number): number {
    const pool = this.#pool(block);
    return pool.slab(block >>> 1).units[pool.entry(block >>> 1, seq)] ?? 0;
  }

  /** Sets where a seq's record stands. */
  set(block: number, seq: number, ordinal: number, unit: number): void {
    const pool = this.#pool(block);
    const slab = pool.slab(block >>> 1);
    const at = pool.entry(block >>> 1, seq);
    slab.ordinals[at] = ordinal;
    slab.units[at] = unit;
  }

  /** The same for some seqs of one block that follow each other. */
  setAll(
    block: number,
    seq: number,
    ordinal: number,
    { units, at, count }: { units: ArrayLike<number>; at: number; count: number },
  ): void {
    const pool = this.#pool(block);
    const slab = pool.slab(block >>> 1);
    const entry = pool.entry(block >>> 1, seq);
    for (let i = 0; i < count; i++) {
      slab.ordinals[entry + i] = ordinal;
      slab.units[entry + i] = units[at + i] ?? 0;
    }
  }

  /** Time of a block's first message; NaN when none is known. */
  time(block: number): number {
    return this.#pool(block).slab(block >>> 1).times[(block >>> 1) & (SLAB_BLOCKS - 1)] ?? NaN;
  }

  /** Bytes of the stream's bodies before a block. */
  sum(block: number): number {
    return this.#pool(block).slab(block >>> 1).sums[(block >>> 1) & (SLAB_BLOCKS - 1)] ?? 0;
  }

  /** Takes a message's time into a block's sample, and the bytes before the block with the first one. */
  sample(block: number, time: number, sum: number): void {
    const slab = this.#pool(block).slab(block >>> 1);
    const at = (block >>> 1) & (SLAB_BLOCKS - 1);
    const known = slab.times[at] ?? NaN;
    if (known <= time) return;
    slab.times[at] = time;
    if (Number.isNaN(known)) slab.sums[at] = sum;
  }

  /** Corrects the time of a block's first message. */
  setTime(block: number, time: number): void {
    this.#pool(block).slab(block >>> 1).times[(block >>> 1) & (SLAB_BLOCKS - 1)] = time;
  }

  /** Memory that the slabs take, in bytes. */
  bytes(): number {
    return this.#large.bytes() + this.#small.bytes();
  }

  #pool(block: number): Pool {
    return isSmall(block) ? this.#small : this.#large;
  }
}

/** Blocks of one size. */
class Pool {
  readonly #entries: number;
  readonly #bits: number;
  readonly #slabs: Slab[] = [];
  readonly #free: number[] = [];
  #allocated = 0;

  constructor(entries: number) {
    this.#entries = entries;
    this.#bits = Math.log2(entries);
  }

  allocate(): number {
    const block = this.#free.pop() ?? this.#next();
    const slab = this.slab(block);
    const start = this.entry(block, 0);
    slab.ordinals.fill(ABSENT, start, start + this.#entries);
    slab.times[block & (SLAB_BLOCKS - 1)] = NaN;
    return block;
  }

  release(block: number): void {
    this.#free.push(block);
  }

  /** Copies what a block says into one of a pool of larger ones. */
  copy(block: number, other: Pool, to: number): void {
    const slab = this.slab(block);
    const into = other.slab(to);
    const from = this.entry(block, 0);
    const at = other.entry(to, 0);
    into.units.set(slab.units.subarray(from, from + this.#entries), at);
    into.ordinals.set(slab.ordinals.subarray(from, from + this.#entries), at);
    into.times[to & (SLAB_BLOCKS - 1)] = slab.times[block & (SLAB_BLOCKS - 1)] ?? NaN;
    into.sums[to & (SLAB_BLOCKS - 1)] = slab.sums[block & (SLAB_BLOCKS - 1)] ?? 0;
  }

  slab(block: number): Slab {
    const slab = this.#slabs[block >>> SLAB_BITS];
    if (slab === undefined) throw new RangeError(`There is no block ${block}`);
    return slab;
  }

  /** Where the entry of a seq stands in the block's slab. */
  entry(block: number, seq: number): number {
    return ((block & (SLAB_BLOCKS - 1)) << this.#bits) | (seq & (this.#entries - 1));
  }

  bytes(): number {
    return this.#slabs.length * SLAB_BLOCKS * (this.#entries * 6 + 16);
  }

  #next(): number {
    const block = this.#allocated++;
    if (block >>> SLAB_BITS === this.#slabs.length) {
      this.#slabs.push({
        units: new Uint32Array(SLAB_BLOCKS * this.#entries),
        ordinals: new Uint16Array(SLAB_BLOCKS * this.#entries),
        times: new Float64Array(SLAB_BLOCKS),
        sums: new Float64Array(SLAB_BLOCKS),
      });
    }
    return block;
  }
}
