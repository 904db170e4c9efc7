/**
 * Who has a name that looks like another one.
 *
 * Two names within ASCII are alike only by a stricter look, if at all (see `wire/names/looks.ts`), so they are kept apart
 * from the others: of a look there is at most one holder whose name is not plain, and any number of plain ones. Each
 * question costs a look-up per look of the name, however many are here. Mostly a look has one holder, who is kept as such: a set
 * for each would be a tenth of what a member costs. As long as all names are plain, they are kept by one look each.
 *
 * @module
 */

import { isPlain, looksOf } from "./looks.ts";

interface Named {
  readonly name: string;
}

/** Who has a look, by looks. */
type Holders<T> = Map<string, T | Set<T>>;

/** Everybody who is here by what their names look like. */
export class Likenesses<T extends Named> {
  /** The plain ones by what they look like to others; made when the first one comes whose name is not plain. */
  #plain: Holders<T> | undefined;
  readonly #others: Holders<T> = new Map();
  /** The plain ones by what they look like to each other. */
  readonly #twins: Holders<T> = new Map();
  readonly #twinLookOf: (name: string) => string;
  readonly #hasTwins: boolean;
  /** The look that was asked for last: who comes in is looked for, and is then one to be found. */
  #lastName = "";
  #lastLook = "";

  /** @param twinLookOf What a plain name looks like beside other plain ones; without it, no two of them are alike. */
  constructor(twinLookOf?: (name: string) => string) {
    this.#hasTwins = twinLookOf !== undefined;
    this.#twinLookOf = twinLookOf ?? ((name) => name);
  }

  /** Takes a holder in. */
  add(holder: T): void {
    const { name } = holder;
    if (isPlain(name)) put(this.#twins, this.#twinLook(name), holder);
    const holders = isPlain(name) ? this.#plain : this.#others;
    if (holders !== undefined) { for (const look of looksOf(name)) put(holders, look, holder); }
  }

  /** Forgets a holder. Idempotent. */
  delete(holder: T): void {
    const { name } = holder;
    if (isPlain(name)) take(this.#twins, this.#twinLook(name), holder);
    const holders = isPlain(name) ? this.#plain : this.#others;
    if (holders !== undefined) { for (const look of looksOf(name)) take(holders, look, holder); }
  }

  /** Somebody but `self` whose name looks like `name`, if there is anybody. */
  of(name: string, self?: T): T | undefined {
    if (isPlain(name)) {
      const found = this.#others.size === 0 ? undefined : among(this.#others, name, self);
      if (found !== undefined || !this.#hasTwins) return found;
      return other(this.#twins.get(this.#twinLook(name)), self);
    }
    return among(this.#others, name, self) ?? among(this.#plainByLook(), name, self);
  }

  #twinLook(name: string): string {
    if (name !== this.#lastName) {
      this.#lastName = name;
      this.#lastLook = this.#twinLookOf(name);
    }
    return this.#lastLook;
  }

  #plainByLook(): Holders<T> {
    if (this.#plain !== undefined) return this.#plain;
    const plain: Holders<T> = this.#plain = new Map();
    for (const held of this.#twins.values()) {
      for (const holder of held instanceof Set ? held : [held]) {
        for (const look of looksOf(holder.name)) put(plain, look, holder);
      }
    }
    return plain;
  }
}

function put<T>(holders: Holders<T>, look: string, holder: T): void {
  const known = holders.get(look);
  if (known === undefined) holders.set(look, holder);
  else if (known instanceof Set) known.add(holder);
  else if (known !== holder) holders.set(look, new Set([known, holder]));
}

function take<T>(holders: Holders<T>, look: string, holder: T): void {
  const known = holders.get(look);
  if (known === holder) holders.delete(look);
  else if (known instanceof Set && known.delete(holder) && known.size === 0) holders.delete(look);
}

function among<T>(holders: Holders<T>, name: string, self: T | undefined): T | undefined {
  for (const look of looksOf(name)) {
    const found = other(holders.get(look), self);
    if (found !== undefined) return found;
  }
  return undefined;
}

function other<T>(holders: T | ReadonlySet<T> | undefined, self: T | undefined): T | undefined {
  if (!(holders instanceof Set)) return holders === self ? undefined : holders as T | undefined;
  for (const holder of holders) if (holder !== self) return holder;
  return undefined;
}
