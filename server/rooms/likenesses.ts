/**
 * Who has a name that looks like another one.
 *
 * Two names within ASCII are alike only by a stricter look, if at all (see `wire/names/looks.ts`), so they are kept apart
 * from the others: of a look there is at most one holder whose name is not plain, and any number of plain ones. Each
 * question costs a look-up per look of the name, however many are here. Mostly a look has one holder, who is kept as such: a set
 * for each would be a tenth of what a member costs.
 *
 * @module
 */

import { isPlain, looksOf } from "../wire/mod.ts";

interface Named {
  readonly name: string;
}

/** Who has a look, by looks. */
type Holders<T> = Map<string, T | Set<T>>;

/** Everybody who is here by what their names look like. */
export class Likenesses<T extends Named> {
  readonly #plain: Holders<T> = new Map();
  readonly #others: Holders<T> = new Map();
  /** The plain ones by what they look like to each other. */
  readonly #twins: Holders<T> = new Map();
  readonly #twinLookOf: ((name: string) => string) | undefined;

  /** @param twinLookOf What a plain name looks like beside other plain ones; without it, no two of them are alike. */
  constructor(twinLookOf?: (name: string) => string) {
    this.#twinLookOf = twinLookOf;
  }

  /** Takes a holder in. */
  add(holder: T): void {
    for (const [holders, look] of this.#placesOf(holder.name)) {
      const known = holders.get(look);
      if (known === undefined) holders.set(look, holder);
      else if (known instanceof Set) known.add(holder);
      else if (known !== holder) holders.set(look, new Set([known, holder]));
    }
  }

  /** Forgets a holder. Idempotent. */
  delete(holder: T): void {
    for (const [holders, look] of this.#placesOf(holder.name)) {
      const known = holders.get(look);
      if (known === holder) holders.delete(look);
      else if (known instanceof Set && known.delete(holder) && known.size === 0) {
        holders.delete(look);
      }
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

  *#placesOf(name: string): Iterable<readonly [Holders<T>, string]> {
    const plain = isPlain(name);
    for (const look of looksOf(name)) yield [plain ? this.#plain : this.#others, look];
    if (plain && this.#twinLookOf !== undefined) yield [this.#twins, this.#twinLookOf(name)];
  }
}

function other<T>(holders: T | ReadonlySet<T> | undefined, self: T | undefined): T | undefined {
  if (!(holders instanceof Set)) return holders === self ? undefined : holders as T | undefined;
  for (const holder of holders) if (holder !== self) return holder;
  return undefined;
}
