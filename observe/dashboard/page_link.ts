/**
 * One page's WebSocket: its requests come in, bounded, and its queue goes out, no faster than the page reads.
 *
 * @module
 */

import { TokenBucket } from "../../ground/mod.ts";
import type { FilePage } from "./files/page_files.ts";
import type { Listener } from "./hub.ts";
import {
  ANSWERS_WAITING_MAX,
  PAGE_BUFFER_BYTES_MAX,
  REQUESTS_OPEN_MAX,
  REQUESTS_PER_SECOND_MAX,
} from "./limits.ts";
import { Outgoing } from "./outgoing.ts";
import type { Answer, Asked } from "./page_messages.ts";
import { dueAt, type Waiting } from "./pace.ts";
import { readRequest } from "./requests.ts";

/** Whom pages talk with: the hub, or the entrance before it. */
export interface Desk {
  open(page: Listener): void;
  close(page: Listener): void;
  answer(request: Asked, page: FilePage): Promise<Answer>;
}

/** What is used of a WebSocket. */
export interface Socket {
  readonly bufferedAmount: number;
  readonly readyState: number;
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** When things are done. Default: in real time; tests pass theirs. */
export interface PageClock {
  /** Milliseconds from a fixed point that never runs backward. */
  now(): number;
  /** Does it after so many milliseconds; gives what takes that back. */
  after(ms: number, task: () => void): () => void;
}

const REAL_CLOCK: PageClock = {
  now: () => performance.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

/** Close codes of the application: a request that no page of ours makes. */
const CLOSE_BAD_REQUEST = 4_400;
const OPEN = 1;

/** Joins a page to its desk. */
export class PageLink implements Listener {
  readonly outgoing: Outgoing = new Outgoing();
  readonly #socket: Socket;
  readonly #desk: Desk;
  readonly #clock: PageClock;
  /** Takes back what is planned, if something is. */
  #planned: (() => void) | undefined;
  /** When that is, and when something was sent last. */
  #dueMs = Infinity;
  #sentMs = -Infinity;
  #open = 0;
  readonly #requests: TokenBucket;

  constructor(socket: Socket, desk: Desk, clock: PageClock = REAL_CLOCK) {
    this.#clock = clock;
    this.#requests = new TokenBucket(
      { perSecond: REQUESTS_PER_SECOND_MAX, burst: REQUESTS_PER_SECOND_MAX },
      clock.now(),
    );
    this.#socket = socket;
    this.#desk = desk;
  }

  /** The socket is open. */
  opened(): void {
    this.#desk.open(this);
  }

  /** The socket is closed. */
  closed(): void {
    this.#planned?.();
    this.#planned = undefined;
    this.#desk.close(this);
  }

  /** A message came. */
  received(data: unknown): void {
    // Until the page has taken it in that it is closed, it may go on asking.
    if (this.#socket.readyState !== OPEN) return;
    const waiting = this.outgoing.answers;
    if (waiting >= ANSWERS_WAITING_MAX) return this.#refuse("This page asks, and does not read.");
    const read = readRequest(data);
    if (read.kind === "invalid") return this.#refuse(read.reason);
    const { request } = read;
    if (this.#open + waiting >= REQUESTS_OPEN_MAX || !this.#requests.take(this.#clock.now())) {
      const sentence = "This page asks too much at once. Try again in a moment.";
      this.outgoing.answer(request.id, { kind: "refused", sentence });
      return this.#plan("answer");
    }
    this.#open++;
    this.#desk.answer(request, this).then((answer) => {
      this.#open--;
      this.outgoing.answer(request.id, answer);
      this.#plan("answer");
    });
  }

  tell(wanted: Parameters<FilePage["tell"]>[0]): void {
    this.outgoing.send(wanted);
    this.#plan("answer");
  }

  /** Something waits: it is sent together with what else comes until then. */
  wake(): void {
    this.#plan("event");
  }

  /** Closes the page: it is none of ours. @param reason At most 123 bytes. */
  #refuse(reason: string): void {
    this.#socket.close(CLOSE_BAD_REQUEST, reason);
    // Not only when it has taken it in: it may never do so.
    this.closed();
  }

  #plan(waiting: Waiting): void {
    // What is planned already is never later than one event more would be; there may be thousands a second.
    if (waiting === "event" && this.#planned !== undefined) return;
    // An answer may come after the page has gone.
    if (this.#socket.readyState !== OPEN) return;
    const now = this.#clock.now();
    const dueMs = dueAt(waiting, now, this.#sentMs);
    if (this.#planned !== undefined && this.#dueMs <= dueMs) return;
    this.#planned?.();
    this.#dueMs = dueMs;
    this.#planned = this.#clock.after(dueMs - now, this.#send);
  }

  readonly #send = (): void => {
    this.#planned = undefined;
    if (this.#socket.readyState !== OPEN || this.outgoing.empty) return;
    // There is no event for "has been sent", so a slow page is looked at again and again.
    if (this.#socket.bufferedAmount > PAGE_BUFFER_BYTES_MAX) return this.wake();
    this.#sentMs = this.#clock.now();
    for (const message of this.outgoing.take()) this.#socket.send(message);
  };
}
