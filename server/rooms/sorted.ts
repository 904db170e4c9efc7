/**
 * A list in code unit order of names, made anew only when something has changed since it was asked for.
 *
 * Who holds the list may keep what was made of it under the list itself: another list means that something changed.
 *
 * @module
 */

/** Keeps things in order. */
export class Sorted<T> {
  readonly #all: () => Iterable<T>;
  readonly #nameOf: (one: T) => string;
  #list: readonly T[] | undefined;
  #touched = false;

  /**
   * @param all The things, in any order.
   * @param nameOf By what they are in order.
   */
  constructor(all: () => Iterable<T>, nameOf: (one: T) => string) {
    this.#all = all;
    this.#nameOf = nameOf;
  }

  /** One came or went. */
  changed(): void {
    this.#list = undefined;
  }

  /** One looks different from before, and stands where it stood. */
  touched(): void {
    this.#touched = true;
  }

  /** All in order. */
  get list(): readonly T[] {
    if (this.#list === undefined) this.#list = [...this.#all()].sort(this.#compare);
    else if (this.#touched) this.#list = [...this.#list];
    this.#touched = false;
    return this.#list;
  }

  readonly #compare = (one: T, other: T): number => {
    const [first, second] = [this.#nameOf(one), this.#nameOf(other)];
    return first < second ? -1 : first > second ? 1 : 0;
  };
}
