/**
 * Who is served when: one thread, many connections, and nobody who makes the others wait.
 *
 * ```text
 *   one turn of the event loop
 *   ├─ reads come in ────────────────────┬─ this turn's end ────────────────────┬─ a look at what has come in …
 *   │ light: served at once (≤ 10 ms),   │ the queue (≤ 8 ms): who used least   │
 *   │ the others queue                   │ first, each for a slice of ½ ms      │
 * ```
 *
 * - Whoever has used little of late is served at once. Everybody else queues by how much was used, so an honest
 *   member passes any number of others who try to be everywhere.
 * - A slice that is spent ends the service: whoever does the work asks `sliceSpent` between two messages, and
 *   queues again with the rest, behind all whose work fits into a slice. So one ping passes a thousand floods, though
 *   each of a thousand may have used as little.
 * - Who owes is not served until it has earned that back, and meanwhile nobody reads from it: its own socket slows
 *   it down, and nothing is kept for it.
 * - After some milliseconds of service nobody is served any more until the loop has looked at what has come in: a loop
 *   that always has something to do need not look by itself, and whoever has just come would wait for all of that.
 * - Ends are served in turn, too: a thousand who leave at once are a thousand who have something to be done for them.
 * - Pieces of files are behind all of that (`freight.ts`).
 * - What is dear for us and nothing for whoever asks for it, as a handshake of TLS, queues behind all who converse, and behind ends:
 *   whoever has gone meanwhile gets none.
 * - One in four that are served is one from the end of the queue: nobody is left out for ever.
 *
 * Work is done synchronously; what it begins and awaits is somebody else's time. Clock, end of turn and timer are
 * arguments, so a test runs turns by hand, and a layer of sockets can move all of this into its own loop.
 *
 * @module
 */

import type { Account } from "./account.ts";
import { type CoreClock, CoreTime } from "./core_time.ts";
import { Fifo } from "../../ground/mod.ts";
import { Freight } from "./freight.ts";
import { AT_ONCE_MS, LAST_EVERY, LOOK_MS, QUEUE_MS, SHARE_AT_FIRST, SLICE_MS } from "./limits.ts";
import type { Pool } from "./pool.ts";
import { type Cost, type Earnings, Purse } from "./purse.ts";

/** The event loop, as far as turns need it. */
export interface Loop extends CoreClock {
  /** Milliseconds that never run backward. */
  now(): number;
  /** Runs something at the end of this turn. */
  atEnd(run: () => void): void;
  /** Runs something when the machine has been asked what has come in, and that is known. */
  afterLook(run: () => void): void;
  /** Runs something after so many milliseconds. @returns What takes that back. */
  after(ms: number, run: () => void): () => void;
}

/** Levels of the queue: each holds twice the use of the one before, from light to ten times over. */
const LEVELS = 8;

/** Behind somebody who comes anew: whoever has more to do than fits into a slice is not before that. */
const LEVEL_OF_MORE: number = levelOf(1 - SHARE_AT_FIRST) + 1;

/** What is to be done for somebody. */
type Kind = "usual" | "end" | "dear";

/** Somebody who waits to be served. */
interface Waiting {
  readonly account: InTurn;
  /** Serves it; once. */
  readonly run: () => void;
  /** Takes its timer back, while it has one. */
  cancel: (() => void) | undefined;
  done: boolean;
}

/** Gives turns. */
export class Turns {
  readonly #loop: Loop;
  readonly #coreTime: CoreTime;
  /** Behind all of them. */
  readonly #freight: Freight;
  readonly #levels = Array.from({ length: LEVELS }, () => new Fifo<Waiting>());
  /** How many queue. */
  #queued = 0;
  #scheduled = false;
  /** Milliseconds in which somebody was served at once since the last look. */
  #atOnceMs = 0;
  /** Milliseconds in which anybody was served since then. */
  #servedMs = 0;
  #serving = false;
  #sliceEndMs = 0;
  /** How many of the queue were served, to know whose turn the next one is. */
  #served = 0;

  constructor(loop: Loop) {
    this.#loop = loop;
    this.#coreTime = new CoreTime(loop);
    this.#freight = new Freight(loop, () => this.#queued > 0);
  }

  /** A connection's account. @param earnings `undefined`: without a limit in the long run, but in turn. */
  open(earnings: Earnings | undefined, share?: number): Account {
    return new InTurn(this, this.#loop, new Purse(earnings, this.#loop.now(), share));
  }

  /** Whether whoever is served now has had its slice. */
  get sliceSpent(): boolean {
    return this.#loop.now() >= this.#sliceEndMs;
  }

  /** See `Account.serve`, and `Account.end` and `Account.serveDear` for the other kinds of work. */
  serve<T>(account: InTurn, work: () => T, kind: Kind = "usual"): T | Promise<Awaited<T>> {
    const now = this.#loop.now();
    const owedMs = kind === "end" ? 0 : account.purse.msUntilEarned(now);
    const passes = owedMs === 0 && !this.#serving && this.#atOnceMs < AT_ONCE_MS &&
      this.#levels[0]?.size === 0 && account.purse.isLight(now);
    if (passes) {
      try {
        return this.#run(account, work, now);
      } finally {
        this.#atOnceMs += this.#loop.now() - now;
      }
    }
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<T>>();
    const run = (): void => {
      try {
        resolve(this.#run(account, work, this.#loop.now()) as Awaited<T>);
      } catch (error) {
        reject(error);
      }
    };
    const waiting: Waiting = { account, run, cancel: undefined, done: false };
    account.waiting = waiting;
    // What asks while it is served, or had a whole slice the last time, has more to do than that: it queues behind all who
    // only come by, newcomers too.
    const hasMore = this.#serving || kind === "end" || account.hadSlice;
    const levelMin = kind === "dear" ? LEVELS - 1 : hasMore ? LEVEL_OF_MORE : 0;
    if (owedMs === 0) this.#queue(waiting, levelMin);
    else {
      waiting.cancel = this.#loop.after(owedMs, () => {
        waiting.cancel = undefined;
        this.#queue(waiting, levelMin);
      });
    }
    return promise;
  }

