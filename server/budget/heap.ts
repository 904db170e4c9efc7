/**
 * Things by their size, the largest first: a heap. To put one in or to take the largest takes so few steps that, unlike sorting
 * all of them, it need not be divided.
 *
 * @module
 */

interface Entry<T> {
  readonly value: T;
  readonly size: number;
}

/** The largest is on top. */
export class Heap<T> {
  /** Each is no larger than the one at half of its place. */
  readonly #entries: Entry<T>[] = [];

  /** The largest; `undefined` when there is none. */
  get top(): Entry<T> | undefined {
    return this.#entries[0];
  }

  /** Puts one in. */
  push(value: T, size: number): void {
    const entries = this.#entries;
    const entry = { value, size };
    let place = entries.length;
    entries.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = entries[above] as Entry<T>;
      if (other.size >= size) break;
      entries[place] = other;
      place = above;
    }
    entries[place] = entry;
  }

  /** Takes the largest out. */
  pop(): Entry<T> | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return top;
    let place = 0;
    for (let below = 1; below < entries.length; below = 2 * place + 1) {
      const right = entries[below + 1];
      if (right !== undefined && right.size > (entries[below] as Entry<T>).size) below++;
      const larger = entries[below] as Entry<T>;
      if (larger.size <= last.size) break;
      entries[place] = larger;
      place = below;
    }
    entries[place] = last;
    return top;
  }
}
