/**
 * Where the reader is named: whether a text does it, and which line with it comes next.
 *
 * @module
 */

import { foldText } from "../../server/wire/mod.ts";
import { items } from "./lines.ts";
import type { Model } from "./model.ts";
import { firstUnread } from "./unread.ts";
import type { View } from "./view.ts";

/** A line of a view. */
export interface Place {
  /** The view's key. */
  readonly view: string;
  readonly position: number;
}

/** Whether a text names somebody: the name stands in it as a word. */
export function mentions(text: string, name: string): boolean {
  const folded = foldText(text);
  const word = foldText(name);
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
    const before = folded.slice(Math.max(0, at - 2), at);
    const after = folded.slice(at + word.length, at + word.length + 2);
    if (!/[\p{L}\p{N}_]$/u.test(before) && !/^[\p{L}\p{N}_]/u.test(after)) return true;
  }
  return false;
}

/**
 * The next mention: below the last one that was jumped to, or in this view below the mark of what
 * is new; then in the other views, what is new there first; and then from the top of this view.
 */
export function nextMention({ views, current, lastMention }: Model): Place | undefined {
  const [here, ...others] = [...views.slice(current), ...views.slice(0, current)];
  if (here === undefined) return undefined;
  const visited = lastMention?.view === here.key ? lastMention.position + 1 : -Infinity;
  const start = Math.max(visited, firstUnread(here) ?? -Infinity);
  const below = start === -Infinity
    ? []
    : placesIn(here).filter((place) => place.position >= start);
  const elsewhere = others.flatMap((view) => {
    const all = placesIn(view);
    const unread = all.filter(({ position }) => position >= (firstUnread(view) ?? Infinity));
    return unread.length > 0 ? unread : all;
  });
  return [...below, ...elsewhere, ...placesIn(here)][0];
}

/** Of a conversation between two, where every message is meant for the reader, what is new. */
function placesIn(view: View): Place[] {
  if (view.kind === "private") {
    const position = firstUnread(view);
    return position === undefined ? [] : [{ view: view.key, position }];
  }
  const places: Place[] = [];
  let position = view.lines.first;
  for (const line of items(view.lines)) {
    if (line.kind === "message" && line.mention) places.push({ view: view.key, position });
    position++;
  }
  return places;
}
