/**
 * What a room was told, as bytes: whoever is told the same bytes need not have them read again.
 *
 * All members of a room get the same frames, mostly many at once. One member's were read and compared with what must be in
 * them; those of the next are compared with these by a single call of C, which takes 6 ns for a message, a tenth of
 * reading it. What differs in any bit is read on its own.
 *
 * ```text
 *   first member   ──frame 7──frame 8──frame 9──►  each read, and kept here
 *   the others     ──frame 7──frame 8──frame 9──►  frame 7 is read; by its seq it is known where the rest must be
 * ```
 *
 * Of the newest messages some hundred kilobytes are kept, in two parts: when the second is full it takes the place of the first.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { ECHO_MESSAGES_MAX, ECHOED_BYTES_MIN } from "./limits.ts";
import type { Ears } from "./speech.ts";

/** A message that was read, and where its frame stands. */
export interface Said {
  readonly from: number;
  readonly to: number;
  readonly sender: number;
  readonly counter: number;
  readonly seq: number;
}

/** What one room was told last. */
export class Echo {
  readonly #bytesMax: number;
  #older: Part | undefined;
  #newer: Part | undefined;

  /** @param bytesMax Bytes of a part. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Keeps a message that follows on those that are kept, or is ahead of them. */
  note(bytes: Uint8Array, said: Said): void {
    const newer = this.#newer ??= new Part(this.#bytesMax, said.seq);
    if (said.seq < newer.next) return;
    if (said.seq === newer.next && newer.add(bytes, said)) return;
    const next = this.#older ?? new Part(this.#bytesMax, said.seq);
    next.begin(said.seq);
    next.add(bytes, said);
    [this.#older, this.#newer] = [newer, next];
  }

  /**
   * Hears as many messages as are the same as here.
   *
   * @param seq The number of the first, if it is.
   * @returns Where the rest begins; `from` when nothing is the same.
   */
  hear(
    { bytes, from, to }: { readonly bytes: Uint8Array; readonly from: number; readonly to: number },
    { seq, member, ears }: { readonly seq: number; readonly member: number; readonly ears: Ears },
  ): number {
    for (const part of [this.#newer, this.#older]) {
      if (part?.has(seq)) return part.hear(bytes, from, to, seq, member, ears);
    }
    return from;
  }
}

/** Messages that follow each other. */
class Part {
  readonly #bytes: Uint8Array;
  #first: number;
  #count = 0;
  readonly #ends: Int32Array;
  readonly #senders: Int32Array;
  readonly #counters: Int32Array;

  constructor(bytesMax: number, first: number) {
    this.#bytes = new Uint8Array(bytesMax);
    this.#first = first;
    this.#ends = new Int32Array(ECHO_MESSAGES_MAX);
    this.#senders = new Int32Array(ECHO_MESSAGES_MAX);
    this.#counters = new Int32Array(ECHO_MESSAGES_MAX);
  }

  /** The number of the message that may be added. */
  get next(): number {
    return this.#first + this.#count;
  }

  begin(seq: number): void {
    this.#first = seq;
    this.#count = 0;
  }

  /** @returns Whether there was room for it. */
  add(bytes: Uint8Array, { from, to, sender, counter }: Said): boolean {
    const count = this.#count;
    const at = this.#endOf(count - 1);
    if (count === ECHO_MESSAGES_MAX || at + to - from > this.#bytes.length) return false;
    this.#bytes.set(bytes.subarray(from, to), at);
    this.#ends[count] = at + to - from;
    this.#senders[count] = sender;
    this.#counters[count] = counter;
    this.#count++;
    return true;
  }

  has(seq: number): boolean {
    return seq >= this.#first && seq < this.next;
  }

  hear(
    bytes: Uint8Array,
    from: number,
    to: number,
    seq: number,
    member: number,
    ears: Ears,
  ): number {
    const index = seq - this.#first;
    const begin = this.#endOf(index - 1);
    const behind = this.#wholeBefore(begin + to - from);
    const size = this.#endOf(behind - 1) - begin;
    if (size < ECHOED_BYTES_MIN) return from;
    const here = this.#bytes.subarray(begin, begin + size);
    if (Buffer.compare(bytes.subarray(from, from + size), here) !== 0) return from;
    for (let at = index; at < behind; at++) {
      const [sender, counter] = [this.#senders[at] ?? 0, this.#counters[at] ?? 0];
      ears.message(member, sender, counter, true, this.#first + at);
    }
    return from + size;
  }

  #endOf(index: number): number {
    return index < 0 ? 0 : this.#ends[index] ?? 0;
  }

  /** How many messages end at a place or before it. */
  #wholeBefore(place: number): number {
    if (this.#endOf(this.#count - 1) <= place) return this.#count;
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#endOf(middle) <= place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
