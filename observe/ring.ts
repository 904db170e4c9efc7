/**
 * The kernel's ring buffer, read in batches.
 *
 * ```text
 *   position:   consumer                                    producer
 *                  ▼                                           ▼
 *        … read   │ header │ record │ header │ record │ …     │  free
 *                  8 bytes: u32 length and two flags, u32 the kernel's
 *                  bit 31 BUSY: reserved, being written ─► stop here
 *                  bit 30 DISCARD: given up by the kernel ─► pass over
 * ```
 *
 * Positions only grow; the place in the ring is the position modulo its size. A record is padded to 8 bytes. The memory is
 * mapped twice in a row, so no record is cut at the ring's end.
 *
 * Order. The producer's position is read before the headers, and a header before its record. One copy does not promise that:
 * a library's `memcpy` may read the end first, and a record could be taken for done whose bytes were read before. So each
 * batch is copied twice, with a fence in between: the first copy tells how far records are done, the second gives them. That
 * costs 6 ns an event and holds on every processor. The consumer's position is given back only after that, once a batch.
 *
 * Pure: whose memory it is, is the other side of `RingMemory`.
 *
 * @module
 */

/** A ring's memory. */
export interface RingMemory {
  /** Bytes of the ring: a power of two. */
  readonly size: number;
  /** Up to where the kernel has reserved. What is read afterwards is newer. */
  producer(): number;
  /** Up to where records were given back. */
  consumer(): number;
  /** Gives back all before a position. What was read before is older. */
  release(position: number): void;
  /** Copies from a place in the ring, across its end if need be. */
  copy(place: number, length: number, into: Uint8Array<ArrayBuffer>): void;
  /** Nothing that is read later is read before this. */
  fence(): void;
}

/** Takes a record: it lies in the view from `at` on, and only until the call returns. */
export type TakeRecord = (view: DataView, at: number, length: number) => void;

const HEADER_BYTES = 8;
const BUSY = 0x8000_0000;
const DISCARD = 0x4000_0000;
const LENGTH = 0x3fff_ffff;

/** Bytes that are copied at once: large enough that a call's cost vanishes, small enough for a processor's cache. */
export const BATCH_BYTES = 262_144;

/** Reads a ring. */
export class RingReader {
  readonly #memory: RingMemory;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #position: number;

  /**
   * @param memory The ring.
   * @param batchBytes How much is copied at once; a record may not be larger.
   */
  constructor(memory: RingMemory, batchBytes: number = BATCH_BYTES) {
    this.#memory = memory;
    this.#buffer = new Uint8Array(Math.min(batchBytes, memory.size));
    this.#view = new DataView(this.#buffer.buffer);
    this.#position = memory.consumer();
  }

  /**
   * Reads one batch: as many records as are done and fit into it.
   *
   * @returns How many bytes were given back. 0: nothing is there, or the next record is still being written.
   * @throws {RangeError} When the ring holds nonsense.
   */
  read(take: TakeRecord): number {
    const memory = this.#memory;
    const waiting = memory.producer() - this.#position;
    if (waiting <= 0) return 0;
    const length = Math.min(waiting, this.#buffer.length);
    const place = this.#position % memory.size;
    memory.copy(place, length, this.#buffer);
    const done = this.#done(length, waiting);
    if (done === 0) return 0;
    memory.fence();
    memory.copy(place, done, this.#buffer);
    this.#take(done, take);
    this.#position += done;
    memory.release(this.#position);
    return done;
  }

  /** How many of the copied bytes are whole records that are done. */
  #done(length: number, waiting: number): number {
    let at = 0;
    while (at + HEADER_BYTES <= length) {
      const header = this.#view.getUint32(at, true);
      if ((header & BUSY) !== 0) break;
      const step = stepOf(header);
      if (at + step > length) {
        if (at > 0) break;
        const whole = step <= waiting && step > this.#buffer.length;
        throw new RangeError(
          whole
            ? `A record of ${step} bytes does not fit into a batch of ${this.#buffer.length}`
            : `The ring is damaged: a record of ${step} bytes, where only ${waiting} are`,
        );
      }
      at += step;
    }
    return at;
  }

  #take(done: number, take: TakeRecord): void {
    for (let at = 0; at < done;) {
      const header = this.#view.getUint32(at, true);
      if ((header & DISCARD) === 0) take(this.#view, at + HEADER_BYTES, header & LENGTH);
      at += stepOf(header);
    }
  }
}

/** From one header to the next. */
function stepOf(header: number): number {
  return ((header & LENGTH) + HEADER_BYTES + 7) & ~7;
}
