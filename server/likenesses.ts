/**
 * Who has a name that looks like another one.
 *
 * Two names within ASCII are alike only by a stricter look, if at all (see `wire/names/looks.ts`), so they are kept apart
 * from the others: of a look there is at most one holder whose name is not plain, and any number of plain ones. Each
 * question costs a look-up per look of the name, however many are here.
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
  /** The plain ones by what they look like to each other. */
  readonly #twins = new Map<string, Set<T>>();
  readonly #twinLookOf: ((name: string) => string) | undefined;

  /** @param twinLookOf What a plain name looks like beside other plain ones; without it, no two of them are alike. */
  constructor(twinLookOf?: (name: string) => string) {
    this.#twinLookOf = twinLookOf;
  }

  /** Takes a holder in. */
  add(holder: T): void {
    for (const [holders, look] of this.#placesOf(holder.name)) {
      const known = holders.get(look);
      if (known === undefined) holders.set(look, new Set([holder]));
      else known.add(holder);
    }
  }

  /** Forgets a holder. Idempotent. */
  delete(holder: T): void {
    for (const [holders, look] of this.#placesOf(holder.name)) {
      const known = holders.get(look);
      if (known?.delete(holder) && known.size === 0) holders.delete(look);
    }
  }

  /** Somebody but `self` whose name looks like `name`, if there is anybody. */
  of(name: string, self?: T): T | undefined {
    const plain = isPlain(name);
    for (const look of looksOf(name)) {
      const found = other(this.#others.get(look), self) ??
        (plain ? undefined : other(this.#plain.get(look), self));
      if (found !== undefined) return found;
    }
    const twinLook = plain ? this.#twinLookOf?.(name) : undefined;
    return twinLook === undefined ? undefined : other(this.#twins.get(twinLook), self);
  }

  *#placesOf(name: string): Iterable<readonly [Map<string, Set<T>>, string]> {
    const plain = isPlain(name);
    for (const look of looksOf(name)) yield [plain ? this.#plain : this.#others, look];
    if (plain && this.#twinLookOf !== undefined) yield [this.#twins, this.#twinLookOf(name)];
  }
}

function other<T>(holders: ReadonlySet<T> | undefined, self: T | undefined): T | undefined {
  for (const holder of holders ?? []) if (holder !== self) return holder;
  return undefined;
}
