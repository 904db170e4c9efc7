/**
 * Cuts a stream of bytes into frames: chunks of any size go in, whole frame bodies come out.
 *
 * ```text
 *   feed(chunk) … next() → frame, next() → frame, next() → more      feed(chunk) … next() → …
 * ```
 *
 * - "Not enough bytes yet" is an outcome (`more`), not an error.
 * - A frame that lies whole in one chunk is given as a view into that chunk: it is valid until the
 *   chunk's memory is used again, so the caller drains `next()` before it reads into the same buffer.
 * - A frame over several chunks is gathered in a buffer of its own, which grows with the bytes that
 *   came and not with the length that was promised. Each byte is copied a bounded number of times,
 *   so the work is linear even when a large frame comes byte by byte. Whoever works through a large one piece by piece
 *   takes it in pieces (`nextPieces`): then nothing is done to all of it at once.
 * - A length of 0 or over the limit is refused as soon as its four bytes are there.
 *   After that nothing more is cut: the stream has lost its meaning.
 *
 * @module
 */

import { GrowingBuffer } from "./growing_buffer.ts";
import { FRAME_BYTES_CEILING, FRAME_HEADER_BYTES } from "./limits.ts";

/** What `next` finds. */
export type Split =
  | { readonly kind: "frame"; readonly body: Uint8Array }
  | { readonly kind: "more" }
  | { readonly kind: "refused"; readonly length: number };

const MORE: Split = { kind: "more" };
const EMPTY = new Uint8Array(0);

/** Cuts frames out of a stream. One per connection and direction. */
export class Splitter {
  readonly #frameBytesMax: number;
  readonly #onGrow: ((bytes: number) => void) | undefined;
  /** The chunk that was fed last, and how far it has been consumed. */
  #chunk: Uint8Array = EMPTY;
  #at = 0;
  /** The frame (header included) whose start came in earlier chunks; made when there is one. */
  #gathered: GrowingBuffer | undefined;
  #refused: Split | undefined;
  #frameBytes = 0;

  /**
   * @param frameBytesMax Largest accepted body in bytes, 1 to 15 MiB.
   * @param onGrow Hears how many more bytes of memory are held for what has come in part.
   * @throws {RangeError} When the limit is outside that range.
   */
  constructor(frameBytesMax: number, onGrow?: (bytes: number) => void) {
    if (!(frameBytesMax >= 1 && frameBytesMax <= FRAME_BYTES_CEILING)) {
      throw new RangeError(
        `Cannot limit frames to ${frameBytesMax} bytes: a limit is from 1 to ${FRAME_BYTES_CEILING}`,
      );
    }
    this.#frameBytesMax = frameBytesMax;
    this.#onGrow = onGrow;
  }

