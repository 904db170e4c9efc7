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
import { ACCEPT_MS, ACCEPTING, type Account, earningsFor, Turns } from "./budget/mod.ts";
import { connectionsThatFit, openFilesIn } from "./descriptors.ts";
import { EVENT_LOOP } from "./event_loop.ts";
import type { ServerEvent } from "./events.ts";
import { countEvent } from "./figures/counters.ts";
import { Instruments, type Observed } from "./figures/instruments.ts";
import { FileDesk } from "./files/desk.ts";
import { Hall } from "./hall.ts";
import { type Door, type HttpOptions, listenHttp } from "./http/door.ts";
import { openDoor } from "./http/open_door.ts";
import {
  INSPECTIONS_BURST,
  INSPECTIONS_PER_SECOND,
  type Limits,
  LIMITS_DEFAULT,
  REQUESTS_BURST,
  REQUESTS_PER_SECOND,
} from "./limits.ts";
import { Link, type Socket } from "./link.ts";
import { memoryStore } from "./memory_store.ts";
import { Relay, RelaySession } from "./relay.ts";
import { refuseShortToken } from "./operator_token.ts";
import { type Origin, Seat, type Visitor } from "./seat.ts";
import { Session } from "./session.ts";
import type { SessionParts } from "./session_state.ts";
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
  /** Answer HTTP there: metrics, health, and the chat over a WebSocket. Default: not at all. */
  readonly http?: HttpOptions;
  /** Who logs in with this may ask how the server stands: 16 characters or more. Default: nobody may. */
  readonly operatorToken?: string;
  /** Milliseconds since 1970. Default: the real time; tests turn theirs. */
  readonly clock?: () => number;
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
  /** Where HTTP is answered, if anywhere. */
  readonly http: { readonly hostname: string; readonly port: number } | undefined;
  /** Resolves when the server has shut down; rejects when its store could not be closed. */
  readonly finished: Promise<void>;
  /** Shuts down. Idempotent; resolves when it is done. */
  close(): Promise<void>;
}

/**
 * Starts a server.
 *
 * @throws {Deno.errors.AddrInUse} And others: when the address cannot be listened on.
 * @throws {HttpListenError} When the address for HTTP cannot be.
 */
export function serve(options: ServeOptions = {}): Server {
  return new ChatServer(options);
}

/** Makes the parts that all sessions share, and joins them. */
function wire(
  { store = memoryStore(), clock = Date.now, ...options }: ServeOptions,
  instruments: Instruments,
  seats: Iterable<Seat>,
): SessionParts & { readonly observed: Observed } {
  const limits: Limits = {
    ...LIMITS_DEFAULT,
    connectionsMax: connectionsThatFit(openFilesMax()),
    ...options.limits,
  };
  const { counters, fanout } = instruments;
  const onEvent = (event: ServerEvent): void => {
    countEvent(counters, event);
    options.onEvent?.(event);
  };
  const wakeups = new Wakeups();
  const hall = new Hall({
    wakeups,
    rooms: store.before.rooms,
    remembered: (key) => store.room(key),
    head: (stream) => store.head(stream),
  });
  const conversation = new Conversation({
    store,
    clock,
    onEvent,
    counters,
    fanout,
    member: (key) => hall.member(key),
  });
  const observed = {
    hall,
    store,
    seen: () => seats,
    pid: Deno.pid,
    memory: () => Deno.memoryUsage(),
  };
  return {
    world: {
      hall,
      store,
      conversation,
      files: new FileDesk({ limits, now: () => performance.now() }),
      pageBytesMax: limits.frameBytesMax / 2,
      clock,
      inspect: () => instruments.inspection(observed),
    },
    wakeups,
    limits,
    throttles: {
      messages: new Throttles(limits.messagesPerSecond, limits.messagesBurst),
      requests: new Throttles(limits.messagesPerSecond && REQUESTS_PER_SECOND, REQUESTS_BURST),
      inspections: new Throttles(INSPECTIONS_PER_SECOND, INSPECTIONS_BURST),
    },
    counters,
    operatorToken: options.operatorToken,
    onEvent,
    observed,
  };
}

