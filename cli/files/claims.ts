/**
 * The locks of partial files that this program goes on with, for as long as it runs: also while nobody sends.
 *
 * A partial file is one session's, and two programs with one session would drive each other out of the server. So whoever
 * takes a session over holds all that it has left unfinished, and lets go of nothing that breaks off again: another
 * program in the same directory finds it held, and is somebody else.
 *
 * ```text
 *   lastSession ─ keep ─► Claims ─ take ─► PartialFile ─┬─ whole ─► released
 *                           ▲                           │
 *                           └────────── keep ───────────┴─ broke off
 * ```
 *
 * @module
 */

import type { Handle } from "./disk.ts";

/** Locks that are held and not in use. Disposing it gives them up. */
export class Claims implements Disposable {
  /** File → its lock. */
  readonly #locks = new Map<string, Disposable>();
  #closed = false;

  /** Keeps the lock on an open file. */
  async keep(handle: Handle, lock: Disposable): Promise<void> {
    let key: string | undefined;
    try {
      key = await keyOf(handle);
    } finally {
      if (key === undefined || this.#closed || this.#locks.has(key)) lock[Symbol.dispose]();
      else this.#locks.set(key, lock);
    }
  }

  /** The lock on an open file, which is the taker's from now on; `undefined` when it is not held here. */
  async take(handle: Handle): Promise<Disposable | undefined> {
    const key = await keyOf(handle);
    const lock = this.#locks.get(key);
    this.#locks.delete(key);
    return lock;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const lock of this.#locks.values()) lock[Symbol.dispose]();
    this.#locks.clear();
  }
}

async function keyOf(handle: Handle): Promise<string> {
  const { dev, ino } = await handle.stat({ bigint: true });
  return `${dev}:${ino}`;
}
