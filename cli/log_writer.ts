/**
 * Writes a log without ever waiting for who reads it.
 *
 * ```text
 *   line ─► waiting, at most 256 KiB ─► one write at a time ─► stderr: a file, a terminal, a pipe that perhaps nobody reads
 *              └─ full: the line is lost, and counted; the next line that has room says how many were
 * ```
 *
 * A server must not stand still because a log collector does, nor end because one has ended. Whoever reads again learns
 * what it missed; when there is nobody any more, what is logged is lost without a word, and the server goes on.
 * Pure but for the writing, which is an argument.
 *
 * @module
 */

/** Bytes of lines that wait at most: some thousand events, and as much as a pipe holds a few times over. */
export const LOG_WAITING_BYTES_MAX: number = 256 << 10;

/** Where a log goes. It may write a part, take as long as it likes, and reject when nobody reads any more. */
export type LogSink = (bytes: Uint8Array) => Promise<number>;

const encoder = new TextEncoder();

/** Writes lines in order, or counts those that it cannot. */
export class LogWriter {
  readonly #sink: LogSink;
  readonly #lossLine: (lines: number) => string;
  readonly #bytesMax: number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Lines lost since the last time that this was told. */
  #lost = 0;
  #broken = false;
  #writing: Promise<void> | undefined;

  /** @param lossLine The line that tells how many are missing before it. */
  constructor(
    sink: LogSink,
    lossLine: (lines: number) => string,
    bytesMax: number = LOG_WAITING_BYTES_MAX,
  ) {
    this.#sink = sink;
    this.#lossLine = lossLine;
    this.#bytesMax = bytesMax;
  }

  /** Takes a line, with its ending. Never waits and never throws. */
  write(line: string): void {
    if (this.#broken) return;
    const bytes = encoder.encode(this.#lost === 0 ? line : this.#lossLine(this.#lost) + line);
    if (this.#waitingBytes + bytes.length > this.#bytesMax) {
      this.#lost++;
      return;
    }
    this.#lost = 0;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when nothing waits any more; whoever cannot wait for that does not. */
  async written(): Promise<void> {
    if (this.#lost > 0 && !this.#broken) {
      this.#waiting.push(encoder.encode(this.#lossLine(this.#lost)));
      this.#lost = 0;
    }
    await (this.#writing ??= this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    try {
      for (let bytes = this.#waiting.shift(); bytes !== undefined; bytes = this.#waiting.shift()) {
        for (let at = 0; at < bytes.length;) at += await this.#sink(bytes.subarray(at));
        this.#waitingBytes -= bytes.length;
      }
    } catch {
      // Nobody reads any more, and nobody will: a closed pipe stays closed, and so does a terminal that has hung up.
      this.#broken = true;
      this.#waiting = [];
    }
    this.#writing = undefined;
  }
}
