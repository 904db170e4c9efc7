/**
 * Connections to servers by epoll, for a thread that does nothing else.
 *
 * ```text
 *   a turn:  held in the kernel until something comes, a millisecond at most ─► events heard ─► onTurn ─► next
 * ```
 *
 * The runtime passes between any two turns, so promises and timers go on; they may be late by as much as the thread is held.
 * What comes is heard at once, without any other thread's help: times that are taken here are the server's, not the
 * runtime's. Another thread wakes this one by the number of its bell.
 *
 * @module
 */

import { EpollSet } from "./epoll_set.ts";
import { EpollWire } from "./epoll_wire.ts";
import { familyOf, toSockaddr } from "./ip_address.ts";
import {
  bytesOf,
  EADDRNOTAVAIL,
  ECONNREFUSED,
  EFD_CLOEXEC,
  EFD_NONBLOCK,
  EHOSTUNREACH,
  EINPROGRESS,
  EMFILE,
  ENETUNREACH,
  ENFILE,
  EPOLLIN,
  EPOLLOUT,
  errno,
  ETIMEDOUT,
  IPPROTO_TCP,
  type Libc,
  POLLIN,
  SO_ERROR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_NODELAY,
} from "./libc.ts";
import { HELD_US_MAX } from "./limits.ts";
import type { Address, Wire } from "./wire.ts";

/** Connects, and has the turns of its thread. At most one in a thread. */
export class Dialler {
  readonly #set: EpollSet;
  readonly #libc: Libc;
  /** See `ring`. */
  readonly bell: number;
  readonly #waiting: Uint8Array<ArrayBuffer>;
  readonly #waitTime = new BigInt64Array(2);
  readonly #waitTimeBytes = bytesOf(this.#waitTime);
  readonly #ringing = bytesOf(new BigInt64Array([1n]));
  /** What is being connected: how to give it up. */
  readonly #connecting = new Map<number, () => void>();
  #closed = false;

  /** @throws When this machine has no such sockets (`epollFault`), or no descriptor is left. */
  constructor() {
    this.#set = new EpollSet();
    const { libc, fd } = this.#set;
    this.#libc = libc;
    this.bell = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (this.bell < 0) {
      this.#set.close();
      throw new Error("There is no descriptor left for a bell");
    }
    this.#waiting = bytesOf(new Int32Array([fd, POLLIN]));
    const heard = new Uint8Array(8);
    this.#set.add(this.bell, { onEvents: () => libc.read(this.bell, heard, 8) }, EPOLLIN);
  }

  /**
   * Connects.
   *
   * @param to The host is a literal address.
   * @throws {Deno.errors.ConnectionRefused} And others: when nobody answers there, or too many files are open.
   */
  connect(to: Address, timeoutMs: number): Promise<Wire> {
    const { promise, resolve, reject } = Promise.withResolvers<Wire>();
    try {
      const fd = this.#begin(to);
      const timer = setTimeout(() => end(ETIMEDOUT), timeoutMs);
      const end = (why: number) => {
        clearTimeout(timer);
        this.#connecting.delete(fd);
        this.#set.remove(fd);
        if (why === 0) return resolve(new EpollWire(this.#set, fd, () => {}));
        this.#libc.close(fd);
        reject(connectError(to, why));
      };
      this.#connecting.set(fd, () => end(ETIMEDOUT));
      const isWatched = this.#set.add(fd, { onEvents: () => end(this.#problemOf(fd)) }, EPOLLOUT);
      if (!isWatched) end(ENFILE);
    } catch (error) {
      reject(error);
    }
    return promise;
  }

  /**
   * Has turns until it is closed.
   *
   * @param onTurn Runs at the end of each, and says for how long the thread may be held in the next one, in µs.
   */
  run(onTurn: () => number): void {
    const turn = (heldUs: number) => {
      if (this.#closed) return;
      this.#look(heldUs);
      if (this.#closed) return;
      const next = onTurn();
      setImmediate(turn, next);
    };
    turn(0);
  }

  /** Wakes another thread by its bell, which must not have been closed. */
  ring(bell: number): void {
    this.#libc.write(bell, this.#ringing, this.#ringing.length);
  }

  /** To be called when all wires are closed; gives up what is being connected. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const giveUp of [...this.#connecting.values()]) giveUp();
    this.#libc.close(this.bell);
    this.#set.close();
  }

  #look(heldUs: number): void {
    if (heldUs >= HELD_US_MAX) this.#set.look(HELD_US_MAX / 1_000);
    // The kernel holds whom it tells of events for whole milliseconds.
    else if (this.#set.look(0) === 0 && heldUs > 0) {
      this.#waitTime[1] = BigInt(Math.floor(heldUs) * 1_000);
      this.#libc.ppoll(this.#waiting, 1n, this.#waitTimeBytes, null);
      this.#set.look(0);
    }
  }

  /** @returns A descriptor that is being connected. */
  #begin(to: Address): number {
    refuseForbidden(to);
    const sockaddr = toSockaddr(to);
    if (sockaddr === undefined) throw new Error(`${to.hostname} is no address`);
    const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    const fd = this.#libc.socket(familyOf(sockaddr), type, 0);
    if (fd < 0) throw connectError(to, errno(this.#libc));
    this.#libc.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, bytesOf(new Int32Array([1])), 4);
    if (this.#libc.connect(fd, sockaddr, sockaddr.length) === 0) return fd;
    const why = errno(this.#libc);
    if (why === EINPROGRESS) return fd;
    this.#libc.close(fd);
    throw connectError(to, why);
  }

  #problemOf(fd: number): number {
    const problem = new Int32Array(1);
    const size = bytesOf(new Int32Array([4]));
    this.#libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, bytesOf(problem), size);
    return problem[0] ?? 0;
  }
}

/** @throws {Deno.errors.NotCapable} When the runtime would not let us connect there. */
function refuseForbidden({ hostname, port }: Address): void {
  const host = hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
  if (Deno.permissions.querySync({ name: "net", host }).state === "granted") return;
  throw new Deno.errors.NotCapable(`Requires net access to "${host}"`);
}

/** As the runtime would tell it. */
function connectError({ hostname, port }: Address, why: number): Error {
  const to = `${hostname}:${port}`;
  switch (why) {
    case ECONNREFUSED:
      return new Deno.errors.ConnectionRefused(`Nothing listens on ${to}`);
    case ETIMEDOUT:
      return new Deno.errors.TimedOut("nobody answered in time");
    case EMFILE:
    case ENFILE:
      return new Error("too many files are open");
    case EADDRNOTAVAIL:
      return new Deno.errors.AddrNotAvailable("this machine has no free port left to connect from");
    case ENETUNREACH:
    case EHOSTUNREACH:
      return new Error("there is no way to that address");
    default:
      return new Error(`the system says error ${why}`);
  }
}
