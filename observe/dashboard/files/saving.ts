/**
 * One answer to a browser that saves an offered file: the place where the file's bytes go.
 *
 * ```text
 *   connection beside the chat ─ piece ─► hash ─► the answer's body ─► browser
 *                                          │ the last piece is held back
 *                                          ├─ SHA-256 as offered ─► it goes out, and the answer is whole
 *                                          └─ another one        ─► the answer ends short: a failed download
 * ```
 *
 * Nothing is stored: what broke off goes on in the same answer, from the byte up to which the browser has it. The next piece
 * is asked for when the browser's connection took the last one, so memory holds two.
 *
 * The browser's own word that the file is on its disk does not exist. What is told to the sender is that its connection has
 * taken every byte of an answer that was whole.
 *
 * @module
 */

import { createHash, type Hash } from "node:crypto";
import {
  type Offer,
  PlaceError,
  type Sink,
  type SinkEnd,
  type TakeOptions,
} from "../../../server/wire/transfers/mod.ts";
import { FILE_IDLE_MS_MAX } from "../limits.ts";

/** What is known of an answer. */
export interface SavingOptions {
  readonly offer: Pick<Offer, "size" | "sha256">;
  /** When the answer is through. Without it, the body counts. */
  readonly completed?: Promise<void>;
  /** The browser has gone away, or stopped it. */
  readonly onGone: () => void;
  /** Milliseconds for which the browser may take nothing. */
  readonly idleMsMax?: number;
}

/** A file on its way into a browser. */
export class Saving {
  /** The answer's body: exactly the file, or less. */
  readonly body: ReadableStream<Uint8Array>;
  readonly #options: SavingOptions;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #hash: Hash = createHash("sha256");
  #offset = 0;
  #taking: Promise<unknown> = Promise.resolve();
  /** Rejects when it ends early: a browser that takes nothing holds nobody. */
  readonly #ended = Promise.withResolvers<never>();
  #over = false;

  constructor(options: SavingOptions) {
    this.#options = options;
    // One piece waits in it at most: the default would let a fast sender fill the memory.
    const pipe = new TransformStream<Uint8Array, Uint8Array>(undefined, { highWaterMark: 1 }, {
      highWaterMark: 0,
    });
    this.body = pipe.readable;
    this.#writer = pipe.writable.getWriter();
    this.#ended.promise.catch(() => {});
    this.#writer.closed.catch(() => {
      if (this.#over) return;
      this.#over = true;
      options.onGone();
    });
  }

  /** The place for what is still missing. One at a time: it waits until the last one has ended. */
  async sink(): Promise<Sink | undefined> {
    await this.#taking;
    if (this.#over) return undefined;
    return {
      offset: this.#offset,
      take: (bytes, options) => {
        const taking = this.#take(bytes, options ?? {});
        this.#taking = taking;
        return taking;
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  /** Ends the answer before it is whole: the browser reports a failed download. Idempotent. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    // Short of its length, which breaks the connection; an error would also be printed by the HTTP server.
    this.#writer.close().catch(() => {});
    this.#ended.reject(new PlaceError("The answer was ended."));
  }

  async #take(bytes: AsyncIterable<Uint8Array>, options: TakeOptions): Promise<SinkEnd> {
    try {
      const last = await this.#fill(bytes, options);
      const sha256 = this.#hash.digest("hex");
      const offered = this.#options.offer.sha256;
      const expected = offered ?? await options.sha256AtEnd?.().catch(() => undefined);
      if (expected !== undefined && expected.toLowerCase() !== sha256) {
        this.end();
        return { kind: "mismatch", sha256 };
      }
      if (last !== undefined) await this.#write(last);
      await this.#within(this.#writer.close());
      this.#over = true;
      await this.#within(this.#options.completed ?? Promise.resolve());
      return { kind: "done", sha256 };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { kind: "partial", offset: this.#offset, why: "ended", reason: error.message };
    }
  }

  /** Lets all through but the last piece, which it gives. @throws What the bytes throw, and when they end early. */
  async #fill(
    bytes: AsyncIterable<Uint8Array>,
    { onBytes }: TakeOptions,
  ): Promise<Uint8Array | undefined> {
    const { size } = this.#options.offer;
    if (size === 0) return undefined;
    for await (const piece of bytes) {
      // The piece's memory is used again for the next one.
      const own = piece.slice(0, size - this.#offset);
      this.#hash.update(own);
      onBytes?.(this.#offset + own.length);
      if (this.#offset + own.length === size) return own;
      await this.#write(own);
    }
    throw new PlaceError(`The sender stopped at ${this.#offset}.`);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#within(this.#writer.write(bytes));
    this.#offset += bytes.length;
  }

  /** Waits for the browser, but not for ever. @throws {PlaceError} When it has gone away, or the answer was ended. */
  async #within<T>(promise: Promise<T>): Promise<T> {
    const { idleMsMax = FILE_IDLE_MS_MAX } = this.#options;
    const late = setTimeout(() => {
      this.#writer.abort().catch(() => {});
    }, idleMsMax);
    try {
      return await Promise.race([promise, this.#ended.promise]);
    } catch (cause) {
      throw new PlaceError("The browser does not want it any more.", { cause });
    } finally {
      clearTimeout(late);
    }
  }
}
