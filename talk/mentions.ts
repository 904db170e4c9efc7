/**
 * Where the reader is named: whether a text does it, and which line with it comes next.
 *
 * @module
 */

export { mentions } from "../server/wire/names/mod.ts";

/** A line of a view. */
export interface Spot {
  /** The view's key. */
  readonly view: string;
  readonly position: number;
}

/** What a view tells of its lines. */
export interface Mentioning {
  readonly key: string;
  readonly kind: "room" | "private";
  /** The first line that is new to the reader. */
  readonly fresh: number | undefined;
  /** Positions of the lines that name the reader, oldest first. Asked of a room. */
  readonly mentions: () => readonly number[];
}

/**
 * The next mention: below the last one that was gone to, or in this view below the mark of what is new; then in the
 * other views, what is new there first; and then from the top of this view.
 */
export function nextMention(
  here: Mentioning,
  others: readonly Mentioning[],
  last: Spot | undefined,
): Spot | undefined {
  const visited = last?.view === here.key ? last.position + 1 : -Infinity;
  const start = Math.max(visited, here.fresh ?? -Infinity);
  const all = spotsIn(here);
  const below = start === -Infinity ? [] : all.filter(({ position }) => position >= start);
  const elsewhere = others.flatMap((view) => {
    const spots = spotsIn(view);
    const fresh = spots.filter(({ position }) => position >= (view.fresh ?? Infinity));
    return fresh.length > 0 ? fresh : spots;
  });
  return [...below, ...elsewhere, ...all][0];
}

/** Of a conversation between two, where every message is meant for the reader, what is new. */
function spotsIn({ key, kind, fresh, mentions }: Mentioning): Spot[] {
  if (kind === "private") return fresh === undefined ? [] : [{ view: key, position: fresh }];
  return mentions().map((position) => ({ view: key, position }));
}
