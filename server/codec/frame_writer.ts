/**
 * Writes frames in bytes, piece by piece, into slabs that many of them share.
 *
 * ```text
 *   slab   ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓ N │ head │ 4711 │ from │ content │ … ░░░░░░░░░░
 *          frames before       begin   bytes, number, bytes …  end
 * ```
 *
 * For what is said most, of which nearly everything is there as bytes already: a text in between would cost more than all
 * pieces together. And memory of its own would cost a frame more than its content.
 *
 * @module
 */

import { FRAME_HEADER_BYTES } from "../wire/mod.ts";

/** Large enough to be rare, small enough that one long-lived frame does not hold much. */
const SLAB_BYTES = 64 << 10;
/** Digits of the largest number that is written. */
const DIGITS_MAX = 16;
/** Far below the largest small integer, and what is above it of an exact number, too. */
const HALF = 1e8;
const HALF_DIGITS = 8;
const ZERO = 0x30;
const encoder = new TextEncoder();
const AT = encoder.encode(',"at":');
const ID = encoder.encode(',"id":');
const REPLY = encoder.encode(',"reply":');

/** Bytes that a time takes before its digits, and with them at most. */
export const TIME_NAME_BYTES: number = AT.length;
/** See `TIME_NAME_BYTES`. */
export const TIME_BYTES: number = AT.length + DIGITS_MAX;

/** Bytes that an id takes before its own. */
export const ID_NAME_BYTES: number = ID.length;
/** Bytes of `FrameWriter.marks` at most, beside those of the id itself and the digits of the reply. */
export const MARKS_BYTES: number = TIME_BYTES + ID.length + REPLY.length;

/** Writes one frame after the other. */
export class FrameWriter {
  #slab = new Uint8Array(SLAB_BYTES);
  /** Where its free part begins. */
  #free = 0;
  #memory: Uint8Array<ArrayBuffer> = this.#slab;
  #start = 0;
  /** Where the next piece goes, in `memory`. */
  #at = 0;
  /** The time that was written last, and its bytes. */
  #time = -1;
  #timeBytes: Uint8Array = AT;

  /** Begins a frame of so many bytes at most, and of so many numbers, in whole digits. */
  begin(bytes: number, numbers: number): void {
    const bytesMax = FRAME_HEADER_BYTES + bytes + numbers * DIGITS_MAX;
    if (bytesMax > SLAB_BYTES / 8) {
      this.#memory = new Uint8Array(bytesMax);
      this.#start = 0;
    } else {
      if (this.#free + bytesMax > SLAB_BYTES) {
        this.#slab = new Uint8Array(SLAB_BYTES);
        this.#free = 0;
      }
      this.#memory = this.#slab;
      this.#start = this.#free;
    }
    this.#at = this.#start + FRAME_HEADER_BYTES;
  }

  /** Adds bytes. */
  bytes(piece: Uint8Array): void {
    this.#memory.set(piece, this.#at);
    this.#at += piece.length;
  }

  /** Adds one. */
  byte(value: number): void {
    this.#memory[this.#at++] = value;
  }

  /** Adds a whole number, which is not negative. */
  number(value: number): void {
    // In two halves, each of which is a small integer for the engine. A quotient might be rounded up, a remainder is exact.
    const low = value % HALF;
    const high = (value - low) / HALF;
    if (high > 0) this.#digits(high, 1);
    this.#digits(low, high > 0 ? HALF_DIGITS : 1);
  }

  #digits(value: number, atLeast: number): void {
    const memory = this.#memory;
    const start = this.#at;
    let count = 1;
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) count++;
    const end = start + Math.max(count, atLeast);
    let rest = value;
    for (let at = end - 1; at >= start; at--) {
      const tens = (rest / 10) | 0;
      memory[at] = ZERO + rest - tens * 10;
      rest = tens;
    }
    this.#at = end;
  }

  /** Adds when it was said, behind other fields: for all that is said within a millisecond, the same bytes. */
  time(ms: number): void {
    if (ms === this.#time) return this.bytes(this.#timeBytes);
    const start = this.#at;
    this.bytes(AT);
    this.number(ms);
    this.#time = ms;
    this.#timeBytes = this.#memory.slice(start, this.#at);
  }

  /** Adds what stands behind words: when they were said, under which id if there was one, and to which message they reply. */
  marks(ms: number, idJson: Uint8Array | undefined, reply: number | undefined): void {
    this.time(ms);
    if (idJson !== undefined) {
      this.bytes(ID);
      this.bytes(idJson);
    }
    if (reply !== undefined) {
      this.bytes(REPLY);
      this.number(reply);
    }
  }

  /** The whole frame. */
  end(): Uint8Array<ArrayBuffer> {
    const memory = this.#memory;
    const start = this.#start;
    const length = this.#at - start - FRAME_HEADER_BYTES;
    memory[start] = length >>> 24;
    memory[start + 1] = length >>> 16;
    memory[start + 2] = length >>> 8;
    memory[start + 3] = length;
    if (memory === this.#slab) this.#free = this.#at;
    return memory.subarray(start, this.#at);
  }

  /** Nobody reads this frame any more: if it is the last one, the next one is written over it. */
  reuse({ buffer, byteOffset, length }: Uint8Array): void {
    if (buffer === this.#slab.buffer && byteOffset + length === this.#free) this.#free = byteOffset;
  }
}
