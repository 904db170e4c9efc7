/**
 * Writes a log without ever waiting for who reads it.
 *
 * ```text
 *   line ─► waiting, at most 256 Ki characters ─► one write at a time, ─► stderr: a file, a terminal, a pipe that
 *              │                                 of all that wait              perhaps nobody reads
 *              └─ full: the line is lost, and counted; the next line that has room says how many were
 * ```
 *
 * A server must not stand still because a log collector does, nor end because one has ended. Whoever reads again learns
 * what it missed; when there is nobody any more, what is logged is lost without a word, and the server goes on.
 * Pure but for the writing, which is an argument.
 *
 * @module
 */

import { Fifo, wait } from "../ground/mod.ts";

/** Characters of lines that wait at most: some thousand events, and as much as a pipe holds a few times over. */
export const LOG_WAITING_CHARS_MAX: number = 256 << 10;

/** How long lines gather between two writes, in ms: nobody reads faster, and a write costs as much as coming in. */
const LOG_REST_MS = 25;

/** A write takes lines until it has so many characters: what a write costs is then nothing beside what its lines do. */
const WRITE_CHARS: number = 16 << 10;

/** Where a log goes. It may write a part, take as long as it likes, and reject when nobody reads any more. */
export type LogSink = (bytes: Uint8Array) => Promise<number>;

const encoder = new TextEncoder();

/** Writes lines in order, or counts those that it cannot. */
export class LogWriter {
  readonly #sink: LogSink;
  readonly #lossLine: (lines: number) => string;
  readonly #charsMax: number;
  #waiting = new Fifo<string>();
  /** Those of what waits, and of the write under way. */
  #waitingChars = 0;
  /** Lines lost since the last time that this was told. */
  #lost = 0;
  #broken = false;
  readonly #rest: () => Promise<void>;
  #writing: Promise<void> | undefined;

  /**
   * @param lossLine The line that tells how many are missing before it.
   * @param rest What is waited for between a write and the next one.
   */
  constructor(
    sink: LogSink,
    lossLine: (lines: number) => string,
    charsMax: number = LOG_WAITING_CHARS_MAX,
    rest: () => Promise<void> = () => wait(LOG_REST_MS),
  ) {
    this.#sink = sink;
    this.#lossLine = lossLine;
    this.#charsMax = charsMax;
    this.#rest = rest;
  }

  /** Takes a line, with its ending. Never waits and never throws. */
  write(line: string): void {
    if (this.#broken) return;
    const told = this.#lost === 0 ? line : this.#lossLine(this.#lost) + line;
    if (this.#waitingChars + told.length > this.#charsMax) {
      this.#lost++;
      return;
    }
    this.#lost = 0;
    this.#wait(told);
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when nothing waits any more; whoever cannot wait for that does not. */
  async written(): Promise<void> {
    if (this.#lost > 0 && !this.#broken) {
      this.#wait(this.#lossLine(this.#lost));
      this.#lost = 0;
    }
    await (this.#writing ??= this.#writeAll());
  }

  #wait(line: string): void {
    this.#waiting.push(line);
    this.#waitingChars += line.length;
  }

  async #writeAll(): Promise<void> {
    try {
      for (let text = this.#next(); text !== ""; text = this.#next()) {
        const bytes = encoder.encode(text);
        for (let at = 0; at < bytes.length;) at += await this.#sink(bytes.subarray(at));
        this.#waitingChars -= text.length;
        if (this.#waiting.size > 0) await this.#rest();
      }
    } catch {
      // Nobody reads any more, and nobody will: a closed pipe stays closed, and so does a terminal that has hung up.
      this.#broken = true;
      this.#waiting = new Fifo();
    }
    this.#writing = undefined;
  }

  /** The lines of the next write: a thousand who come in at once are not a thousand writes. */
  #next(): string {
    let text = "";
    while (this.#waiting.size > 0 && text.length < WRITE_CHARS) text += this.#waiting.shift() ?? "";
    return text;
  }
}