  /** See `Account.carry`. */
  carry<T>(work: () => T): T | Promise<Awaited<T>> {
    return this.#freight.carry(work);
  }

  /** Serves whoever waits at once: its connection has ended, and there is nothing to be fair about. */
  release(waiting: Waiting): void {
    if (waiting.done) return;
    waiting.cancel?.();
    waiting.cancel = undefined;
    this.#finish(waiting);
  }

  #run<T>(account: InTurn, work: () => T, startMs: number): T {
    const outer = this.#serving;
    this.#serving = true;
    this.#sliceEndMs = startMs + SLICE_MS;
    try {
      return work();
    } finally {
      this.#serving = outer;
      const now = this.#loop.now();
      const tookMs = now - startMs;
      // What is served within another one's service is a part of that.
      if (!outer) this.#servedMs += tookMs;
      const workMs = outer || account.purse.isRich ? tookMs : this.#coreTime.paidOf(tookMs, now);
      account.purse.spend(now, { workMs });
      account.hadSlice = workMs > SLICE_MS;
      this.#schedule();
    }
  }

  #queue(waiting: Waiting, levelMin: number): void {
    const used = waiting.account.purse.used(this.#loop.now());
    this.#levels[Math.max(levelMin, levelOf(used))]?.push(waiting);
    this.#queued++;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#loop.atEnd(this.#endTurn);
  }

  /** The loop has looked: who has come meanwhile is known, and queues or has been served. */
  readonly #looked = (): void => {
    this.#atOnceMs = 0;
    this.#servedMs = 0;
    this.#endTurn();
  };

  readonly #endTurn = (): void => {
    const startMs = this.#loop.now();
    const endMs = startMs + QUEUE_MS;
    this.#coreTime.mark(startMs);
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      if (!next.done) this.#finish(next);
      if (this.#loop.now() >= endMs) break;
    }
    this.#scheduled = this.#queued > 0 || this.#servedMs >= LOOK_MS;
    if (this.#scheduled) this.#loop.afterLook(this.#looked);
  };

  #next(): Waiting | undefined {
    if (this.#queued === 0) return undefined;
    this.#queued--;
    const last = ++this.#served % LAST_EVERY === 0;
    const has = (level: Fifo<Waiting>): boolean => level.size > 0;
    return (last ? this.#levels.findLast(has) : this.#levels.find(has))?.shift();
  }

  #finish(waiting: Waiting): void {
    waiting.done = true;
    if (waiting.account.waiting === waiting) waiting.account.waiting = undefined;
    waiting.run();
  }
}

/** An account whose turns are given here. */
class InTurn implements Account {
  readonly purse: Purse;
  readonly #turns: Turns;
  readonly #loop: Loop;
  /** Whether its last service took a whole slice. */
  hadSlice = false;
  /** Set while it waits to be served. */
  waiting: Waiting | undefined;
  #closed = false;

  constructor(turns: Turns, loop: Loop, purse: Purse) {
    this.#turns = turns;
    this.#loop = loop;
    this.purse = purse;
  }

  get sliceSpent(): boolean {
    return this.#turns.sliceSpent;
  }

  get owedMs(): number {
    return this.purse.isRich ? 0 : this.purse.msUntilEarned(this.#loop.now());
  }

  serve<T>(work: () => T): T | Promise<Awaited<T>> {
    return this.#closed ? work() : this.#turns.serve(this, work);
  }

  carry<T>(work: () => T): T | Promise<Awaited<T>> {
    return this.#closed ? work() : this.#turns.carry(work);
  }

  end<T>(work: () => T): T | Promise<Awaited<T>> {
    return this.#closed ? work() : this.#turns.serve(this, work, "end");
  }

  serveDear<T>(work: () => T): T | Promise<Awaited<T>> {
    return this.#closed ? work() : this.#turns.serve(this, work, "dear");
  }

  now(): number {
    return this.#loop.now();
  }

  spend(cost: Cost): void {
    if (!this.purse.isRich) this.purse.spend(this.#loop.now(), cost);
  }

  join(pools: readonly Pool[]): void {
    this.purse.join(pools);
  }

  close(): void {
    this.#closed = true;
    if (this.waiting !== undefined) this.#turns.release(this.waiting);
  }
}

/** Used up to a tenth: 0; then a level for each doubling. */
function levelOf(used: number): number {
  return Math.max(0, Math.min(LEVELS - 1, Math.ceil(Math.log2(used * 10))));
}
