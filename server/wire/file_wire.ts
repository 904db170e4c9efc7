/**
 * The second connection of a file, whatever carries its bytes: frames at both ends, bytes between them.
 *
 * - Back-pressure is the stream's: `write` resolves when it has taken the bytes, and nothing is read
 *   before the iteration asks for it. Neither side holds more than one chunk.
 * - Every wait has a limit: connecting, and each single write or read.
 * - Whatever goes wrong is a `ChatError` (the server said why) or a `ClosedError`, and the connection is closed.
 *
 * Files, hashes and resuming are not known here: who has bytes in its place says so in `FileAccept.offset`.
 *
 * @module
 */

import type { ByteStream } from "./byte_stream.ts";
import { ChatError, ClosedError } from "./errors.ts";
import { decodeBody, encodeFrame } from "./frame.ts";
import { FRAME_BYTES_DEFAULT } from "./limits.ts";
import type { FileDone, ServerMessage, StartDownload, StartUpload } from "./messages.ts";
import type { Checked } from "./schemas.ts";
import { Splitter } from "./splitter.ts";

/** How long to wait, and who may end it. */
export interface TransferOptions {
  /** How long connecting may take, in ms. */
  readonly connectMs?: number;
  /** How long one write or read may take, in ms: a bit more than the server's own patience. */
  readonly stallMs?: number;
  /** Ends the transfer: what waits then rejects with `ClosedError`. */
  readonly signal?: AbortSignal;
}

/** A file on its way to the server. */
export interface Upload extends AsyncDisposable {
  /** What is to be sent: from `offset` to `size`. */
  readonly start: StartUpload;
  /** Bytes that are still to be written. */
  readonly remaining: number;
  /**
   * Sends the next bytes; when it resolves, their memory may be used again.
   *
   * @throws {RangeError} When they are more than remain.
   * @throws {ChatError | ClosedError} When the transfer is over.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Waits until the last receiver has the last byte. @throws {ChatError | ClosedError} When that fails. */
  done(): Promise<FileDone>;
}

/** A file on its way from the server. */
export interface Download extends AsyncIterable<Uint8Array>, AsyncDisposable {
  /** What is to come: from `offset` to `size`. */
  readonly start: StartDownload;
  /** Bytes that are still to come. */
  readonly remaining: number;
  /** Waits for the server's word after the last byte. @throws {ChatError | ClosedError} When it does not come. */
  done(): Promise<FileDone>;
}

/** How the second connections of a client's files come about. */
export interface FileWays {
  /**
   * Opens the connection on which a file goes up.
   *
   * @param token From the `StartUpload` of the conversation.
   * @throws {ChatError | ClosedError} When the server cannot be reached or does not take the token.
   */
  readonly upload: (token: string, options?: TransferOptions) => Promise<Upload>;
  /** Opens the one on which a file comes down, by the token of `StartDownload`. @throws {ChatError | ClosedError} As above. */
  readonly download: (token: string, options?: TransferOptions) => Promise<Download>;
}

/** What carries the bytes. */
export interface FileCarrier {
  /** Opens a stream to the server. @throws {ClosedError} When nobody answers. */
  readonly dial: (
    how: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ) => Promise<ByteStream>;
  /** Looks at what the server says. */
  readonly check: (value: { readonly type: string }) => Checked<ServerMessage>;
}

/** How long connecting may take, in ms. */
const CONNECT_MS = 10_000;
/** How long one write or read may take, in ms. */
const STALL_MS = 45_000;
/** Largest piece that is read at once, in bytes. */
const READ_BYTES: number = 256 << 10;

/** The ways over a carrier. */
export function fileWays(carrier: FileCarrier): FileWays {
  return {
    async upload(token, options = {}) {
      const wire = await open(carrier, token, options);
      const start = await wire.expect("StartUpload");
      demandPlace(wire, start);
      return new FileUpload(wire, start);
    },
    async download(token, options = {}) {
      const wire = await open(carrier, token, options);
      const start = await wire.expect("StartDownload");
      demandPlace(wire, start);
      return new FileDownload(wire, start);
    },
  };
}

function demandPlace(wire: FileWire, { size, offset }: StartUpload | StartDownload): void {
  if (offset <= size) return;
  wire.close();
  throw new ChatError("bad_frame", "The server names a place behind the file's end.");
}

async function open(
  { dial, check }: FileCarrier,
  token: string,
  { connectMs = CONNECT_MS, stallMs = STALL_MS, signal }: TransferOptions,
): Promise<FileWire> {
  const stream = await dial({
    timeoutMs: connectMs,
    ...(signal === undefined ? {} : { signal }),
  });
  const wire = new FileWire(stream, { check, stallMs, signal });
  await wire.write(encodeFrame({ type: "Transfer", token }));
  return wire;
}

class FileUpload implements Upload {
  readonly start: StartUpload;
  readonly #wire: FileWire;
  #remaining: number;
  /** Heard while bytes go out, so that a refusal is noticed before the socket breaks. */
  readonly #done: Promise<FileDone>;

  constructor(wire: FileWire, start: StartUpload) {
    this.#wire = wire;
    this.start = start;
    this.#remaining = start.size - start.offset;
    this.#done = wire.expect("FileDone", { patient: true });
    this.#done.catch(() => {}); // told by `write` and `done`
  }

