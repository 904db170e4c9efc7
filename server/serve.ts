/**
 * The server: wires its parts together, accepts connections, and shuts down in order.
 *
 * Shutting down, step by step: (1) nobody is accepted any more; (2) everybody is told; (3) what waits is
 * sent, for at most five seconds; (4) who still holds on is closed; (5) the store is closed, and with it
 * everything that was acknowledged is on disk.
 *
 * @module
 */

import { Conversation } from "./conversation.ts";
import { connectionsThatFit, openFilesIn } from "./descriptors.ts";
import type { ServerEvent } from "./events.ts";
import { Hall } from "./hall.ts";
import { type Limits, LIMITS_DEFAULT, REQUESTS_BURST, REQUESTS_PER_SECOND } from "./limits.ts";
import { type Guest, Link } from "./link.ts";
import { memoryStore } from "./memory_store.ts";
import { Relay, RelaySession } from "./relay.ts";
import { Session, type SessionParts } from "./session.ts";
import type { MessageStore } from "./store_port.ts";
import { Throttles } from "./throttle.ts";
import { Porter } from "./turn_away.ts";
import { Wakeups } from "./wakeups.ts";
import { FRAME_BYTES_CEILING, FRAME_BYTES_DEFAULT } from "./wire/mod.ts";

/** How often deadlines are looked after, in ms; a deadline is late by at most this. */
const CHECK_MS = 1_000;
/** How long the accept loop rests after a failure, in ms: the cause is the machine, and it will persist. */
const ACCEPT_REST_MS = 100;
/** Connections that the kernel may hold until they are accepted: a crowd coming back at once. */
const BACKLOG = 4_096;

/** How to serve. */
export interface ServeOptions {
  /** Address to listen on. Default: `127.0.0.1`. */
  readonly hostname?: string;
  /** Port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /** Where messages are kept; the server closes it. Default: in memory. */
  readonly store?: MessageStore;
  /** Be the plain relay: no names, no commands, nothing stored. */
  readonly anonymous?: boolean;
  /** Hears what happens, for a log. */
  readonly onEvent?: (event: ServerEvent) => void;
  /** Shuts the server down. */
  readonly signal?: AbortSignal;
}

/** A running server. */
export interface Server extends AsyncDisposable {
  /** The address it listens on. */
  readonly hostname: string;
  /** The port it listens on: the real one, also when 0 was asked for. */
  readonly port: number;
  /** Resolves when the server has shut down; rejects when its store could not be closed. */
  readonly finished: Promise<void>;
  /** Shuts down. Idempotent; resolves when it is done. */
  close(): Promise<void>;
}

/**
 * Starts a server.
 *
 * @throws {Deno.errors.AddrInUse} And others: when the address cannot be listened on.
 */
export function serve(options: ServeOptions = {}): Server {
  return new ChatServer(options);
}

/** Makes the parts that all sessions share, and joins them. */
function wire(
  { store = memoryStore(), onEvent = () => {}, ...options }: ServeOptions,
): SessionParts {
  const limits: Limits = {
    ...LIMITS_DEFAULT,
    connectionsMax: connectionsThatFit(openFilesMax()),
    ...options.limits,
  };
  const wakeups = new Wakeups();
  const hall = new Hall({
    wakeups,
    rooms: store.before.rooms,
    head: (stream) => store.head(stream),
  });
  const conversation = new Conversation({
    store,
    clock: Date.now,
    onEvent,
    member: (key) => hall.member(key),
  });
  return {
    world: { hall, store, conversation, pageBytesMax: limits.frameBytesMax / 2, clock: Date.now },
    wakeups,
    limits,
    throttles: {
      messages: new Throttles(limits.messagesPerSecond, limits.messagesBurst),
      requests: new Throttles(limits.messagesPerSecond && REQUESTS_PER_SECOND, REQUESTS_BURST),
    },
    onEvent,
  };
}

/** What the server sees of one connection. */
interface Visitor extends Guest {
  shutDown(): void;
  abandon(): void;
  check(nowMs: number): void;
}

class ChatServer implements Server {
  readonly hostname: string;
  readonly port: number;
  readonly finished: Promise<void>;
  readonly #listener: Deno.TcpListener;
  readonly #parts: SessionParts;
  readonly #relay: Relay | undefined;
  readonly #visitors = new Set<Visitor>();
  readonly #porter = new Porter();
  /** How many sockets are open, those of connections that are being turned away included. */
  #open = 0;
  #whenEmpty: (() => void) | undefined;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #signal: AbortSignal | undefined;
  readonly #accepting: Promise<void>;
  #closing = false;
  readonly #finish = Promise.withResolvers<void>();

