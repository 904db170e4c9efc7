/**
 * An immutable list that grows at both ends, for what is shown in a room.
 *
 * ```text
 *   chunks   [ a b c ] [ d e f … ] [ x y ]
 *   position   -3 …      0            end - 1
 * ```
 *
 * Each item has a *position*, which it keeps for life: adding older items at the front gives them
 * smaller positions, dropping the oldest leaves the others as they were. So a place on the screen
 * can be remembered as a position, whatever arrives above or below it.
 *
 * Adding one item copies one chunk and the list of chunks, not the list; that is what keeps ten
 * thousand messages cheap.
 *
 * @module
 */

/** Items of a chunk at most: about the square root of the list's usual length. */
const CHUNK_ITEMS = 64;

/** The list. */
export interface Lines<T> {
  /** None of them is empty. */
  readonly chunks: readonly (readonly T[])[];
  /** Position of the first item. */
  readonly first: number;
  /** Position after the last item. */
  readonly end: number;
}

/** The list without items. */
export const NO_LINES: Lines<never> = { chunks: [], first: 0, end: 0 };

/** Adds an item at the end. */
export function append<T>(lines: Lines<T>, item: T): Lines<T> {
  const last = lines.chunks.at(-1);
  const chunks = last !== undefined && last.length < CHUNK_ITEMS
    ? [...lines.chunks.slice(0, -1), [...last, item]]
    : [...lines.chunks, [item]];
  return { ...lines, chunks, end: lines.end + 1 };
}

/** Adds older items at the front. */
export function prepend<T>(lines: Lines<T>, items: readonly T[]): Lines<T> {
  if (items.length === 0) return lines;
  return { ...lines, chunks: [items, ...lines.chunks], first: lines.first - items.length };
}

/** Drops whole chunks of the oldest items while at least `keep` items stay. */
export function dropOldest<T>(lines: Lines<T>, keep: number): Lines<T> {
  let first = lines.first;
  let dropped = 0;
  for (const chunk of lines.chunks) {
    if (lines.end - first - chunk.length < keep) break;
    first += chunk.length;
    dropped++;
  }
  return dropped === 0 ? lines : { ...lines, chunks: lines.chunks.slice(dropped), first };
}

/** The item at a position. */
export function at<T>(lines: Lines<T>, position: number): T | undefined {
  let start = lines.end;
  for (let index = lines.chunks.length - 1; index >= 0; index--) {
    const chunk = lines.chunks[index] ?? [];
    start -= chunk.length;
    if (position >= start) return chunk[position - start];
  }
  return undefined;
}

/** All items, oldest first. */
export function* items<T>(lines: Lines<T>): Generator<T> {
  for (const chunk of lines.chunks) yield* chunk;
}
