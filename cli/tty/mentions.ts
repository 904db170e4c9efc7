/**
 * The next line that names the reader, in the model of the terminal.
 *
 * @module
 */

import { type Mentioning, nextMention, type Spot } from "../../talk/mod.ts";
import { items } from "./lines.ts";
import type { Model } from "./model.ts";
import { firstUnread } from "./unread.ts";
import type { View } from "./view.ts";

/** Where the next mention is, or what is new in a conversation between two. */
export function mentionAfter({ views, current, lastMention }: Model): Spot | undefined {
  const [here, ...others] = [...views.slice(current), ...views.slice(0, current)];
  if (here === undefined) return undefined;
  return nextMention(mentioning(here), others.map(mentioning), lastMention);
}

function mentioning(view: View): Mentioning {
  return {
    key: view.key,
    kind: view.kind,
    fresh: firstUnread(view),
    mentions: () => {
      const positions: number[] = [];
      let position = view.lines.first;
      for (const line of items(view.lines)) {
        if (line.kind === "message" && line.mention) positions.push(position);
        position++;
      }
      return positions;
    },
  };
}
