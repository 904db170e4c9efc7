/**
 * Where messages stand: 6 bytes for each, in blocks of 64 that a stream strings together.
 *
 * ```text
 *   stream.blocks   [ 17 ][ 3 ][ 204 ] …          block of seq s = blocks[(s >>> 6) − firstBlock]
 *                      │
 *                      ▼  slab of 1024 blocks
 *   units     u32 × 65536    offset in the segment, in units of 8 bytes
 *   ordinals  u16 × 65536    the segment, or ABSENT, or GONE
 *   times     f64 × 1024     time of the block's first message
 *   sums      f64 × 1024     bytes of the stream's bodies before the block
 * ```
 *
 * A `Map` costs 30 to 150 bytes for each entry, stands still for a sixth of a second when it grows and ends at 2^24
 * entries. Here growing is one new slab, nothing is copied, and the garbage collector sees a few arrays.
 * With the sample per block a message costs 6.25 bytes, and the list of blocks adds about a tenth of one.
 *
 * What the numbers of streams and segments mean is not known here.
 *
 * @module
 */

import { BLOCK_ENTRIES, SLAB_BLOCKS } from "./limits.ts";

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

/** All blocks of a store. */
export class Locations {
  readonly #slabs: Slab[] = [];
  readonly #free: number[] = [];
  #allocated = 0;

  /** Takes a block in which every entry is absent and no sample is set. */
  allocate(): number {
    const block = this.#free.pop() ?? this.#next();
    const slab = this.#slab(block);
    const start = entry(block, 0);
    slab.ordinals.fill(ABSENT, start, start + BLOCK_ENTRIES);
    slab.times[block & (SLAB_BLOCKS - 1)] = NaN;
    return block;
  }

  /** Gives a block back. */
  release(block: number): void {
    this.#free.push(block);
  }

  /** The segment's ordinal or the mark of a seq. */
  ordinal(block: number, seq: number): number {
    return this.#slab(block).ordinals[entry(block, seq)] ?? ABSENT;
  }

  /** The offset of a seq's record, in units of 8 bytes. */
  unit(block: number, seq: number): number {
    return this.#slab(block).units[entry(block, seq)] ?? 0;
  }

  /** Sets where a seq's record stands. */
  set(block: number, seq: number, ordinal: number, unit: number): void {
    const slab = this.#slab(block);
    const at = entry(block, seq);
    slab.ordinals[at] = ordinal;
    slab.units[at] = unit;
  }

  /** Time of a block's first message; NaN when none is known. */
  time(block: number): number {
    return this.#slab(block).times[block & (SLAB_BLOCKS - 1)] ?? NaN;
  }

  /** Bytes of the stream's bodies before a block. */
  sum(block: number): number {
    return this.#slab(block).sums[block & (SLAB_BLOCKS - 1)] ?? 0;
  }

  /** Sets a block's sample unless it has one. */
  sample(block: number, time: number, sum: number): void {
    const slab = this.#slab(block);
    const at = block & (SLAB_BLOCKS - 1);
    if (!Number.isNaN(slab.times[at])) return;
    slab.times[at] = time;
    slab.sums[at] = sum;
  }

  /** Memory that the slabs take, in bytes. */
  bytes(): number {
    return this.#slabs.length * SLAB_BLOCKS * (BLOCK_ENTRIES * 6 + 16);
  }

  #next(): number {
    const block = this.#allocated++;
    if (block >>> SLAB_BITS === this.#slabs.length) {
      this.#slabs.push({
        units: new Uint32Array(SLAB_BLOCKS * BLOCK_ENTRIES),
        ordinals: new Uint16Array(SLAB_BLOCKS * BLOCK_ENTRIES),
        times: new Float64Array(SLAB_BLOCKS),
        sums: new Float64Array(SLAB_BLOCKS),
      });
    }
    return block;
  }

  #slab(block: number): Slab {
    const slab = this.#slabs[block >>> SLAB_BITS];
    if (slab === undefined) throw new RangeError(`There is no block ${block}`);
    return slab;
  }
}

function entry(block: number, seq: number): number {
  return ((block & (SLAB_BLOCKS - 1)) << BLOCK_BITS) | (seq & (BLOCK_ENTRIES - 1));
}
