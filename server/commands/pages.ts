/**
 * Lists in pages: what comes behind a name, up to a number, made once for each list.
 *
 * @module
 */

/** Pages that are kept of one list: the first ones, which are what is asked for. */
const PAGES_KEPT = 64;

const kept = new WeakMap<readonly unknown[], Map<number, unknown>>();

/** What a page is made of. */
export interface Paging<T, P> {
  /** In code unit order of names. Another list means that something changed. */
  readonly list: readonly T[];
  readonly nameOf: (one: T) => string;
  /** Only what comes behind this name. */
  readonly after: string | undefined;
  /** How many at most. */
  readonly max: number;
  /** Makes a page. @param more Whether the list goes on behind it. */
  readonly make: (part: readonly T[], more: boolean) => P;
}

/** A page: the same object for whoever asks for the same part of the same list. */
export function pageOf<T, P>({ list, nameOf, after, max, make }: Paging<T, P>): P {
  const start = after === undefined ? 0 : firstAfter(list, nameOf, after);
  let pages = kept.get(list) as Map<number, P> | undefined;
  if (pages === undefined) kept.set(list, pages = new Map<number, P>());
  const known = pages.get(start);
  if (known !== undefined) return known;
  const page = make(list.slice(start, start + max), start + max < list.length);
  if (pages.size < PAGES_KEPT) pages.set(start, page);
  return page;
}

/** Where the first stands whose name is larger. */
function firstAfter<T>(list: readonly T[], nameOf: (one: T) => string, after: string): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const one = list[middle];
    if (one !== undefined && nameOf(one) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
