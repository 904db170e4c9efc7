/**
 * An immutable list that grows at both ends, for what is shown in a room.
 *
 * ```text
 *   chunks   [ a b c ] [ d e f … ]     tail [ x y ]
 *   position   -3 …      0                      end - 1
 * ```
 *
 * Each item has a *position*, which it keeps for life: adding older items at the front gives them
 * smaller positions, dropping the oldest leaves the others as they were. So a place on the screen
 * can be remembered as a position, whatever arrives above or below it.
 *
 * Adding one item copies the tail only, and the list of chunks once in a while, when the tail is
 * full and becomes one of them; that is what keeps ten thousand messages cheap.
 *
 * @module
 */

/** Items of the tail at most: little to copy, and still few chunks in a list of usual length. */
const TAIL_ITEMS = 32;

/** The list. */
export interface Lines<T> {
  /** The older items; none of the chunks is empty. */
  readonly chunks: readonly (readonly T[])[];
  /** The newest items; empty only where there are none at all. */
  readonly tail: readonly T[];
  /** Position of the first item. */
  readonly first: number;
  /** Position after the last item. */
  readonly end: number;
}

/** The list without items. */
export const NO_LINES: Lines<never> = { chunks: [], tail: [], first: 0, end: 0 };

/** Adds an item at the end. */
export function append<T>(lines: Lines<T>, item: T): Lines<T> {
  const { chunks, tail, first, end } = lines;
  if (tail.length < TAIL_ITEMS) return { chunks, tail: [...tail, item], first, end: end + 1 };
  return { chunks: [...chunks, tail], tail: [item], first, end: end + 1 };
}

/** The newest item. */
export function newest<T>(lines: Lines<T>): T | undefined {
  return lines.tail.at(-1);
}

/** Puts another item in the place of the newest one. */
export function withNewest<T>(lines: Lines<T>, item: T): Lines<T> {
  return lines.tail.length === 0 ? lines : { ...lines, tail: lines.tail.with(-1, item) };
}

/** Adds older items at the front. */
export function prepend<T>(lines: Lines<T>, items: readonly T[]): Lines<T> {
  if (items.length === 0) return lines;
  const first = lines.first - items.length;
  if (lines.tail.length === 0) return { ...lines, tail: items, first };
  return { ...lines, chunks: [items, ...lines.chunks], first };
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
  let start = lines.end - lines.tail.length;
  if (position >= start) return lines.tail[position - start];
  for (let index = lines.chunks.length - 1; index >= 0; index--) {
    const chunk = lines.chunks[index] ?? [];
    start -= chunk.length;
    if (position >= start) return chunk[position - start];
  }
  return undefined;
}

/** The items after a change of some of them; what a change gives back as it was stays where it is. */
export function mapped<T>(
  lines: Lines<T>,
  from: number,
  change: (item: T) => T,
): Lines<T> {
  let start = lines.end;
  const part = (chunk: readonly T[]): readonly T[] => {
    start -= chunk.length;
    if (start + chunk.length <= from) return chunk;
    let next: T[] | undefined;
    for (const [index, item] of chunk.entries()) {
      const other = start + index < from ? item : change(item);
      if (other !== item) (next ??= [...chunk])[index] = other;
    }
    return next ?? chunk;
  };
  const tail = part(lines.tail);
  const chunks = lines.chunks.toReversed().map(part).toReversed();
  return { ...lines, chunks, tail };
}

/** The newest item, from a position on, that is as wanted. */
export function findNewest<T>(
  lines: Lines<T>,
  from: number,
  wanted: (item: T) => boolean,
): T | undefined {
  for (const [, item] of backwards(lines, from)) if (wanted(item)) return item;
  return undefined;
}

/** Items with their positions, newest first, down to a position. */
export function* backwards<T>(lines: Lines<T>, from: number): Generator<readonly [number, T]> {
  let position = lines.end;
  for (const chunk of [lines.tail, ...lines.chunks.toReversed()]) {
    for (const item of chunk.toReversed()) {
      if (--position < from) return;
      yield [position, item];
    }
  }
}

/** None of the items; those that come get the positions that they would have had. */
export function emptied<T>(lines: Lines<T>): Lines<T> {
  return { ...NO_LINES, first: lines.end, end: lines.end };
}

/** All items, oldest first. */
export function* items<T>(lines: Lines<T>): Generator<T> {
  for (const chunk of lines.chunks) yield* chunk;
  yield* lines.tail;
}
