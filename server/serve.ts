/**
 * The server: accepts connections, sees to them, and shuts down in order. Its parts are joined in `wiring.ts`.
 *
 * Shutting down, step by step: (1) nobody is accepted any more; (2) everybody is told; (3) what waits is
 * sent, for at most five seconds; (4) who still holds on is closed; (5) the store is closed, and with it
 * everything that was acknowledged is on disk.
 *
 * @module
 */

import { EXEMPT_DEFAULT } from "./addresses/limits.ts";
import { Arrivals, type OnClosed } from "./admission/arrivals.ts";
import { Encryption, type RefusePlain } from "./admission/encryption.ts";
import { refusePlainChat } from "./admission/plain_refused.ts";
import { AdmissionControl, readRanges } from "./admission/admission_control.ts";
import { type Account, type Chores, earningsFor, Turns } from "./budget/mod.ts";
import { ChatSession } from "./session/chat_session.ts";
import { Connection, type ConnectionInfo, peerOf, type Session } from "./link/connection.ts";
import { eventLoopOf } from "./event_loop.ts";
import { Instruments } from "./figures/instruments.ts";
import type { Door } from "./http/door.ts";
import { openDoor, readOrigins } from "./http/open_door.ts";
import { Link } from "./link/link.ts";
import { Listeners, type ListenOptions } from "./admission/listeners.ts";
import { GivingBack } from "./admission/giving_back.ts";
import { leavers, PendingLogins } from "./admission/making_room.ts";
import { MemoryWatch, sharedBytesOf } from "./admission/memory_watch.ts";
import { refuseShortTokens } from "./operator_token.ts";
import { Relay, RelaySession } from "./session/relay.ts";
import type { ServeOptions, Server } from "./serve_options.ts";
import type { SessionParts } from "./session/session_parts.ts";
import { type CertificatePair, openTransport, type Transport, type Wire } from "./transport/mod.ts";
import { FULL, TurnedAway } from "./admission/turned_away.ts";
import { tend } from "./tending.ts";
import { wire } from "./wiring.ts";
import { refuseFrameLimit } from "./frame_limit.ts";

/** How often deadlines are looked after, in ms; a deadline is late by at most this. */
const CHECK_MS = 1_000;

/**
 * Starts a server.
 *
 * @throws {RangeError} When an option cannot be.
 * @throws {CertificateError} When the certificate cannot be shown.
 * @throws {TransportUnavailable} When sockets are asked for that cannot be had here.
 * @throws {Deno.errors.AddrInUse} And others: when the address cannot be listened on.
 * @throws {HttpListenError} When the address for HTTP cannot be.
 */
export function serve(options: ServeOptions = {}): Server {
  return new ChatServer(options);
}

/** Starts a server over a transport that is there already, and is closed with it. @throws As `serve` does. */
export function serveOver(transport: Transport, options: ServeOptions = {}): Server {
  return new ChatServer(options, transport);
}

/** Who pays for a connection, and what a peer without TLS is told where that is demanded. */
type HowHosted = [payer: Account, refusePlain?: RefusePlain];

class ChatServer implements Server {
  readonly hostname: string;
  readonly port: number;
  readonly http: Server["http"];
  readonly finished: Promise<void>;
  readonly #listeners: Listeners;
  readonly #parts: SessionParts;
  readonly #relay: Relay | undefined;
  readonly #instruments = new Instruments();
  readonly #door: Door | undefined;
  readonly #connections = new Set<Connection>();
  readonly #pendingLogins = new PendingLogins<Connection>();
  readonly #turnedAway = new TurnedAway();
  readonly #givingBack: GivingBack;
  readonly #transport: Transport;
  readonly #turns: Turns;
  readonly #admission: AdmissionControl;
  readonly #encryption: Encryption | undefined;
  readonly #arrivals: Arrivals;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #memory: MemoryWatch;
  readonly #chores: Chores;
  readonly renewLimits: Server["renewLimits"];
  readonly #signal: AbortSignal | undefined;
  #closing = false;
  readonly #finish = Promise.withResolvers<void>();

