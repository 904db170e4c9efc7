/**
 * A socket that speaks frames, from the client's side.
 *
 * - One loop reads and yields what came, to be split as it is taken (`bursts`): a busy room brings dozens of
 *   messages at once, and a turn of the event loop for each would cost more than the message. Nobody else may read, and
 *   a read is never raced. To stop it, close the connection.
 * - `send` never blocks: frames are queued, and everything that was queued while a write was under
 *   way goes with the next one. The queue is bounded by whoever sends (a client keeps a window); of answers to the peer's pings,
 *   which nobody here has asked for, one waits at most. What holds a password is wiped when it is written.
 * - A message of an unknown type is skipped, since the server may be newer than we are. Anything that
 *   is no message at all ends the connection: a peer that frames wrongly cannot be understood again.
 *
 * @module
 */

import type { ByteStream } from "./byte_stream.ts";
import { concat } from "./bytes.ts";
import { ChatError, ClosedError } from "./errors.ts";
import { decodeBody, encodeFrame, encodeSecret } from "./frame.ts";
import { FRAME_BYTES_CEILING } from "./limits.ts";
import type { Line } from "./line.ts";
import type { ClientMessage, ServerMessage } from "./messages.ts";
import type { TlsTrust } from "./tls_trust.ts";
import { checkServerMessage } from "./schemas.ts";
import { Splitter } from "./splitter.ts";
import { turn } from "./turn.ts";

/** Where to connect to. */
export interface DialOptions {
  readonly host: string;
  readonly port: number;
  /** Gives up after so many milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Whom to believe over TLS; left out, it is not spoken. */
  readonly tls?: TlsTrust;
}

const READ_BYTES = 64 << 10;

/** Opens a connection that speaks frames. @throws {ClosedError} When nobody answers there. */
export async function dial(options: DialOptions): Promise<FrameConnection> {
  return new FrameConnection(await dialStream(options));
}

/** Opens a TCP connection, without TLS. @throws {ClosedError} When nobody answers there. */
export function dialSocket({ tls: _none, ...options }: DialOptions): Promise<Deno.TcpConn> {
  return open(options, (dial) => dial());
}

/**
 * Opens a connection, over TLS where that is wanted.
 *
 * @throws {ClosedError} When nobody answers there. @throws {UntrustedError} When it is not proved who does.
 */
export function dialStream({ tls, ...options }: DialOptions): Promise<Deno.Conn> {
  return open<Deno.Conn>(options, async (dial, signal) => {
    if (tls === undefined) return await dial();
    // Loaded only then: a page has no sockets.
    const { dialTls } = await import("./tls_dial.ts");
    return await dialTls({ ...options, tls }, { dial, signal });
  });
}

async function open<S>(
  { host, port, timeoutMs, signal: outer }: Omit<DialOptions, "tls">,
  make: (dial: () => Promise<Deno.TcpConn>, signal: AbortSignal) => Promise<S>,
): Promise<S> {
  using deadline = abortAfter(timeoutMs, outer);
  const { signal } = deadline;
  const dial = async () => {
    const socket = await Deno.connect({ hostname: host, port, signal });
    socket.setNoDelay(true);
    return socket;
  };
  try {
    return await make(dial, signal);
  } catch (cause) {
    if (cause instanceof ClosedError) throw cause;
    throw new ClosedError(whyNotConnected({ host, port }, cause), { cause });
  }
}

/** A sentence that says why there is no connection. */
export function whyNotConnected(
  { host, port }: Pick<DialOptions, "host" | "port">,
  cause: unknown,
): string {
  const at = host.includes(":") ? `[${host}]` : host;
  return `Cannot connect to ${at}:${port}: ${reasonOf(cause)}.`;
}

/** An `AbortSignal` that fires after a time or with another, and a timer that does not outlive it. */
function abortAfter(ms: number, outer?: AbortSignal): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error("nobody answered in time")), ms);
  const signal = outer ? AbortSignal.any([outer, controller.signal]) : controller.signal;
  return { signal, [Symbol.dispose]: () => clearTimeout(timer) };
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Deno.errors.ConnectionRefused) return "nothing listens there";
  if (cause instanceof Deno.errors.NotCapable) return "this program may not use the network";
  if (!(cause instanceof Error)) return String(cause);
  if (/too many (?:open )?files/i.test(cause.message)) {
    return "this program has too many files open already (ulimit -n tells how many it may have)";
  }
  if (/fatal alert: AccessDenied/.test(cause.message)) {
    return "the server has no place now, or not for this address";
  }
  if (/fatal alert: HandshakeFailure|InvalidContentType/.test(cause.message)) {
    return "the server does not speak TLS";
  }
  if (/lookup|resolve|name.* not known/i.test(cause.message)) return "the host name is not known";
  return cause.message;
}

