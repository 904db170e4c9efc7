/**
 * Our own sockets: libc and epoll by FFI, on Linux for x86-64 and aarch64, IPv4 and IPv6.
 *
 * A write of the runtime costs twice what the kernel takes for it, and each of its connections four kilobytes more. Here a
 * send is one call of C, and a connection that does nothing is an entry in the kernel's set.
 *
 * - What a listener is told is inherited by the connections that it accepts, so they need not be told.
 * - Whoever is out of descriptors cannot accept, and would be told of it without end: the listener leaves the set, and comes
 *   back when a connection has closed, or after a moment. So it does when the kernel has no room to watch it.
 * - It goes around the runtime's permissions, so it asks whether this address may be listened on.
 *
 * @module
 */

import { EpollWire } from "./epoll_wire.ts";
import {
  familyOf,
  fromSockaddr,
  SOCKADDR_BYTES_MAX,
  toScopedSockaddr,
  toSockaddr,
} from "./ip_address.ts";
import {
  bytesOf,
  EACCES,
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAFNOSUPPORT,
  EAGAIN,
  ECONNABORTED,
  EINTR,
  EINVAL,
  EPOLLIN,
  errno,
  IPPROTO_TCP,
  type Libc,
  SO_KEEPALIVE,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_NODELAY,
  TCP_USER_TIMEOUT,
} from "./libc.ts";
import {
  ACCEPT_REST_MS,
  ACCEPTED_AT_ONCE_MAX,
  KEEP_ALIVE_COUNT,
  KEEP_ALIVE_EACH_S,
  KEEP_ALIVE_IDLE_S,
  USER_TIMEOUT_MS,
} from "./limits.ts";
import { Poller } from "./poller.ts";
import {
  type Accepted,
  type Address,
  atOnce,
  type InTurn,
  type Listening,
  type Transport,
  type Wire,
} from "./wire.ts";

/** Connections that wait to be accepted unless it is told how many: what the runtime asks for. */
const BACKLOG = 511;

/** A transport of such sockets. */
export class EpollTransport implements Transport {
  readonly kind = "epoll";
  /** Held from the first listener on: a server that cannot listen leaves nothing open. */
  #poller: Poller | undefined;
  #closed: Promise<unknown> | undefined;
  /** What was held for listeners beside the first, or for those that could not listen. */
  readonly #released: Promise<void>[] = [];
  readonly #listening = new Set<EpollListening>();

