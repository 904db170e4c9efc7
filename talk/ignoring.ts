/**
 * What is hidden of somebody whom the reader ignores: what they say, offer, set and put to the words of others, and that they
 * come and go. What moderators do is told whoever does it, since it is about the room; an invitation is not.
 *
 * @module
 */

import { foldText } from "../server/wire/names/mod.ts";

/** Names that a client keeps at most: with more than that somebody has quarrelled enough to leave. */
export const IGNORED_MAX = 1_000;

/** An event of the server, as far as somebody did it. */
export interface Doing {
  readonly type: string;
  readonly from?: unknown;
  readonly by?: unknown;
  readonly username?: unknown;
  readonly act?: unknown;
}

/** Whether what happened is hidden. @param ignored Folded names. */
export function isHidden(event: Doing, ignored: Pick<ReadonlySet<string>, "has">): boolean {
  const name = doer(event);
  return typeof name === "string" && ignored.has(foldText(name));
}

/** Who did what could be hidden. */
function doer({ type, from, by, username, act }: Doing): unknown {
  switch (type) {
    case "NewMessage":
    case "PrivateMessage":
    case "FileOffer":
    case "Typing":
      return from;
    case "Topic":
    case "Reactions":
      return by;
    case "UserJoined":
    case "UserLeft":
      return username;
    case "Order":
      return act === "invite" ? by : undefined;
    default:
      return undefined;
  }
}