  constructor(options: ServeOptions) {
    const { hostname = "127.0.0.1", port = 0, signal } = options;
    refuseFrameLimit(options.limits?.frameBytesMax);
    this.#listener = Deno.listen({ hostname, port, tcpBacklog: BACKLOG });
    this.hostname = this.#listener.addr.hostname;
    this.port = this.#listener.addr.port;
    this.#parts = wire(options);
    if (options.anonymous) this.#relay = new Relay(this.#parts);
    this.finished = this.#finish.promise;
    this.#timer = setInterval(() => this.#check(), CHECK_MS);
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#parts.onEvent({ kind: "listening", hostname: this.hostname, port: this.port });
    this.#accepting = this.#acceptAll();
    if (signal?.aborted) this.#onAbort();
  }

  close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      void this.#shutDown();
    }
    return this.finished;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #onAbort = (): void => void this.close();

  async #shutDown(): Promise<void> {
    this.#parts.onEvent({ kind: "closing", users: this.#visitors.size });
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#listener.close();
    await this.#accepting;
    for (const visitor of this.#visitors) visitor.shutDown();
    this.#porter.close();
    const deadline = setTimeout(() => {
      for (const visitor of this.#visitors) visitor.abandon();
    }, this.#parts.limits.drainMsMax);
    if (this.#open > 0) await new Promise<void>((resolve) => this.#whenEmpty = resolve);
    clearTimeout(deadline);
    clearInterval(this.#timer);
    this.#parts.world.hall.close();
    try {
      await this.#parts.world.store[Symbol.asyncDispose]();
      this.#parts.onEvent({ kind: "closed" });
      this.#finish.resolve();
    } catch (error) {
      this.#finish.reject(error);
    }
  }

  async #acceptAll(): Promise<void> {
    while (!this.#closing) {
      try {
        void this.#host(await this.#listener.accept());
      } catch {
        if (this.#closing) return;
        await new Promise((resolve) => setTimeout(resolve, ACCEPT_REST_MS));
      }
    }
  }

  /** Sees to one connection until its socket is closed. Never throws. */
  async #host(conn: Deno.TcpConn): Promise<void> {
    const { hostname, port } = conn.remoteAddr;
    const peer = `${hostname}:${port}`;
    this.#open++;
    if (this.#visitors.size >= this.#parts.limits.connectionsMax) {
      this.#parts.onEvent({ kind: "full", peer, connections: this.#visitors.size });
      await this.#porter.turnAway(conn);
    } else {
      conn.setNoDelay(true);
      conn.setKeepAlive(true);
      const link = new Link(conn, this.#parts.limits.lagBytesMax);
      const visitor = this.#visitorFor(link, peer);
      this.#visitors.add(visitor);
      await link.run(visitor);
      this.#visitors.delete(visitor);
    }
    if (--this.#open === 0) this.#whenEmpty?.();
  }

  #visitorFor(link: Link, peer: string): Visitor {
    if (this.#relay !== undefined) return new RelaySession(this.#relay, link, peer);
    return new Session(this.#parts, link, peer);
  }

  #check(): void {
    const now = performance.now();
    for (const visitor of this.#visitors) visitor.check(now);
    this.#parts.world.conversation.sweep();
    this.#parts.throttles.messages.sweep(now);
    this.#parts.throttles.requests.sweep(now);
  }
}

/** @throws {RangeError} When frames cannot be limited so: their first byte would not tell them from text. */
function refuseFrameLimit(bytes: number = FRAME_BYTES_DEFAULT): void {
  if (bytes >= 1 && bytes <= FRAME_BYTES_CEILING) return;
  throw new RangeError(
    `Cannot limit frames to ${bytes} bytes: a limit is from 1 to ${FRAME_BYTES_CEILING}`,
  );
}

/**
 * How many files this process may have open, from `/proc`; `undefined` where there is none, or where Deno
 * does not let us look: that takes every permission. Whoever starts a server with fewer tells it.
 */
function openFilesMax(): number | undefined {
  try {
    return openFilesIn(Deno.readTextFileSync("/proc/self/limits"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return;
    throw error;
  }
}