/** A connection over which both sides speak frames. */
export class FrameConnection implements Line {
  readonly #socket: ByteStream;
  #queue: Uint8Array[] = [];
  #writing = false;
  /** Whether a `Pong` is in the queue. */
  #hasPong = false;
  /** Whether a password is. */
  #hasSecret = false;
  #closed = false;
  #closedFor: string | undefined;
  /** When the peer was last heard, on `performance.now()`'s clock. */
  lastHeardMs: number = performance.now();

  constructor(socket: ByteStream) {
    this.#socket = socket;
  }

  /** Queues a message. After the end it is dropped: the end itself is told by `messages`. */
  send(message: ClientMessage): void {
    if (this.#closed) return;
    if ("password" in message) {
      this.#hasSecret = true;
      this.#queue.push(encodeSecret(message));
    } else this.#queue.push(encodeFrame(message));
    if (!this.#writing) void this.#write();
  }

  /** Answers a `Ping`, unless an answer waits already: a peer that asks and does not read gets no more than that. */
  pong(): void {
    if (this.#hasPong) return;
    this.#hasPong = true;
    this.send({ type: "Pong" });
  }

  /**
   * What the peer says until it ends: the messages of each read, all to be taken before the next. To be iterated once.
   *
   * @throws {ClosedError} When the connection breaks in the middle of a frame or otherwise.
   * @throws {ChatError} When the peer does not speak the protocol; so do the messages of a read.
   */
  async *bursts(): AsyncGenerator<Iterable<ServerMessage>, void, void> {
    const splitter = new Splitter(FRAME_BYTES_CEILING);
    const buffer = new Uint8Array(READ_BYTES);
    try {
      for (;;) {
        const count = await this.#read(buffer);
        if (count === null) break;
        this.lastHeardMs = performance.now();
        splitter.feed(buffer.subarray(0, count));
        yield drain(splitter);
      }
      if (splitter.takeRest().length > 0) {
        throw new ClosedError("The connection broke in the middle of a frame.");
      }
    } finally {
      this.close();
    }
  }

  turn(): Promise<void> {
    return turn();
  }

  /** Why this side ended it, if it did and there was a reason. */
  get closedFor(): string | undefined {
    return this.#closedFor;
  }

  /** Ends the connection, for a reason that may be told. Idempotent. */
  close(reason?: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closedFor = reason;
    this.#queue = [];
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #read(buffer: Uint8Array): Promise<number | null> {
    try {
      return await this.#socket.read(buffer);
    } catch (cause) {
      if (this.#closed) return null;
      throw new ClosedError("The connection was lost.", { cause });
    }
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#queue.length > 0) {
        const frames = this.#queue;
        const bytes = concat(frames);
        const wipes = this.#hasSecret;
        this.#queue = [];
        this.#hasPong = this.#hasSecret = false;
        for (let at = 0; at < bytes.length;) at += await this.#socket.write(bytes.subarray(at));
        if (wipes) { for (const one of [bytes, ...frames]) one.fill(0); }
      }
    } catch {
      // Whatever broke the write also ends the reading loop, which is where the end is told.
      this.close();
    } finally {
      this.#writing = false;
    }
  }
}

/** The messages that are whole by now. */
function* drain(splitter: Splitter): Generator<ServerMessage> {
  for (;;) {
    const split = splitter.next();
    if (split.kind === "more") return;
    if (split.kind === "refused") {
      throw new ChatError("frame_too_large", "The other side does not speak this protocol.");
    }
    const decoded = decodeBody(split.body);
    if (decoded.kind === "bad_frame") throw new ChatError("bad_frame", decoded.reason);
    const checked = checkServerMessage(decoded.value);
    if (checked.kind === "message") yield checked.message;
    else if (checked.kind === "invalid") throw new ChatError("bad_frame", checked.reason);
  }
}
