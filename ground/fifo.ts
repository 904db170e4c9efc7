/**
 * A queue whose ends both cost the same, however many are in it.
 *
 * @module
 */

/** First in, first out. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #first = 0;

  /** How many are in it. */
  get size(): number {
    return this.#items.length - this.#first;
  }

  /** The one that `shift` gives next. */
  get first(): T | undefined {
    return this.#items[this.#first];
  }

  /** The one that was put in last. */
  get last(): T | undefined {
    return this.size === 0 ? undefined : this.#items.at(-1);
  }

  /** Puts one at the end. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the first; `undefined` when there is none. */
  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first++] = undefined;
    if (this.#first === this.#items.length) {
      this.#items = [];
      this.#first = 0;
    } else if (this.#first > 1_024 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}