class ChatServer implements Server {
  readonly hostname: string;
  readonly port: number;
  readonly http: Server["http"];
  readonly finished: Promise<void>;
  readonly #listeners: readonly Deno.TcpListener[];
  readonly #parts: SessionParts;
  readonly #relay: Relay | undefined;
  readonly #instruments = new Instruments();
  readonly #door: Door | undefined;
  readonly #seats = new Set<Seat>();
  readonly #porter = new Porter();
  readonly #turns = new Turns(EVENT_LOOP);
  /** Who pays for accepting, one for each listener. */
  readonly #accepted: readonly Account[];
  /** How many sockets are open, those of connections that are being turned away included. */
  #open = 0;
  #whenEmpty: (() => void) | undefined;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #signal: AbortSignal | undefined;
  readonly #accepting: Promise<unknown>;
  #closing = false;
  readonly #finish = Promise.withResolvers<void>();

  constructor(options: ServeOptions) {
    const { hostname = "127.0.0.1", port = 0, signal } = options;
    refuseFrameLimit(options.limits?.frameBytesMax);
    refuseShortToken(options.operatorToken);
    const listener = Deno.listen({ hostname, port, tcpBacklog: BACKLOG });
    const httpListener = listenBeside(listener, options.http);
    this.#listeners = httpListener === undefined ? [listener] : [listener, httpListener];
    ({ hostname: this.hostname, port: this.port } = listener.addr);
    const { observed, ...parts } = wire(options, this.#instruments, this.#seats);
    this.#parts = parts;
    if (options.anonymous) this.#relay = new Relay(this.#parts);
    if (httpListener !== undefined) {
      this.http = { hostname: httpListener.addr.hostname, port: httpListener.addr.port };
      this.#door = openDoor({
        parts,
        instruments: this.#instruments,
        observed,
        closing: () => this.#closing,
        connections: () => this.#seats.size,
        openAccount: () => this.#openAccount(),
        host: options.anonymous ? undefined : (socket, origin) => this.#host(socket, origin),
      }, this.http.hostname);
    }
    if (options.http ?? options.operatorToken) this.#instruments.start();
    this.finished = this.#finish.promise;
    this.#timer = setInterval(() => this.#check(), CHECK_MS);
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#parts.onEvent({ kind: "listening", hostname: this.hostname, port: this.port });
    if (this.http !== undefined && this.#door !== undefined) {
      this.#parts.onEvent({ kind: "http_listening", ...this.http, open: this.#door.open });
    }
    const ofPort = this.#turns.open(ACCEPTING);
    const ofHttp = this.#turns.open(ACCEPTING);
    this.#accepted = [ofPort, ofHttp];
    this.#accepting = Promise.all([
      this.#acceptAll(listener, ofPort, (conn) => this.#hostPort(conn)),
      httpListener && this.#acceptAll(httpListener, ofHttp, (conn) => this.#hostHttp(conn)),
    ]);
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
    this.#parts.onEvent({ kind: "closing", users: this.#seats.size });
    this.#signal?.removeEventListener("abort", this.#onAbort);
    for (const listener of this.#listeners) listener.close();
    for (const account of this.#accepted) account.close();
    await this.#accepting;
    for (const { visitor } of this.#seats) visitor.shutDown();
    this.#porter.close();
    this.#door?.close();
    const deadline = setTimeout(() => {
      for (const { visitor } of this.#seats) visitor.abandon();
    }, this.#parts.limits.drainMsMax);
    if (this.#open > 0) await new Promise<void>((resolve) => this.#whenEmpty = resolve);
    clearTimeout(deadline);
    clearInterval(this.#timer);
    this.#instruments[Symbol.dispose]();
    this.#parts.world.hall.close();
    this.#parts.world.files.close();
    try {
      await this.#parts.world.store[Symbol.asyncDispose]();
      this.#parts.onEvent({ kind: "closed" });
      this.#finish.resolve();
    } catch (error) {
      this.#finish.reject(error);
    }
  }

  async #acceptAll(
    listener: Deno.TcpListener,
    account: Account,
    take: (conn: Deno.TcpConn) => Promise<void>,
  ): Promise<void> {
    while (!this.#closing) {
      try {
        const conn = await listener.accept();
        account.spend({ workMs: ACCEPT_MS });
        // In its turn: who comes and goes a thousand times a second makes nobody wait who is in.
        await account.serve(() => void take(conn));
      } catch {
        if (this.#closing) return;
        await new Promise((resolve) => setTimeout(resolve, ACCEPT_REST_MS));
      }
    }
  }

  #hostPort(conn: Deno.TcpConn): Promise<void> {
    const { remoteAddr: remote, localAddr: local } = conn;
    return this.#host(conn, { remote, local, webSocket: false }, conn);
  }

  /** Sees to a connection of the other door. Never throws. */
  async #hostHttp(conn: Deno.TcpConn): Promise<void> {
    conn.setNoDelay(true);
    conn.setKeepAlive(true);
    this.#open++;
    await this.#door?.serve(conn);
    if (--this.#open === 0) this.#whenEmpty?.();
  }

  /** Sees to one connection until its socket is closed. Never throws. @param conn Of the chat's own port. */
  async #host(socket: Socket, origin: Origin, conn?: Deno.TcpConn): Promise<void> {
    const { hostname, port } = origin.remote;
    const peer = `${hostname}:${port}`;
    const { limits, counters } = this.#parts;
    this.#open++;
    if (this.#seats.size >= limits.connectionsMax) {
      this.#parts.onEvent({ kind: "full", peer, connections: this.#seats.size });
      await this.#porter.turnAway(socket);
    } else {
      conn?.setNoDelay(true);
      conn?.setKeepAlive(true);
      const link = new Link(socket, limits.lagBytesMax, socket.account ?? this.#openAccount());
      const seat = new Seat(link, this.#visitorFor(link, peer), origin);
      this.#seats.add(seat);
      await link.run(seat.visitor);
      this.#seats.delete(seat);
      counters.bytesIn += link.bytesIn;
      counters.bytesOut += link.outbox.bytesOut;
    }
    if (--this.#open === 0) this.#whenEmpty?.();
  }

  /** Who sets no limit to messages wants speed, and has everybody served in turn all the same. */
  #openAccount(): Account {
    const { messagesPerSecond, frameBytesMax } = this.#parts.limits;
    return this.#turns.open(messagesPerSecond === 0 ? undefined : earningsFor(frameBytesMax));
  }

  #visitorFor(link: Link, peer: string): Visitor {
    if (this.#relay !== undefined) return new RelaySession(this.#relay, link, peer);
    return new Session(this.#parts, link, peer);
  }

  #check(): void {
    const now = performance.now();
    for (const { visitor } of this.#seats) visitor.check(now);
    this.#parts.world.files.check();
    this.#parts.world.conversation.sweep();
    this.#parts.world.store.tend?.();
    for (const throttles of Object.values(this.#parts.throttles)) throttles.sweep(now);
  }
}

/** @throws {RangeError} When frames cannot be limited so: their first byte would not tell them from text. */
function refuseFrameLimit(bytes: number = FRAME_BYTES_DEFAULT): void {
  if (bytes >= 1 && bytes <= FRAME_BYTES_CEILING) return;
  throw new RangeError(
    `Cannot limit frames to ${bytes} bytes: a limit is from 1 to ${FRAME_BYTES_CEILING}`,
  );
}

/** Listens for HTTP too, if that is wanted; without it, the chat is not served either. */
function listenBeside(
  listener: Deno.TcpListener,
  http: HttpOptions | undefined,
): Deno.TcpListener | undefined {
  if (http === undefined) return undefined;
  try {
    return listenHttp(http);
  } catch (error) {
    listener.close();
    throw error;
  }
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
