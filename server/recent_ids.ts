/**
 * The ids that users gave their messages lately, so that a message sent twice is taken once.
 *
 * A client that lost its connection cannot know whether its last words arrived; it says them again under
 * the same id. An id is remembered from the moment the message is taken, before it is durable: who
 * repeats it meanwhile waits for the same outcome. A message that failed is forgotten, so that a
 * repetition is a new try.
 *
 * @module
 */

import { RECENT_ID_MS, RECENT_IDS_PER_USER_MAX } from "./limits.ts";
import type { FoldedName } from "./wire/mod.ts";

/** What becomes of a message that carries an id. `A` is the answer that its sender gets. */
export class Taken<A> {
  readonly #atMs: number;
  #answer: A | undefined;
  #waiting: ((answer: A) => void)[] = [];

  constructor(atMs: number) {
    this.#atMs = atMs;
  }

  /** When it was taken, in ms on the clock of whoever took it. */
  get atMs(): number {
    return this.#atMs;
  }

  /** Gives `tell` the answer, now or when there is one. */
  whenSettled(tell: (answer: A) => void): void {
    if (this.#answer !== undefined) tell(this.#answer);
    else this.#waiting.push(tell);
  }

  /** The answer is known. */
  settle(answer: A): void {
    this.#answer = answer;
    for (const tell of this.#waiting) tell(answer);
    this.#waiting = [];
  }
}

/** The ids of all users. */
export class RecentIds<A> {
  /** User → id → message, oldest first: `Map` keeps the order of insertion. */
  readonly #users = new Map<FoldedName, Map<string, Taken<A>>>();

  /** The message that `user` already sent under `id`. */
  find(user: FoldedName, id: string, nowMs: number): Taken<A> | undefined {
    const taken = this.#users.get(user)?.get(id);
    return taken !== undefined && nowMs - taken.atMs < RECENT_ID_MS ? taken : undefined;
  }

  /** Remembers that `user` sent a message under `id`. */
  remember(user: FoldedName, id: string, nowMs: number): Taken<A> {
    let ids = this.#users.get(user);
    if (ids === undefined) this.#users.set(user, ids = new Map());
    ids.delete(id);
    prune(ids, nowMs);
    const taken = new Taken<A>(nowMs);
    ids.set(id, taken);
    return taken;
  }

  /** The message under `id` was not stored after all. */
  forget(user: FoldedName, id: string): void {
    this.#users.get(user)?.delete(id);
  }

  /** Drops what is too old, of all users. To be called now and then. */
  sweep(nowMs: number): void {
    for (const [user, ids] of this.#users) {
      prune(ids, nowMs);
      if (ids.size === 0) this.#users.delete(user);
    }
  }
}

function prune<A>(ids: Map<string, Taken<A>>, nowMs: number): void {
  for (const [id, taken] of ids) {
    if (ids.size < RECENT_IDS_PER_USER_MAX && nowMs - taken.atMs < RECENT_ID_MS) return;
    ids.delete(id);
  }
}
