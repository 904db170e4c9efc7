/**
 * Who has a name that looks like another one.
 *
 * Two names within ASCII do not count as alike (see `wire/names/looks.ts`), so they are kept apart from the others:
 * of a look there is at most one holder whose name is not plain, and any number of plain ones. Each question
 * costs a look-up per look of the name, however many are here.
 *
 * @module
 */

import { isPlain, looksOf } from "./wire/mod.ts";

interface Named {
  readonly name: string;
}

/** Everybody who is here by what their names look like. */
export class Likenesses<T extends Named> {
  readonly #plain = new Map<string, Set<T>>();
  readonly #others = new Map<string, Set<T>>();

  /** Takes a holder in. */
  add(holder: T): void {
    const holders = this.#holdersFor(holder.name);
    for (const look of looksOf(holder.name)) {
      const known = holders.get(look);
      if (known === undefined) holders.set(look, new Set([holder]));
      else known.add(holder);
    }
  }

  /** Forgets a holder. Idempotent. */
  delete(holder: T): void {
    const holders = this.#holdersFor(holder.name);
    for (const look of looksOf(holder.name)) {
      const known = holders.get(look);
      if (known?.delete(holder) && known.size === 0) holders.delete(look);
    }
  }

  /** Somebody whose name looks like `name`, if there is anybody. */
  of(name: string): T | undefined {
    const holders = isPlain(name) ? [this.#others] : [this.#others, this.#plain];
    for (const look of looksOf(name)) {
      for (const byLook of holders) {
        for (const holder of byLook.get(look) ?? []) return holder;
      }
    }
    return undefined;
  }

  #holdersFor(name: string): Map<string, Set<T>> {
    return isPlain(name) ? this.#plain : this.#others;
  }
}
