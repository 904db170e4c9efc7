/**
 * One epoll set (epoll_set.ts) of this thread, on the runtime's event loop: what has come is heard, and everybody else has a
 * turn, too.
 *
 * ```text
 *   a turn:  look (epoll_wait, 0) ─► events heard ─► who asked for a look ─► immediates ─► who asked for the end of the turn
 *                ▲                                                                       │
 *                ├── something came: by setImmediate, which lets timers and files pass ◄─┤
 *                ├── each 8 ms: by a bell (bell.ts), so that the runtime looks as well ◄─┤
 *                ├── nothing came: a nap of 100 µs, in which both are watched ◄──────────┤
 *                └── nothing for three naps: a thread waits, and the runtime sleeps ◄────┘
 * ```
 *
 * - It never holds the thread: a turn ends after what was there, and the runtime's own work (timers, and the store's writes
 *   and syncs, which other threads do) comes between any two. An immediate costs 1.3 µs.
 * - What was asked for by `setImmediate` while events were heard comes before the end of the turn: what was said goes to the
 *   disk before others are told what is on it already, and is synced meanwhile.
 * - What the runtime learns only from the kernel (its own sockets, signals) it looks for by itself when it has nothing else
 *   to do; the bell makes it look while there always is.
 * - In a nap the thread sleeps in the kernel. The runtime's own epoll sets are watched with ours: what is ready for it, as a
 *   sync that has ended, ends the nap: the runtime goes on, and looks by the bell if that was not enough. Those sets are found
 *   by their links in `/proc`; where they are not, there are no naps.
 * - Sleeping is left to the runtime: `poll` on a thread of its own tells it that something has come. It takes nothing
 *   away, so a turn may come in between for another reason.
 *
 * All servers of a thread share one, or each would keep the others waiting in its naps.
 *
 * @module
 */

import { Bell } from "./bell.ts";
import { clockOf } from "./clock.ts";
import { EpollSet, type EventHandler } from "./epoll_set.ts";
import { bytesOf, EFD_CLOEXEC, EFD_NONBLOCK, EPOLLIN, type Libc, POLLIN } from "./libc.ts";
import { NAP_US, NAPS_MAX, RUNTIME_WAITS_MS } from "./limits.ts";
import { runtimeSets } from "./runtime_sets.ts";

/** Hears nothing. */
const DEAF: EventHandler = { onEvents: () => {} };

let shared: Poller | undefined;

/** Runs something when this thread's sockets were looked at; soon, when there are none. */
export function afterNextLook(run: () => void): void {
  if (shared === undefined) setImmediate(run);
  else shared.afterLook(run);
}

/** The turns of a set. */
export class Poller {
  readonly libc: Libc;
  /** What is watched. */
  readonly set: EpollSet;
  /** Ends a sleep. */
  readonly #wakeFd: number;
  /** `struct pollfd`s of what is watched in a nap: our set, and the runtime's. */
  readonly #napping: Int32Array<ArrayBuffer>;
  readonly #nappingBytes: Uint8Array<ArrayBuffer>;
  /** The same of what ends a sleep: our set alone, since the runtime is awake for its own. */
  readonly #sleeping: Uint8Array<ArrayBuffer>;
  readonly #napTime = bytesOf(new BigInt64Array([0n, BigInt(NAP_US) * 1_000n]));
  readonly #bell = new Bell();
  #holders = 0;
  #afterLook: (() => void)[] = [];
  #atEnd: (() => void)[] = [];
  /** Whether a turn is on its way, by whichever way. */
  #scheduled = false;
  #asleep = false;
  /** Whether this turn had something to do before its end. */
  #isBusy = false;
  #quiet = 0;
  /** Whether the runtime was let go on after the kernel said that there is something for it. */
  #wentOn = false;
  readonly #clock: () => number;
  /** See `Transport.machineMs`. */
  readonly machineMs: number;
  #hoppedMs: number;
  #closing = false;
  #ended = false;
  readonly #closed = Promise.withResolvers<void>();