  listen(at: Address, backlog: number = BACKLOG): Listening {
    const poller = Poller.hold();
    try {
      const listening = new EpollListening(poller, at, backlog, this.#listening);
      this.#listening.add(listening);
      if (this.#poller === undefined) this.#poller = poller;
      else this.#released.push(poller.release());
      return listening;
    } catch (error) {
      this.#released.push(poller.release());
      throw error;
    }
  }

  now(): number {
    return this.#poller?.now() ?? performance.now();
  }

  get machineMs(): number | undefined {
    return this.#poller?.machineMs;
  }

  giveBack(): void {
    this.#poller?.libc.malloc_trim?.(0);
  }

  allowPipes(max: number): void {
    const pipes = this.#poller?.set.pipes;
    if (pipes !== undefined) pipes.max = Math.max(pipes.max, max);
  }

  atEnd(run: () => void): void {
    if (this.#poller === undefined) setImmediate(run);
    else this.#poller.atEnd(run);
  }

  afterLook(run: () => void): void {
    if (this.#poller === undefined) setImmediate(run);
    else this.#poller.afterLook(run);
  }

  async close(): Promise<void> {
    await (this.#closed ??= Promise.all([...this.#released, this.#poller?.release()]));
  }
}

class EpollListening implements Listening {
  readonly hostname: string;
  readonly port: number;
  readonly #poller: Poller;
  readonly #all: Set<EpollListening>;
  readonly #fd: number;
  readonly #remote = new Uint8Array(SOCKADDR_BYTES_MAX);
  readonly #local = new Uint8Array(SOCKADDR_BYTES_MAX);
  /** Whether each is reached as the one address that is listened on, so that the kernel need not be asked. */
  readonly #isOne: boolean;
  /** As whom the last one was reached: mostly all are, and share one object. */
  #lastLocal: Address;
  readonly #length = new Uint32Array(1);
  readonly #lengthBytes = bytesOf(this.#length);
  #take: (accepted: Accepted) => void = () => {};
  #inTurn: InTurn = atOnce;
  /** The last ones that are being taken in. */
  #taking: Promise<void> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #armed = false;
  #closed = false;
  /** A descriptor is free again: whoever rests for want of one need not. */
  readonly #onFreed = (): void => {
    for (const listening of this.#all) listening.onFreed();
  };

  constructor(poller: Poller, at: Address, backlog: number, all: Set<EpollListening>) {
    this.#poller = poller;
    this.#all = all;
    this.#fd = listenTcp(poller.libc, at, backlog);
    this.#lastLocal = this.#askLocal(this.#fd);
    ({ hostname: this.hostname, port: this.port } = this.#lastLocal);
    this.#isOne = !EVERYWHERE.has(this.hostname);
  }

  accept(take: (accepted: Accepted) => void, inTurn: InTurn = atOnce): void {
    this.#take = take;
    this.#inTurn = inTurn;
    this.#arm();
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      clearTimeout(this.#rest);
      this.#all.delete(this);
      this.#poller.set.forget(this.#fd);
      this.#poller.libc.close(this.#fd);
    }
    await this.#taking;
  }

  /** See `EventHandler`. */
  onEvents(): void {
    const all = this.#acceptSome();
    if (all.length === 0) return;
    const taking = this.#inTurn(all.length, () => {
      for (const accepted of all) this.#take(accepted);
    });
    if (taking === undefined) return;
    this.#disarm();
    this.#taking = taking.then(() => {
      this.#taking = undefined;
      this.#arm();
    });
  }

  #acceptSome(): readonly Accepted[] {
    const all: Accepted[] = [];
    while (all.length < ACCEPTED_AT_ONCE_MAX) {
      const accepted = this.#acceptOne();
      if (accepted === undefined) break;
      all.push(accepted);
    }
    return all;
  }

  /** See `#onFreed`. */
  onFreed(): void {
    if (this.#rest === undefined) return;
    clearTimeout(this.#rest);
    this.#rest = undefined;
    this.#arm();
  }

  #acceptOne(): Accepted | undefined {
    const { libc } = this.#poller;
    this.#length[0] = SOCKADDR_BYTES_MAX;
    const flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    const fd = libc.accept4(this.#fd, this.#remote, this.#lengthBytes, flags);
    if (fd >= 0) {
      return new EpollAccepted(
        { remote: fromSockaddr(this.#remote), local: this.#localOf(fd) },
        new EpollWire(this.#poller.set, fd, this.#onFreed),
      );
    }
    const why = errno(libc);
    // Who has gone again is no reason to stop; the next event brings the others.
    if (why !== EAGAIN && why !== ECONNABORTED && why !== EINTR) this.#restAWhile();
    return undefined;
  }

  #restAWhile(): void {
    this.#disarm();
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.onFreed(), ACCEPT_REST_MS);
  }

  #arm(): void {
    if (this.#armed || this.#closed) return;
    this.#armed = this.#poller.set.add(this.#fd, this, EPOLLIN);
    if (!this.#armed) this.#restAWhile();
  }

  #disarm(): void {
    if (this.#armed) this.#poller.set.remove(this.#fd);
    this.#armed = false;
  }

  #localOf(fd: number): Address {
    if (this.#isOne) return this.#lastLocal;
    const local = this.#askLocal(fd);
    const last = this.#lastLocal;
    const isSame = last.hostname === local.hostname && last.port === local.port;
    return isSame ? last : this.#lastLocal = local;
  }

  #askLocal(fd: number): Address {
    this.#length[0] = SOCKADDR_BYTES_MAX;
    this.#poller.libc.getsockname(fd, this.#local, this.#lengthBytes);
    return fromSockaddr(this.#local);
  }
}

/** Addresses that stand for all of this machine's. */
const EVERYWHERE: ReadonlySet<string> = new Set(["0.0.0.0", "::", "::ffff:0.0.0.0"]);

class EpollAccepted implements Accepted {
  readonly remote: Address;
  readonly local: Address;
  readonly #wire: EpollWire;

  constructor({ remote, local }: { remote: Address; local: Address }, wire: EpollWire) {
    this.remote = remote;
    this.local = local;
    this.#wire = wire;
  }

  wire(): Wire {
    return this.#wire;
  }
}

/** @returns The descriptor. @throws {Deno.errors.AddrInUse} And others. */
function listenTcp(libc: Libc, at: Address, backlog: number): number {
  refuseForbidden(at);
  const indexOf = (name: string) => libc.if_nametoindex(new TextEncoder().encode(`${name}\0`));
  const sockaddr = toSockaddr(at) ?? toScopedSockaddr(at, indexOf) ??
    toSockaddr({ ...at, hostname: resolved(at.hostname) });
  if (sockaddr === undefined) throw new Error(`${at.hostname} is no address`);
  const family = familyOf(sockaddr);
  const fd = libc.socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw listenError(at, errno(libc));
  for (const [level, option, value] of OPTIONS) setOption(libc, fd, [level, option, value]);
  if (libc.bind(fd, sockaddr, sockaddr.length) === 0 && libc.listen(fd, backlog) === 0) return fd;
  const error = listenError(at, errno(libc));
  libc.close(fd);
  throw error;
}

const OPTIONS = [
  [SOL_SOCKET, SO_REUSEADDR, 1],
  [SOL_SOCKET, SO_KEEPALIVE, 1],
  [IPPROTO_TCP, TCP_NODELAY, 1],
  [IPPROTO_TCP, TCP_KEEPIDLE, KEEP_ALIVE_IDLE_S],
  [IPPROTO_TCP, TCP_KEEPINTVL, KEEP_ALIVE_EACH_S],
  [IPPROTO_TCP, TCP_KEEPCNT, KEEP_ALIVE_COUNT],
  [IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS],
] as const;

function setOption(
  libc: Libc,
  fd: number,
  [level, option, value]: readonly [level: number, option: number, value: number],
): void {
  libc.setsockopt(fd, level, option, bytesOf(new Int32Array([value])), 4);
}

/** What a name means is the runtime's business: it is asked for a free port there. */
function resolved(hostname: string): string {
  using listener = Deno.listen({ hostname, port: 0 });
  return listener.addr.hostname;
}

/** @throws {Deno.errors.NotCapable} When the runtime would not let us listen there. */
function refuseForbidden({ hostname, port }: Address): void {
  const host = hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
  if (Deno.permissions.querySync({ name: "net", host }).state === "granted") return;
  throw new Deno.errors.NotCapable(`Requires net access to "${host}"`);
}

function listenError({ hostname, port }: Address, why: number): Error {
  const message = `Cannot listen on ${hostname}, port ${port}: errno ${why}`;
  switch (why) {
    case EADDRINUSE:
      return new Deno.errors.AddrInUse(message);
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    // Of one interface, and not said of which.
    case EINVAL:
      return new Deno.errors.AddrNotAvailable(message);
    case EACCES:
      return new Deno.errors.PermissionDenied(message);
    default:
      return new Error(message);
  }
}
