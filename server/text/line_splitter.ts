/**
 * Cuts a stream of bytes into lines: chunks of any size go in, lines without their ending come out.
 *
 * A line may end in `\n` or `\r\n`. A line over the limit is refused as soon as it passes the limit, once,
 * and thrown away up to its end; the next line is read again. Work is linear in bytes.
 *
 * @module
 */

import { GrowingBuffer } from "../wire/mod.ts";

const LF = 0x0a;
const CR = 0x0d;

/** One line, or that there was one that is too long. */
export type Line =
  | { readonly kind: "line"; readonly bytes: Uint8Array }
  | { readonly kind: "too_long" };

/** Cuts lines out of a stream. */
export class LineSplitter {
  readonly #bytesMax: number;
  /** The start of a line whose end has not come. */
  readonly #started = new GrowingBuffer();
  #discarding = false;
  #lineBytes = 0;
  #restBytes = 0;

  /** @param bytesMax Longest line in bytes, without its ending. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes of the line that was given last, with its ending; of one that is too long, as far as it came. */
  get lineBytes(): number {
    return this.#lineBytes;
  }

  /** Bytes of the chunk that was fed last which are behind it. */
  get restBytes(): number {
    return this.#restBytes;
  }

  /** Bytes of memory that are held for a line that has come only in part. */
  get heldBytes(): number {
    return this.#started.heldBytes;
  }

  /** Gives that memory back now: nothing more is fed. */
  release(): void {
    this.#started.release();
  }

  /** Takes a chunk, gives the lines that end in it. The chunk may be used again afterwards. */
  *feed(chunk: Uint8Array): Generator<Line> {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      const piece = chunk.subarray(start, end);
      start = end + 1;
      this.#lineBytes = this.#started.length + piece.length + 1;
      this.#restBytes = chunk.length - start;
      if (this.#discarding) this.#discarding = false;
      else if (this.#started.length + piece.length > this.#bytesMax + 1) yield this.#refuse();
      else yield this.#finish(piece);
    }
    const rest = chunk.subarray(start);
    this.#restBytes = 0;
    if (this.#discarding || rest.length === 0) return;
    if (this.#started.length + rest.length > this.#bytesMax + 1) {
      this.#discarding = true;
      yield this.#refuse();
    } else {
      this.#started.append(rest);
    }
  }

  /** The line that the stream's end cut short, if there is one. */
  end(): Line | undefined {
    this.#lineBytes = this.#started.length;
    this.#restBytes = 0;
    return this.#lineBytes > 0 ? this.#finish(new Uint8Array(0)) : undefined;
  }

  #finish(last: Uint8Array): Line {
    let bytes = last;
    if (this.#started.length > 0) {
      this.#started.append(last);
      bytes = this.#started.take();
    }
    if (bytes.at(-1) === CR) bytes = bytes.subarray(0, -1);
    return bytes.length > this.#bytesMax ? { kind: "too_long" } : { kind: "line", bytes };
  }

  #refuse(): Line {
    this.#started.take();
    return { kind: "too_long" };
  }
}
