/**
 * Streams by their slots: numbers that only grow, of which old ones fall away.
 *
 * Pages of 4096, so that finding one is two array accesses, and a page whose streams have all ended costs nothing.
 *
 * @module
 */

import { SLOTS_PER_PAGE } from "./limits.ts";

const PAGE_BITS = Math.log2(SLOTS_PER_PAGE);

interface Page<T> {
  readonly entries: (T | undefined)[];
  count: number;
}

/** A table by slot. */
export class Slots<T> {
  readonly #pages = new Map<number, Page<T>>();
  /** The page that was used last: neighbours are asked for together. */
  #latest: Page<T> | undefined;
  #latestNumber = -1;

  /** What is under a slot. */
  get(slot: number): T | undefined {
    return this.#page(slot)?.entries[slot & (SLOTS_PER_PAGE - 1)];
  }

  /** Puts something under a slot. */
  set(slot: number, entry: T): void {
    const page = this.#page(slot) ?? this.#newPage(slot);
    const at = slot & (SLOTS_PER_PAGE - 1);
    if (page.entries[at] === undefined) page.count++;
    page.entries[at] = entry;
  }

  /** Takes away what is under a slot. */
  delete(slot: number): void {
    const page = this.#page(slot);
    const at = slot & (SLOTS_PER_PAGE - 1);
    if (page?.entries[at] === undefined) return;
    page.entries[at] = undefined;
    if (--page.count > 0) return;
    this.#pages.delete(slot >>> PAGE_BITS);
    this.#latestNumber = -1;
  }

  /** Everything, page by page in the order in which these came to be. What is taken away meanwhile does not come. */
  *values(): Generator<T> {
    for (const { entries } of this.#pages.values()) {
      for (const entry of entries) if (entry !== undefined) yield entry;
    }
  }

  #page(slot: number): Page<T> | undefined {
    const number = slot >>> PAGE_BITS;
    if (number === this.#latestNumber) return this.#latest;
    const page = this.#pages.get(number);
    if (page === undefined) return undefined;
    this.#latest = page;
    this.#latestNumber = number;
    return page;
  }

  #newPage(slot: number): Page<T> {
    const page: Page<T> = { entries: new Array(SLOTS_PER_PAGE).fill(undefined), count: 0 };
    this.#pages.set(slot >>> PAGE_BITS, page);
    this.#latestNumber = -1;
    return page;
  }
}
