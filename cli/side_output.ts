/**
 * Standard output of a program that has more to do than to be read: what it has to do is done also when its reader has
 * left, the disk is full, or nobody reads for an hour.
 *
 * ```text
 *   print ─► what waits ─► one write under way ─► whoever reads
 * ```
 *
 * A write that waits for its reader waits in a thread of the runtime's, so that signals and the network are heard meanwhile.
 * What waits is bounded by whoever prints: `room` tells when there is room again.
 *
 * @module
 */

import { EXIT, Failure } from "./failure.ts";
import { writeFailure, writeToOutput } from "./streams.ts";

/** Characters that may wait before whoever prints should do so, too. */
const WAITING_CHARS_MAX: number = 64 << 10;

/** Text on its way to whoever reads. */
export class SideOutput {
  readonly #write: (text: string) => Promise<void>;
  #waiting: string[] = [];
  #chars = 0;
  #writing: Promise<void> | undefined;
  #over = false;
  #failure: Failure | undefined;

  /** @param write Writes all of a text. Default: to standard output. */
  constructor(write: (text: string) => Promise<void> = writeToOutput) {
    this.#write = write;
  }

  /** Why not all was written; `undefined` also when the reader left, who wanted no more. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Writes text behind what waits, if that still helps anybody. Throws nothing. */
  print(text: string): void {
    if (this.#over || text === "") return;
    this.#waiting.push(text);
    this.#chars += text.length;
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when no more waits than may, and as soon as `signal` fires. */
  async room(signal?: AbortSignal): Promise<void> {
    while (this.#chars > WAITING_CHARS_MAX && !signal?.aborted) await this.flushed(signal);
  }

  /** Resolves when nothing waits any more, and as soon as `signal` fires. */
  async flushed(signal?: AbortSignal): Promise<void> {
    if (this.#writing === undefined || signal?.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = () => resolve();
    signal?.addEventListener("abort", stop);
    await Promise.race([this.#writing, promise]);
    signal?.removeEventListener("abort", stop);
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const text = this.#waiting.join("");
        this.#waiting = [];
        await this.#write(text);
        this.#chars -= text.length;
      }
    } catch (cause) {
      this.#over = true;
      this.#waiting = [];
      this.#chars = 0;
      if (!(cause instanceof Deno.errors.BrokenPipe)) {
        this.#failure = new Failure(writeFailure(cause), EXIT.failed, { cause });
      }
    }
    this.#writing = undefined;
  }
}
