/**
 * Keeps what the server holds for its connections within one budget of memory.
 *
 * Several times a second it is added up what waits to be read, what has come only in part, and what lags keep alive;
 * when that and what all share are more than the budget, first what nobody needs just now is let go (room in logs that
 * were loud once, and rooms in which nobody is), and then those who cost most, with a sentence. So it does not matter by
 * which of many ways somebody makes the server hold something.
 *
 * ```text
 *   add up ─ connection, connection, … ─┬─ within the budget ───────────────────────────────────────────┬─► rest
 *                                       └─ trim logs ─ add up ─ forget rooms ─ let the dearest go ──────┘
 * ```
 *
 * Thousands who follow hundreds of logs are a million cursors: all of it is done in steps, a connection or a room in each,
 * and between a few milliseconds of them whoever has come is heard. So a sum is not of one moment, but of as long as it took; what
 * may come until the next one is told by it (`headroom`), and when that has come, it is looked sooner.
 *
 * @module
 */

import {
  bytesAllowed,
  Chores,
  dearest,
  type Headroom,
  type Lag,
  type Loop,
  type Payer,
  Sum,
} from "../budget/mod.ts";
import {
  CONNECTION_BYTES,
  MEMORY_BYTES_ASSUMED,
  MEMORY_BYTES_DEFAULT_MAX,
  MEMORY_CHECK_MS,
  MEMORY_CHECK_MS_MIN,
  MEMORY_REST_FACTOR,
  MEMORY_REST_MS_MAX,
  MEMORY_SHARE,
  ROOM_BYTES,
} from "../limits.ts";
import type { World } from "../perform.ts";

/** A connection, as far as it holds something. */
export interface Holder {
  readonly link: {
    readonly heldBytes: number;
    readonly outbox: { lags(): readonly Lag[]; pass(): void };
  };
  readonly session: { readonly heldBytes: number; endForMemory(): void };
}

/** What is watched. What may be much is done or told step by step. */
export interface Watched {
  readonly connections: () => Iterable<Holder>;
  /** Bytes that no connection holds alone: ids, rooms. Their sum counts. */
  readonly sharedBytes: () => Iterable<number>;
  /** Lets the logs be small again: what is kept of them is then for those who have not read it. */
  readonly trim: () => Iterable<void>;
  /** Forgets what can be found again, until so many bytes are free or nothing of that kind is left. */
  readonly forget: (bytes: number) => Iterable<void>;
  readonly bytesMax: number;
  /** What may come until it is looked again. */
  readonly headroom: Headroom;
}

/** Watches until it is disposed. */
export class MemoryWatch implements Disposable {
  readonly #watched: Watched;
  readonly #loop: Pick<Loop, "now" | "after">;
  readonly #chores: Chores;
  #cancel: () => void = () => {};
  /** When it may be looked again; `undefined` while it is being looked. */
  #soonestMs: number | undefined;
  #disposed = false;

  constructor(watched: Watched, loop: Pick<Loop, "now" | "after" | "afterLook">) {
    this.#watched = watched;
    this.#loop = loop;
    this.#chores = new Chores(loop);
    watched.headroom.onSpent = () => this.#hurry();
    this.#rest(0);
  }

  #rest(workedMs: number): void {
    const restMs = Math.min(workedMs * MEMORY_REST_FACTOR, MEMORY_REST_MS_MAX);
    this.#soonestMs = this.#loop.now() + Math.max(MEMORY_CHECK_MS_MIN, restMs);
    this.#lookAfter(Math.max(MEMORY_CHECK_MS, restMs));
  }

  /** Looks as soon as it may. */
  #hurry(): void {
    if (this.#soonestMs === undefined || this.#disposed) return;
    this.#cancel();
    this.#lookAfter(Math.max(0, this.#soonestMs - this.#loop.now()));
  }

  #lookAfter(ms: number): void {
    this.#cancel = this.#loop.after(ms, () => this.#chores.do(this.#watch()));
  }

  /** Checks, and rests by how much work that was. */
  *#watch(): Generator<void, void, void> {
    const { headroom } = this.#watched;
    this.#soonestMs = undefined;
    headroom.beginLook();
    const steps = this.#check();
    let workedMs = 0;
    while (!this.#disposed) {
      const startMs = this.#loop.now();
      const { done, value } = steps.next();
      workedMs += this.#loop.now() - startMs;
      if (done) {
        headroom.renew(value);
        return this.#rest(workedMs);
      }
      yield;
    }
  }

  /** Lets go what can be spared, and who must. @returns What may come then. */
  *#check(): Generator<void, number, void> {
    const { bytesMax, forget } = this.#watched;
    const left = bytesMax - (yield* this.#bytes());
    if (left >= 0) return left;
    yield* this.#trim();
    const missing = (yield* this.#bytes()) - bytesMax;
    if (missing > 0) yield* forget(missing);
    const sharedBytes = yield* this.#sharedBytes();
    const leaving = dearest(this.#payers(), sharedBytes, bytesMax);
    for (;;) {
      const { done, value } = leaving.next();
      if (done) return bytesAllowed(sharedBytes, bytesMax) - value;
      value?.session.endForMemory();
      yield;
    }
  }

  /** What all of it costs. */
  *#bytes(): Generator<void, number, void> {
    const sum = new Sum(yield* this.#sharedBytes());
    for (const payer of this.#payers()) {
      sum.add(payer);
      yield;
    }
    return sum.bytes;
  }

  *#sharedBytes(): Generator<void, number, void> {
    let sum = 0;
    for (const bytes of this.#watched.sharedBytes()) {
      sum += bytes;
      yield;
    }
    return sum;
  }

  *#payers(): Iterable<Payer & Pick<Holder, "session">> {
    for (const { link, session } of this.#watched.connections()) {
      const ownBytes = CONNECTION_BYTES + link.heldBytes + session.heldBytes;
      yield { session, ownBytes, lags: link.outbox.lags() };
    }
  }

  *#trim(): Generator<void, void, void> {
    const { connections, trim } = this.#watched;
    yield* trim();
    for (const { link } of connections()) {
      link.outbox.pass();
      yield;
    }
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#watched.headroom.renew(Infinity);
    this.#cancel();
    this.#chores.stop();
  }
}

/**
 * What no connection holds alone: messages that are kept in memory, remembered ids, and the rooms with
 * what their logs are filling.
 */
export function* sharedBytesOf({ hall, conversation, store }: World): Iterable<number> {
  yield conversation.idBytes + (store.memoryBytes?.() ?? 0);
  for (const room of hall.rooms()) yield ROOM_BYTES + room.logBytes;
}

/** The budget of a server on a machine with so much memory, unless it is told otherwise. */
export function memoryFor(machineBytes: number = MEMORY_BYTES_ASSUMED): number {
  return Math.min(MEMORY_BYTES_DEFAULT_MAX, Math.floor(machineBytes * MEMORY_SHARE));
}
