/**
 * A set of descriptors that the kernel watches by epoll, and who hears what happens on each. When it is looked at is its
 * holder's business: a server has more to do (poller.ts), a thread that only talks to servers has not (dialler.ts).
 *
 * @module
 */

import { chorusOf } from "./chorus.ts";
import {
  bytesOf,
  closeLibc,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EVENT_DATA,
  EVENT_WORDS,
  type Libc,
  openLibc,
} from "./libc.ts";
import { EVENTS_MAX } from "./limits.ts";
import { Pipes } from "./pipes.ts";
import type { Chorus } from "./wire.ts";

/** Hears what happens on a descriptor. */
export interface EventHandler {
  /** Never throws. @param events Bits of `EPOLLIN` and others. */
  onEvents(events: number): void;
}

interface Entry {
  readonly handler: EventHandler;
  /** Tells an event of a descriptor that was closed from one of the next that has its number. */
  readonly generation: number;
}

/** One such set. */
export class EpollSet {
  readonly libc: Libc;
  /** Sends to many of its descriptors. */
  readonly chorus: Chorus;
  /** What its descriptors pass on to each other. */
  readonly pipes: Pipes;
  /** Its own descriptor: it can be read when something has happened on one of the others. */
  readonly fd: number;
  readonly #entries: (Entry | undefined)[] = [];
  #generations = 0;
  readonly #events = new Uint32Array(EVENT_WORDS * EVENTS_MAX);
  readonly #eventsBytes = bytesOf(this.#events);
  readonly #event = new Uint32Array(EVENT_WORDS);
  readonly #eventBytes = bytesOf(this.#event);

  /** @throws When there is none here, or no descriptor is left. */
  constructor() {
    const libc = this.libc = openLibc();
    this.chorus = chorusOf(libc);
    this.pipes = new Pipes(libc);
    this.fd = libc.epoll_create1(EPOLL_CLOEXEC);
    if (this.fd >= 0) return;
    closeLibc();
    throw new Error("There is no descriptor left for an epoll set");
  }

  /** Tells `handler` of these events on a descriptor. @returns Whether that can be. */
  add(fd: number, handler: EventHandler, events: number): boolean {
    const generation = this.#generations = (this.#generations + 1) >>> 0;
    this.#entries[fd] = { handler, generation };
    if (this.#control(EPOLL_CTL_ADD, fd, events)) return true;
    this.#entries[fd] = undefined;
    return false;
  }

  /** Tells of these events from now on. */
  change(fd: number, events: number): void {
    this.#control(EPOLL_CTL_MOD, fd, events);
  }

  /** Tells of nothing more, not even of errors, which cannot be left out otherwise. */
  remove(fd: number): void {
    this.#control(EPOLL_CTL_DEL, fd, 0);
    this.#entries[fd] = undefined;
  }

  /** To be called before a descriptor is closed, which takes it out of the set. */
  forget(fd: number): void {
    this.#entries[fd] = undefined;
  }

  /**
   * Asks what has happened, and tells it.
   *
   * @param waitMs How long the thread is held when nothing has.
   * @returns How many descriptors there was something on.
   */
  look(waitMs: number): number {
    const count = this.libc.epoll_wait(this.fd, this.#eventsBytes, EVENTS_MAX, waitMs);
    for (let i = 0; i < count; i++) {
      const at = i * EVENT_WORDS;
      const fd = this.#events[at + EVENT_DATA] ?? -1;
      const entry = this.#entries[fd];
      if (entry === undefined || entry.generation !== this.#events[at + EVENT_DATA + 1]) continue;
      tell(entry.handler, this.#events[at] ?? 0);
    }
    return Math.max(0, count);
  }

  /** Closes the set, and nothing that is in it. */
  close(): void {
    this.pipes.close();
    this.libc.close(this.fd);
    closeLibc();
  }

  #control(operation: number, fd: number, events: number): boolean {
    this.#event[0] = events;
    this.#event[EVENT_DATA] = fd;
    this.#event[EVENT_DATA + 1] = this.#entries[fd]?.generation ?? 0;
    return this.libc.epoll_ctl(this.fd, operation, fd, this.#eventBytes) === 0;
  }
}

/** A defect of one handler is told as what it is, and keeps nobody else from being told. */
function tell(handler: EventHandler, events: number): void {
  try {
    handler.onEvents(events);
  } catch (error) {
    reportError(error);
  }
}