  private constructor() {
    try {
      this.set = new EpollSet();
    } catch (error) {
      this.#bell[Symbol.dispose]();
      throw error;
    }
    const { libc, fd } = this.set;
    this.libc = libc;
    ({ now: this.#clock, startMs: this.machineMs } = clockOf(libc));
    this.#hoppedMs = this.#clock();
    this.#wakeFd = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    // It is written once, at the end, and never read: so it cannot be read away before the sleeping thread has seen it.
    if (this.#wakeFd < 0 || !this.set.add(this.#wakeFd, DEAF, EPOLLIN)) {
      if (this.#wakeFd >= 0) libc.close(this.#wakeFd);
      this.set.close();
      this.#bell[Symbol.dispose]();
      throw new Error("The machine has no room to wake up an epoll set");
    }
    this.#napping = pollWords([fd, ...runtimeSets(libc, fd)]);
    this.#nappingBytes = bytesOf(this.#napping);
    this.#sleeping = bytesOf(pollWords([fd]));
  }

  /** This thread's. To be followed by `release`. @throws When there is none here. */
  static hold(): Poller {
    const poller = shared ??= new Poller();
    poller.#holders++;
    poller.#wake();
    return poller;
  }

  /** Lets go of it. Resolves when nothing is left of it, if nobody else holds it. */
  release(): Promise<void> {
    if (--this.#holders > 0) return Promise.resolve();
    if (shared === this) shared = undefined;
    this.#closing = true;
    this.#wake();
    this.libc.write(this.#wakeFd, bytesOf(new BigInt64Array([1n])), 8);
    return this.#closed.promise;
  }

  /** See `Transport.now`. */
  now(): number {
    return this.#ended ? performance.now() : this.#clock();
  }

  /** See `Transport.atEnd`. */
  atEnd(run: () => void): void {
    if (this.#ended) return void setImmediate(run);
    this.#atEnd.push(run);
    this.#wake();
  }

  /** See `Transport.afterLook`. */
  afterLook(run: () => void): void {
    if (this.#ended) return void setImmediate(run);
    this.#afterLook.push(run);
    this.#wake();
  }

  /** Sees to it that a turn comes soon. */
  #wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    // Whatever asks for a turn in this one is seen to at its end.
    this.#scheduled = true;
    const asked = this.#afterLook;
    this.#afterLook = [];
    const count = this.set.look(0);
    for (const run of asked) call(run);
    this.#isBusy = count + asked.length > 0;
    if (this.#atEnd.length === 0) this.#endTurn();
    else setImmediate(this.#endTurn);
  };

  readonly #endTurn = (): void => {
    const atEnd = this.#atEnd;
    this.#atEnd = [];
    for (const run of atEnd) call(run);
    this.#scheduled = false;
    this.#next(this.#isBusy || atEnd.length > 0);
  };

  /** Decides how the next turn comes. */
  #next(busy: boolean): void {
    if (this.#closing && !this.#asleep) return this.#end();
    this.#quiet = busy ? 0 : this.#quiet + 1;
    if (busy) {
      if (this.now() - this.#hoppedMs < RUNTIME_WAITS_MS) this.#wake();
      else this.#hop();
    } else if (this.#quiet > NAPS_MAX || this.#napping.length === WORDS_PER_POLL) this.#sleep();
    else if (this.#nap() !== "runtime") this.#wake();
    else if (this.#wentOn) this.#hop();
    else {
      this.#wentOn = true;
      this.#wake();
    }
  }

  /** Sleeps a moment. @returns For whom there is something, if there is; for us first. */
  #nap(): "us" | "runtime" | undefined {
    const words = this.#napping;
    const count = BigInt(words.length / WORDS_PER_POLL);
    const told = this.libc.ppoll(this.#nappingBytes, count, this.#napTime, null);
    const isForUs = told > 0 && toldOf(words, 0);
    if (told <= (isForUs ? 1 : 0)) this.#wentOn = false;
    return isForUs ? "us" : told > 0 ? "runtime" : undefined;
  }

  /** Lets the runtime look, too; the next turn comes with that. */
  #hop(): void {
    this.#scheduled = true;
    this.#bell.ring(() => {
      this.#hoppedMs = this.now();
      this.#turn();
    });
  }

  #sleep(): void {
    this.#hoppedMs = this.now();
    if (this.#asleep) return;
    this.#asleep = true;
    this.libc.poll_thread(this.#sleeping, 1n, -1).then(() => {
      this.#asleep = false;
      // The runtime has just slept, and so looked.
      this.#hoppedMs = this.now();
      if (!this.#scheduled) this.#turn();
    });
  }

  #end(): void {
    this.#ended = true;
    for (const run of [...this.#afterLook, ...this.#atEnd]) setImmediate(run);
    this.libc.close(this.#wakeFd);
    this.set.close();
    this.#bell[Symbol.dispose]();
    void this.#bell.ready.then(() => this.#closed.resolve());
  }
}

/** A defect of one handler is told as what it is, and ends nobody else's turn. */
function call(run: () => void): void {
  try {
    run();
  } catch (error) {
    reportError(error);
  }
}

/** A `struct pollfd`: a descriptor, and 16 bits each of what is asked and of what is told. */
const WORDS_PER_POLL = 2;

function pollWords(fds: readonly number[]): Int32Array<ArrayBuffer> {
  return new Int32Array(fds.flatMap((fd) => [fd, POLLIN]));
}

function toldOf(words: Int32Array, index: number): boolean {
  return (words[index * WORDS_PER_POLL + 1] ?? 0) >>> 16 !== 0;
}