  get remaining(): number {
    return this.#remaining;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length > this.#remaining) {
      throw new RangeError(`Cannot send ${bytes.length} bytes: ${this.#remaining} remain`);
    }
    this.#remaining -= bytes.length;
    try {
      await this.#wire.write(bytes);
    } catch (error) {
      // If the server said why, that is the better reason; if not, it is the same.
      await this.#done;
      throw error;
    }
  }

  async done(): Promise<FileDone> {
    try {
      return await this.#wire.within(this.#done);
    } finally {
      this.#wire.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wire.close();
    await this.#done.catch(() => {});
  }
}

class FileDownload implements Download {
  readonly start: StartDownload;
  readonly #wire: FileWire;
  #remaining: number;

  constructor(wire: FileWire, start: StartDownload) {
    this.#wire = wire;
    this.start = start;
    this.#remaining = start.size - start.offset;
  }

  get remaining(): number {
    return this.#remaining;
  }

  /** Each chunk is valid until the next is asked for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    while (this.#remaining > 0) {
      const bytes = await this.#wire.bytes(this.#remaining);
      this.#remaining -= bytes.length;
      yield bytes;
    }
  }

  async done(): Promise<FileDone> {
    try {
      return await this.#wire.expect("FileDone");
    } finally {
      this.#wire.close();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#wire.close();
    return Promise.resolve();
  }
}

/** The second connection: frames at both ends, bytes between them. */
class FileWire {
  readonly #socket: ByteStream;
  readonly #check: FileCarrier["check"];
  readonly #stallMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #splitter = new Splitter(FRAME_BYTES_DEFAULT);
  readonly #buffer = new Uint8Array(READ_BYTES);
  #closed: string | undefined;

  constructor(
    socket: ByteStream,
    { check, stallMs, signal }: {
      readonly check: FileCarrier["check"];
      readonly stallMs: number;
      readonly signal: AbortSignal | undefined;
    },
  ) {
    this.#socket = socket;
    this.#check = check;
    this.#stallMs = stallMs;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted) this.#onAbort();
  }

  readonly #onAbort = (): void => this.close("The transfer was stopped.");

  /** Ends it, because of a sentence. Idempotent. */
  close(why = "The transfer was closed."): void {
    if (this.#closed !== undefined) return;
    this.#closed = why;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#socket.close();
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.within(this.#tried(() => this.#socket.write(bytes.subarray(at))));
    }
  }

  /** The next frame, which must be of that type; with `patient`, however long it takes. */
  async expect<T extends ServerMessage["type"]>(
    type: T,
    { patient = false }: { patient?: boolean } = {},
  ): Promise<Extract<ServerMessage, { type: T }>> {
    try {
      const message = await this.#message(patient);
      if (message.type === "Error") throw new ChatError(message.code, message.msg);
      if (message.type === type) return message as Extract<ServerMessage, { type: T }>;
      throw new ChatError("bad_frame", `The server said ${message.type} instead of ${type}.`);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The next raw bytes, at most `max`, as they lie in the buffer. */
  async bytes(max: number): Promise<Uint8Array> {
    const rest = this.#splitter.takeRest();
    const bytes = rest.length > 0 ? rest : await this.#read(max, false);
    // What comes behind the last byte is a frame.
    if (bytes.length > max) this.#splitter.feed(bytes.subarray(max));
    return bytes.subarray(0, max);
  }

  /** Waits, but not for ever. */
  async within<T>(promise: Promise<T>): Promise<T> {
    const timer = setTimeout(
      () => this.close("The other side stood still for too long."),
      this.#stallMs,
    );
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async #message(patient: boolean): Promise<ServerMessage> {
    for (;;) {
      const split = this.#splitter.next();
      if (split.kind === "refused") {
        throw new ChatError("frame_too_large", "The other side does not speak this protocol.");
      }
      if (split.kind === "more") {
        this.#splitter.feed(await this.#read(READ_BYTES, patient));
        continue;
      }
      const decoded = decodeBody(split.body);
      if (decoded.kind === "bad_frame") throw new ChatError("bad_frame", decoded.reason);
      const checked = this.#check(decoded.value);
      if (checked.kind === "message") return checked.message;
      if (checked.kind === "invalid") throw new ChatError("bad_frame", checked.reason);
    }
  }

  async #read(max: number, patient: boolean): Promise<Uint8Array> {
    const buffer = this.#buffer.subarray(0, Math.min(max, READ_BYTES));
    const reading = this.#tried(() => this.#socket.read(buffer));
    const count = await (patient ? reading : this.within(reading));
    if (count !== null) return buffer.subarray(0, count);
    this.close();
    throw new ClosedError("The transfer broke before the last byte.");
  }

  async #tried<T>(call: () => Promise<T>): Promise<T> {
    try {
      if (this.#closed !== undefined) throw new ClosedError(this.#closed);
      return await call();
    } catch (cause) {
      const why = this.#closed ?? "The transfer's connection was lost.";
      this.close(why);
      throw cause instanceof ClosedError ? cause : new ClosedError(why, { cause });
    }
  }
}