  constructor(options: ServeOptions, transport?: Transport) {
    const { hostname = "127.0.0.1", port = 0, exempt = EXEMPT_DEFAULT, signal } = options;
    refuseFrameLimit(options.limits?.frameBytesMax);
    refuseShortTokens(options.operatorToken, options.http?.metricsToken);
    const origins = readOrigins(options.http?.origins ?? []);
    const proxies = readRanges(options.trustedProxies ?? []);
    const ranges = [...readRanges(exempt), ...proxies];
    this.#transport = transport ?? openTransport(options.transport ?? "auto");
    if (options.tls !== undefined) {
      // Who wants the runtime's sockets wants no library of C.
      const kind = this.#transport.kind === "runtime" ? "runtime" : "openssl";
      this.#encryption = new Encryption(options.tls, this.#instruments.counters, kind);
    }
    this.#listeners = this.#listen({ hostname, port, http: options.http });
    this.#givingBack = new GivingBack(() => this.#transport.giveBack?.());
    const { addr, httpAddr } = this.#listeners;
    ({ hostname: this.hostname, port: this.port } = addr);
    const loop = eventLoopOf(this.#transport);
    const { observed, chores, renewLimits, ...parts } = wire(options, this.#instruments, {
      connections: this.#connections,
      loop,
      machineMs: () => this.#transport.machineMs,
    });
    this.#parts = parts;
    this.#chores = chores;
    this.renewLimits = (limits) => {
      if (renewLimits(limits)) this.#admission.renew();
    };
    this.#turns = new Turns(loop);
    const { limits, counters, onEvent } = parts;
    this.#transport.allowPipes?.(limits.pipesMax);
    const { bans } = parts;
    this.#admission = new AdmissionControl({ limits, exempt: ranges, bans, counters, onEvent });
    this.#arrivals = new Arrivals({
      waitMs: limits.loginMsMax,
      admission: this.#admission,
      turnedAway: this.#turnedAway,
      proxies,
      encryption: this.#encryption,
      openAccount: () => this.#openAccount(),
      host: (wire, info, closed) =>
        this.#tryHost(wire, info, closed, this.#openAccount(), refusePlainChat),
      hostWeb: (wire, info, closed, payer) => this.#tryHost(wire, info, closed, payer),
    });
    if (options.anonymous) this.#relay = new Relay(this.#parts);
    if (httpAddr !== undefined) {
      this.http = { hostname: httpAddr.hostname, port: httpAddr.port };
      this.#door = openDoor(
        {
          parts,
          instruments: this.#instruments,
          observed,
          closing: () => this.#closing,
          speaksTls: this.#encryption !== undefined,
          connections: () => this.#connections.size,
          host: options.anonymous
            ? undefined
            : (webSocket, info, closed) => this.#arrivals.receiveWeb(webSocket, info, closed),
          admission: this.#admission,
          proxies,
          metricsToken: options.http?.metricsToken,
          page: options.anonymous ? undefined : options.http?.page,
        },
        this.http.hostname,
        origins,
      );
    }
    if (options.http ?? options.operatorToken) this.#instruments.start(observed);
    this.finished = this.#finish.promise;
    this.#timer = setInterval(() => this.#check(), CHECK_MS);
    const watched = {
      connections: () => this.#connections,
      sharedBytes: () => this.#sharedBytes(),
      trim: () => {
        this.#relay?.trim();
        return parts.world.hall.trim();
      },
      forget: (bytes: number) => parts.world.hall.forgetRooms(bytes),
      bytesMax: parts.limits.memoryBytesMax,
      headroom: parts.headroom,
    };
    this.#memory = new MemoryWatch(watched, loop);
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    const { insteadBecause } = this.#transport;
    this.#parts.onEvent({
      kind: "listening",
      hostname: this.hostname,
      port: this.port,
      transport: this.#transport.kind,
      ...(insteadBecause === undefined ? {} : { insteadBecause }),
      ...(this.#encryption && { tls: this.#encryption.kind }),
    });
    if (this.http !== undefined && this.#door !== undefined) {
      this.#parts.onEvent({ kind: "http_listening", ...this.http, open: this.#door.open });
    }
    this.#listeners.accept(
      this.#turns,
      (accepted) => this.#arrivals.atPort(accepted),
      (accepted) => this.#arrivals.atHttp(accepted, this.#door),
    );
    if (signal?.aborted) this.#onAbort();
  }

  /** @throws When it cannot; then nothing is left open. */
  #listen(options: ListenOptions): Listeners {
    try {
      return new Listeners(this.#transport, options);
    } catch (error) {
      this.#encryption?.close();
      void this.#transport.close();
      throw error;
    }
  }

  close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      void this.#shutDown();
    }
    return this.finished;
  }

  renewCertificate(pair: CertificatePair): void {
    if (this.#encryption === undefined) throw new RangeError("This server speaks no TLS");
    this.#encryption.renew(pair);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  *#sharedBytes(): Iterable<number> {
    yield* sharedBytesOf(this.#parts.world);
    yield (this.#relay?.logBytes ?? 0) + this.#admission.bytes;
  }

  readonly #onAbort = (): void => void this.close();

  async #shutDown(): Promise<void> {
    this.#parts.onEvent({ kind: "closing", users: this.#connections.size });
    this.#signal?.removeEventListener("abort", this.#onAbort);
    // What it has not got to is gone on with at the next start.
    const erased = this.#parts.world.erasure.close();
    const posted = this.#parts.world.hooks.deliveries.close();
    await this.#listeners.close();
    for (const { session } of this.#connections) session.shutDown();
    this.#turnedAway.close();
    this.#arrivals.close();
    this.#door?.close();
    const deadline = setTimeout(() => {
      for (const { session } of this.#connections) session.abort();
    }, this.#parts.limits.drainMsMax);
    await this.#arrivals.empty();
    clearTimeout(deadline);
    clearInterval(this.#timer);
    this.#memory[Symbol.dispose]();
    // Who has gone was leaving rooms in steps: of those that are left nobody hears.
    this.#chores.stop();
    this.#encryption?.close();
    await Promise.all([erased, posted]);
    await this.#transport.close();
    this.#instruments[Symbol.dispose]();
    this.#parts.world.hall.close();
    this.#parts.world.files.close();
    this.#parts.world.unread.close();
    try {
      await this.#parts.world.store[Symbol.asyncDispose]();
      this.#parts.onEvent({ kind: "closed" });
      this.#finish.resolve();
    } catch (error) {
      this.#finish.reject(error);
    }
  }

  /** See `#host`. Never throws: a defect in serving one ends that one, and not the server. */
  #tryHost(wire: Wire, info: ConnectionInfo, closed: OnClosed, ...how: HowHosted): void {
    try {
      this.#host(wire, info, closed, ...how);
    } catch (error) {
      this.#parts.onEvent({ kind: "failed", peer: peerOf(info.remote), error });
      closed(info);
    }
  }

  /**
   * Sees to one connection of a client. Nothing waits for its end: a function that does costs half a kilobyte for each.
   *
   * @param closed Hears when its wire is closed.
   * @param payer Who pays for it.
   * @param refusePlain What a peer without TLS is told where that is demanded; left out, TLS is not spoken over this wire.
   */
  #host(
    wire: Wire,
    info: ConnectionInfo,
    closed: OnClosed,
    payer: Account,
    refusePlain?: RefusePlain,
  ): void {
    const { limits } = this.#parts;
    const full = this.#connections.size >= limits.connectionsMax;
    const oldest = full ? this.#pendingLogins.takeOldest(performance.now()) : undefined;
    oldest?.session.abort();
    if (full && oldest === undefined) {
      const { size: connections } = this.#connections;
      const peer = peerOf(info.client);
      this.#parts.onEvent({ kind: "full", peer, connections, times: 1 });
      return void this.#turnedAway.turnAway(wire, FULL).then(() => closed(info));
    }
    this.#givingBack.onConnection();
    payer.join(info.address.pools);
    const spoken = refusePlain === undefined
      ? wire
      : this.#encryption?.over(wire, payer, refusePlain);
    const link = new Link(spoken ?? wire, limits.lagBytesMax, payer);
    const session = this.#sessionFor(link, info);
    const connection = new Connection({ link, session, info, closed }, this.#onOver);
    this.#connections.add(connection);
    this.#pendingLogins.add(connection);
    link.run(session, connection);
  }

  readonly #onOver = (connection: Connection): void => {
    const { counters } = this.#parts;
    const { link } = connection;
    this.#connections.delete(connection);
    this.#pendingLogins.delete(connection);
    counters.bytesIn += link.bytesIn;
    counters.bytesOut += link.outbox.bytesOut;
  };

  /** Who sets no limit to messages wants speed, and has everybody served in turn all the same. */
  #openAccount(): Account {
    const { messagesPerSecond, frameBytesMax } = this.#parts.limits;
    return this.#turns.open(messagesPerSecond === 0 ? undefined : earningsFor(frameBytesMax));
  }

  #sessionFor(link: Link, info: ConnectionInfo): Session {
    if (this.#relay !== undefined) return new RelaySession(this.#relay, link, info);
    return new ChatSession(this.#parts, link, info);
  }

  #check(): void {
    const now = performance.now();
    this.#givingBack.check();
    this.#pendingLogins.sweep();
    const sessions = [...this.#connections].map(({ session }) => session);
    for (const session of sessions) session.checkDeadlines(now);
    const { connectionsMax, silentTextMsMin } = this.#parts.limits;
    for (const session of leavers(sessions, sessions.length, connectionsMax, silentTextMsMin)) {
      session.endForPlace();
    }
    this.#door?.checkDeadlines(now);
    this.#admission.sweep(now);
    tend(this.#parts, now);
  }
}