  /**
   * Takes the next chunk, which stays the caller's: it is read until `next` answers `more`.
   *
   * @throws {Error} When the chunk before it was not drained.
   */
  feed(chunk: Uint8Array): void {
    if (this.#at < this.#chunk.length && this.#refused === undefined) {
      throw new Error("Cannot feed a splitter before next() has answered 'more'");
    }
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The next frame, or why there is none. */
  next(): Split {
    if (this.#refused !== undefined) return this.#refused;
    return this.midFrame ? this.#nextGathered(this.#gathering) : this.#nextInChunk();
  }

  /**
   * The next frame's body in pieces, if it is longer than `bytesMin` and came in several chunks; else `undefined`, and
   * `next` tells what there is.
   */
  nextPieces(bytesMin: number): readonly Uint8Array[] | undefined {
    if (!this.midFrame || this.#refused !== undefined) return undefined;
    const gathered = this.#gathering;
    if (gathered.length < FRAME_HEADER_BYTES) this.#gather(FRAME_HEADER_BYTES - gathered.length);
    if (gathered.length < FRAME_HEADER_BYTES) return undefined;
    const length = lengthAt(gathered.beginning, 0);
    if (length <= bytesMin || !this.#accepts(length)) return undefined;
    this.#gather(FRAME_HEADER_BYTES + length - gathered.length);
    if (gathered.length < FRAME_HEADER_BYTES + length) return undefined;
    this.#frameBytes = FRAME_HEADER_BYTES + length;
    const [first = EMPTY, ...others] = gathered.takePieces();
    return [first.subarray(FRAME_HEADER_BYTES), ...others];
  }

  /** Bytes of the frame that was given out last, with its header. */
  get frameBytes(): number {
    return this.#frameBytes;
  }

  /** Bytes of the chunk that was fed last which are behind that frame. */
  get restBytes(): number {
    return this.#chunk.length - this.#at;
  }

  /** Bytes of memory that are held for a frame that has come only in part. */
  get heldBytes(): number {
    return this.#gathered?.heldBytes ?? 0;
  }

  /** Cuts no more of what came, and gives its memory back now. */
  release(): void {
    this.#gathered?.release();
    this.#letGo();
  }

  /** Whether the stream stands inside of a frame: some of its bytes came, and not all. */
  get midFrame(): boolean {
    return this.#gathered !== undefined && this.#gathered.length > 0;
  }

  /**
   * The bytes that were fed and not yet given out as frames, and forgets them: for a connection
   * whose next bytes are no frames.
   */
  takeRest(): Uint8Array {
    const rest = this.#chunk.subarray(this.#at);
    this.#letGo();
    if (!this.midFrame) return rest;
    this.#gathering.append(rest);
    return this.#gathering.take();
  }

  #nextInChunk(): Split {
    const chunk = this.#chunk;
    const available = chunk.length - this.#at;
    if (available >= FRAME_HEADER_BYTES) {
      const length = lengthAt(chunk, this.#at);
      if (!this.#accepts(length)) return this.#refuse(length);
      const start = this.#at + FRAME_HEADER_BYTES;
      if (available >= FRAME_HEADER_BYTES + length) {
        this.#at = start + length;
        this.#frameBytes = FRAME_HEADER_BYTES + length;
        return { kind: "frame", body: chunk.subarray(start, this.#at) };
      }
    }
    if (available > 0) this.#gather(available);
    this.#letGo();
    return MORE;
  }

  #nextGathered(gathered: GrowingBuffer): Split {
    if (gathered.length < FRAME_HEADER_BYTES) this.#gather(FRAME_HEADER_BYTES - gathered.length);
    if (gathered.length < FRAME_HEADER_BYTES) return MORE;
    const length = lengthAt(gathered.beginning, 0);
    if (!this.#accepts(length)) return this.#refuse(length);
    const whole = FRAME_HEADER_BYTES + length;
    this.#gather(whole - gathered.length);
    if (gathered.length < whole) return MORE;
    this.#frameBytes = whole;
    return { kind: "frame", body: gathered.take().subarray(FRAME_HEADER_BYTES) };
  }

  get #gathering(): GrowingBuffer {
    return this.#gathered ??= new GrowingBuffer(this.#onGrow);
  }

  /** Moves up to `wanted` bytes from the chunk to the gathered frame. */
  #gather(wanted: number): void {
    const end = Math.min(this.#at + wanted, this.#chunk.length);
    this.#gathering.append(this.#chunk.subarray(this.#at, end));
    this.#at = end;
    if (end === this.#chunk.length) this.#letGo();
  }

  /** Even a view of nothing would keep a chunk that is drained, and is somebody else's by now. */
  #letGo(): void {
    this.#chunk = EMPTY;
    this.#at = 0;
  }

  #accepts(length: number): boolean {
    return length >= 1 && length <= this.#frameBytesMax;
  }

  #refuse(length: number): Split {
    return this.#refused = { kind: "refused", length };
  }
}

/** The big-endian length at `at`; plain indexing, because this runs once for every frame. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const low = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  return high * 0x1_0000 + low;
}
