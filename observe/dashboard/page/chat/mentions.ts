/**
 * Where the reader is wanted next: a line that names them, or a view in which something is new. Pure.
 *
 * @module
 */

import { type Mentioning, nextMention, type Spot } from "../../../../talk/mod.ts";
import type { View } from "./view.ts";

/** Where the next mention is, behind the last one that was gone to. */
export function mentionAfter(
  views: readonly View[],
  here: View,
  last: Spot | undefined,
): Spot | undefined {
  return nextMention(mentioning(here), behind(views, here).map(mentioning), last);
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

function mentioning({ key, kind, lines, first, newFrom }: View): Mentioning {
  return {
    key,
    kind,
    fresh: newFrom === undefined ? undefined : Math.max(newFrom, first),
    mentions: () =>
      lines.flatMap((line, index) => line.kind === "said" && line.mention ? [first + index] : []),
  };
}
