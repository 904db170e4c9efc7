/**
 * Where the reader is wanted next: a line that names them, or a view in which something is new. Pure.
 *
 * @module
 */

import type { View } from "./view.ts";

/** A line of a view. */
export interface Spot {
  /** The view's key. */
  readonly view: string;
  readonly position: number;
}

/**
 * The next mention: below the last one that was gone to, or in this view below the mark of what is new; then in the
 * other views, what is new there first; and then from the top of this view.
 */
export function nextMention(
  views: readonly View[],
  here: View,
  last: Spot | undefined,
): Spot | undefined {
  const visited = last?.view === here.key ? last.position + 1 : -Infinity;
  const start = Math.max(visited, here.newFrom ?? -Infinity);
  const below = start === -Infinity
    ? []
    : mentionsIn(here).filter(({ position }) => position >= start);
  const elsewhere = behind(views, here).flatMap((view) => {
    const all = mentionsIn(view);
    const fresh = all.filter(({ position }) => position >= (view.newFrom ?? Infinity));
    return fresh.length > 0 ? fresh : all;
  });
  return [...below, ...elsewhere, ...mentionsIn(here)][0];
}

/** The next view in which something is new; where the reader is named comes first. */
export function nextActive(views: readonly View[], here: View): View | undefined {
  const others = behind(views, here);
  return others.find(({ mentions }) => mentions > 0) ?? others.find(({ unread }) => unread > 0);
}

/** The other views, beginning behind this one. */
function behind(views: readonly View[], here: View): View[] {
  const at = views.indexOf(here);
  return [...views.slice(at + 1), ...views.slice(0, Math.max(0, at))];
}

/** Of a conversation between two, where every message is meant for the reader, what is new. */
function mentionsIn({ key, kind, lines, first, newFrom }: View): Spot[] {
  if (kind === "private") {
    return newFrom === undefined ? [] : [{ view: key, position: Math.max(newFrom, first) }];
  }
  return lines.flatMap((line, index) =>
    line.kind === "said" && line.mention ? [{ view: key, position: first + index }] : []
  );
}
