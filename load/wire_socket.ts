/**
 * A member's connection over a wire.
 *
 * Frames and lines are heard where the wire has read them. Only one that was cut is copied: its beginning is kept, and a
 * little of what comes next is put behind it until it is whole.
 *
 * @module
 */

import type { Wire, WireGuest } from "../server/transport/mod.ts";
import { PIECE_BYTES, READ_BYTES_MAX, REST_BYTES_FIRST, REST_BYTES_MAX } from "./limits.ts";
import type { Hearer, Socket } from "./sockets.ts";

const NOTHING = new Uint8Array(0);

/** Such a connection. */
export class WireSocket implements Socket, WireGuest {
  readonly #wire: Wire;
  readonly #hearer: Hearer;
  /** The beginning of what is not whole. */
  #rest: Uint8Array = NOTHING;
  #restBytes = 0;
  readonly #waiting: Uint8Array<ArrayBuffer>[] = [];
  #unsent = 0;
  #blocked = false;
  #closed = false;

  constructor(wire: Wire, hearer: Hearer) {
    this.#wire = wire;
    this.#hearer = hearer;
    wire.readBytesMax = READ_BYTES_MAX;
    wire.open(this);
  }

  get unsent(): number {
    return this.#unsent;
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    this.#unsent += bytes.length;
    this.#waiting.push(bytes);
    if (!this.#blocked) this.#writeAll();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wire.close();
  }

  /** See `WireGuest`. */
  onBytes(chunk: Uint8Array): undefined {
    if (this.#closed) return;
    const end = chunk.length;
    const from = this.#restBytes === 0 ? 0 : this.#finishRest(chunk);
    if (from === end || this.#closed) return;
    const rest = this.#hearer.data(chunk, from, end);
    if (rest < end) this.#keep(chunk, rest, end);
  }

  /** See `WireGuest`. */
  onWritable(taken: number): void {
    this.#blocked = false;
    this.#taken(taken);
    this.#writeAll();
  }

  /** See `WireGuest`. What was not written is lost, and `onEnd` tells of it. */
  onBroken(): void {
    this.#blocked = true;
  }

  /** See `WireGuest`. */
  onEnd(): void {
    if (!this.#closed) this.#hearer.ended();
  }

  #writeAll(): void {
    for (let bytes = this.#waiting[0]; bytes !== undefined; bytes = this.#waiting[0]) {
      const taken = this.#wire.trySend(bytes);
      this.#blocked = taken < bytes.length;
      this.#taken(taken);
      if (this.#blocked) return;
    }
  }

  #taken(count: number): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#unsent -= count;
    if (count === first.length) this.#waiting.shift();
    else if (count > 0) this.#waiting[0] = first.subarray(count);
  }

  /** Hears what was not whole, if it is now. @returns Where in `chunk` to go on. */
  #finishRest(chunk: Uint8Array): number {
    for (let at = 0; at < chunk.length;) {
      const before = this.#restBytes;
      // As much again, or the end of something long would be looked for anew a thousand times.
      const more = Math.min(Math.max(PIECE_BYTES, before), chunk.length - at);
      this.#keep(chunk, at, at + more);
      const heard = this.#hearer.data(this.#rest, 0, before + more);
      if (heard > 0) {
        this.#restBytes = 0;
        return at + heard - before;
      }
      at += more;
    }
    return chunk.length;
  }

  /** Puts bytes behind what is not whole. */
  #keep(chunk: Uint8Array, from: number, to: number): void {
    const needed = this.#restBytes + to - from;
    if (needed > REST_BYTES_MAX) {
      this.close();
      return this.#hearer.ended("It sends a frame that is too large.");
    }
    if (needed > this.#rest.length) {
      const larger = new Uint8Array(Math.max(REST_BYTES_FIRST, needed, 2 * this.#rest.length));
      larger.set(this.#rest.subarray(0, this.#restBytes));
      this.#rest = larger;
    }
    this.#rest.set(chunk.subarray(from, to), this.#restBytes);
    this.#restBytes = needed;
  }
}
