/**
 * Tells an observation to everybody who connects to a socket, as the lines of a recording.
 *
 * ```text
 *   observer ─► tellReaders ─► whoever shows it here
 *                │ tell: never waits
 *                ├─► queue ─► writer ─► a reader: header, start, figures so far, then all that comes
 *                └─► queue ─► writer ─► a slow reader: fewer calls, and how many fewer
 * ```
 *
 * So who looks needs no privilege, and a defect in what looks harms nothing. Readers have no say: what they send is thrown
 * away. A reader that takes nothing for a while is cut off; the end of an observation is told to all before it is over.
 *
 * @module
 */

import {
  type Conn,
  type Io,
  type Observation,
  type Observer,
  recordingHeader,
  recordingLine,
} from "../../observe/mod.ts";
import {
  ACCEPT_REST_MS,
  READER_SAYS_BYTES,
  READER_STALL_MS,
  READERS_FAREWELL_MS,
  READERS_MAX,
} from "./limits.ts";
import { passing } from "./passing.ts";
import { type Calls, callsOf, type Figures, figuresOf, ReaderQueue } from "./reader_queue.ts";
import type { ReaderConnection, SocketFile } from "./socket_file.ts";

/** Bounds that a test may want smaller. */
export interface TellOptions {
  readonly stallMs?: number;
  readonly waitingBytes?: number;
}

/** An observer like `observer` that is also told to readers. Disposing it says goodbye to them and removes the socket. */
export function tellReaders(
  observer: Observer,
  socket: SocketFile,
  options: TellOptions = {},
): Observer {
  const readers = new Readers(observer, socket, options);
  return passing(observer, {
    group: (batch) => readers.tell(batch),
    // The kernel first: nobody but those who wait pays for a reader that takes its time.
    closeLast: () => readers.close(),
  });
}

/** All who are told. */
class Readers {
  readonly #observer: Observer;
  readonly #socket: SocketFile;
  readonly #options: TellOptions;
  readonly #readers = new Map<Reader, Promise<void>>();
  readonly #accepting: Promise<void>;
  readonly #closing = Promise.withResolvers<void>();
  #isClosing = false;
  /** The end was told: each reader is closed when it has taken it. */
  #isOver = false;
  /** Told last: what somebody who comes now begins with. */
  #latest: Figures | undefined;

  constructor(observer: Observer, socket: SocketFile, options: TellOptions) {
    this.#observer = observer;
    this.#socket = socket;
    this.#options = options;
    this.#accepting = this.#accept();
  }

  tell(batch: readonly Observation[]): void {
    const ios: (Io | Conn)[] = [];
    const flush = () => this.#offer(callsOf(ios.splice(0)));
    for (const observation of batch) {
      if (observation.kind === "io" || observation.kind === "conn") {
        if (this.#readers.size > 0) ios.push(observation);
      } else if (observation.kind !== "start") {
        flush();
        this.#latest = figuresOf(observation);
        this.#offer([this.#latest]);
        if (observation.kind === "end") this.#finish();
      }
    }
    flush();
  }

  /** Lets nobody in any more, and waits for those who still take what there is. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#closing.resolve();
    this.#socket[Symbol.dispose]();
    this.#finish();
    const late = () => this.#readers.forEach((_done, reader) => reader.cut());
    const timer = setTimeout(late, READERS_FAREWELL_MS);
    await Promise.all([this.#accepting, ...this.#readers.values()]);
    clearTimeout(timer);
  }

  #finish(): void {
    this.#isOver = true;
    for (const reader of this.#readers.keys()) reader.finish();
  }

  #offer(pieces: readonly (Calls | Figures)[]): void {
    if (pieces.length === 0) return;
    for (const reader of this.#readers.keys()) reader.offer(pieces);
  }

  async #accept(): Promise<void> {
    while (!this.#isClosing) {
      try {
        this.#welcome(await this.#socket.accept());
      } catch {
        // Closed; or this machine has no room for another one just now.
        if (!this.#isClosing) await this.#rest();
      }
    }
  }

  #welcome(connection: ReaderConnection): void {
    if (this.#isClosing || this.#readers.size >= READERS_MAX) return connection.close();
    const begin = recordingHeader() + recordingLine(this.#observer.start);
    const figures = this.#latest ?? figuresOf(this.#observer.snapshot());
    const reader = new Reader(connection, begin, this.#options);
    reader.offer([figures]);
    if (this.#isOver) reader.finish();
    this.#readers.set(reader, reader.done.finally(() => this.#readers.delete(reader)));
  }

  async #rest(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ACCEPT_REST_MS);
    await Promise.race([promise, this.#closing.promise]);
    clearTimeout(timer);
  }
}

/** One who is told. */
class Reader {
  /** Resolves when the reader is gone. */
  readonly done: Promise<void>;
  readonly #connection: ReaderConnection;
  readonly #queue: ReaderQueue;
  readonly #stallMs: number;
  #wake: (() => void) | undefined;
  #isFinishing = false;
  #isClosed = false;

  constructor(connection: ReaderConnection, begin: string, options: TellOptions) {
    this.#connection = connection;
    this.#queue = new ReaderQueue(options.waitingBytes);
    this.#stallMs = options.stallMs ?? READER_STALL_MS;
    this.done = Promise.all([this.#tell(begin), this.#ignore()]).then(() => {});
  }

  offer(pieces: readonly (Calls | Figures)[]): void {
    for (const piece of pieces) this.#queue.offer(piece);
    this.#wake?.();
  }

  /** Nothing more will be offered: it is closed when it has taken what waits. */
  finish(): void {
    this.#isFinishing = true;
    this.#wake?.();
  }

  /** Closes it at once. */
  cut(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close();
    this.#wake?.();
  }

  async #tell(begin: string): Promise<void> {
    try {
      await this.#write(new TextEncoder().encode(begin));
      while (!this.#isClosed) {
        const bytes = this.#queue.take();
        if (bytes !== undefined) await this.#write(bytes);
        else if (this.#isFinishing) break;
        else await this.#more();
      }
    } catch {
      // It left, or was cut off.
    } finally {
      this.cut();
    }
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      // Anew for each piece that it takes.
      const timer = setTimeout(() => this.cut(), this.#stallMs);
      try {
        at += await this.#connection.write(bytes.subarray(at));
      } finally {
        clearTimeout(timer);
      }
    }
  }

  async #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
  }

  /** Takes away what a reader says, so that it does not wait for us; up to a bound, then it does. */
  async #ignore(): Promise<void> {
    const buffer = new Uint8Array(4_096);
    try {
      for (let said = 0; said < READER_SAYS_BYTES;) {
        const count = await this.#connection.read(buffer);
        if (count === null) return;
        said += count;
      }
    } catch {
      // It left, or was cut off.
    }
  }
}
