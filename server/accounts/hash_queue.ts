/**
 * Who waits for a password to be hashed: one line for each address, served in turn.
 *
 * ```text
 *   lines   a: ▮▮▮▮▮▮▮▮   b: ▮   c: ▮▮        served: a b c a c a a …
 *   full:   whoever stands last in the longest line gives way to somebody of a shorter one
 * ```
 *
 * A hash takes a core for tens of milliseconds, and the right password is no guess that runs dry: one queue for all would be
 * filled by two addresses, and nobody else could log in. So however many come from one address, others have as many turns
 * as it has. Pure.
 *
 * @module
 */

/** Somebody who waits. */
export interface HashWaiter {
  /** Its turn has come. */
  readonly serve: () => void;
  /** It gives way to others. */
  readonly refuse: () => void;
}

/** A queue with a line for each address. */
export class HashQueue {
  readonly #max: number;
  /** Whoever is served next stands in the first line. */
  readonly #lines = new Map<string, HashWaiter[]>();
  #size = 0;

  /** @param max How many may wait, in all lines. */
  constructor(max: number) {
    this.#max = max;
  }

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Takes somebody in. @returns Whether there is room, or somebody gave way. */
  push(line: string, waiter: HashWaiter): boolean {
    if (this.#size >= this.#max && !this.#makeRoom(line)) return false;
    const waiting = this.#lines.get(line);
    if (waiting === undefined) this.#lines.set(line, [waiter]);
    else waiting.push(waiter);
    this.#size++;
    return true;
  }

  /** Takes out whose turn it is; its line stands last then. */
  shift(): HashWaiter | undefined {
    for (const [line, waiting] of this.#lines) {
      const next = waiting.shift();
      this.#lines.delete(line);
      if (waiting.length > 0) this.#lines.set(line, waiting);
      this.#size--;
      return next;
    }
    return undefined;
  }

  /** Refuses the last one of the longest line. @returns Whether that is longer than the newcomer's would be. */
  #makeRoom(line: string): boolean {
    let longest = "";
    let length = (this.#lines.get(line)?.length ?? 0) + 1;
    for (const [other, waiting] of this.#lines) {
      if (waiting.length > length) [longest, length] = [other, waiting.length];
    }
    const last = this.#lines.get(longest)?.pop();
    if (last === undefined) return false;
    this.#size--;
    last.refuse();
    return true;
  }
}
