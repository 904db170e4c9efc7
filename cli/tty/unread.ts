/**
 * What is new in a view: the mark above the first line that its reader has not seen, and how far they have read.
 *
 * ```text
 *   12:03 anna see you
 *   ─── new since you left ───────
 *   12:40 ben  has anybody seen anna?
 * ```
 *
 * It is set by the first message that comes while its reader does not look: another view is on the screen, they have scrolled
 * back, or they were away and their account comes in. It stays while they look at it. It goes when they say something here, or go
 * elsewhere: then everything has been seen. The mark is no line of its own but a row of the line below it, so nothing moves
 * when it comes or goes but what stands above it.
 *
 * What is counted and marked is decided by the rules of all clients (`talk/reading.ts`), in seqs; here is where that is on the screen.
 *
 * @module
 */

import type { NewMessage, PrivateMessage, ReadPlace } from "../../server/wire/mod.ts";
import { came, NEW_SINCE, type Reading, sawTo, unmarked } from "../../talk/mod.ts";
import { backwards } from "./lines.ts";
import type { Row } from "./style.ts";
import type { View } from "./view.ts";
import { fit } from "./width.ts";

const LABEL = `─── ${NEW_SINCE} `;

/** How a message came into a view. */
export interface Came {
  readonly mine: boolean;
  /** Whether the view is on the screen. */
  readonly shown: boolean;
  /** Whether it is meant for the reader. */
  readonly urgent: boolean;
  /** Whether it was hidden from them. */
  readonly hidden: boolean;
}

/** A message has come into the view: what does its reader know now? */
export function counted(view: View, { seq }: NewMessage | PrivateMessage, how: Came): View {
  const here = how.shown && view.anchor === undefined;
  const reading = came(view.reading, { ...how, seq, here });
  const isFirst = view.newFrom === undefined && reading.mark !== undefined && seq > reading.mark;
  const newFrom = isFirst && !how.mine && !how.hidden ? view.lines.end - 1 : view.newFrom;
  return reading.mark === view.reading.mark || isFirst
    ? { ...view, reading, newFrom }
    : marked({ ...view, reading });
}

/** The view with other knowledge of what is read, and the mark where that says. */
export function withReading(view: View, reading: Reading): View {
  if (reading === view.reading) return view;
  const next = { ...view, reading };
  return reading.mark === view.reading.mark ? next : marked(next);
}

/** The view with its mark above the first line behind it. */
export function marked(view: View): View {
  const { reading: { mark }, lines, rememberedUntil } = view;
  let newFrom: number | undefined;
  if (mark !== undefined) {
    for (const [position, line] of backwards(lines, Math.max(lines.first, rememberedUntil))) {
      if (line.kind !== "message") continue;
      if (line.seq <= mark) break;
      newFrom = position;
    }
  }
  return newFrom === view.newFrom ? view : { ...view, newFrom };
}

/** The view is on the screen: what of it was seen? */
export function lookedAt(view: View): View {
  const { anchor, kind, older, newestSeq = 0, reading } = view;
  if (anchor !== undefined) return view;
  // Whispers of others who had these names before are counted by the server, and told to nobody.
  const whole = kind === "private" && (older === "more" || older === "none");
  return withReading(view, sawTo(reading, whole ? Math.max(newestSeq, reading.head) : newestSeq));
}

/** Another view comes on the screen: all that is here was seen. */
export function leftBehind(view: View, draft: string): View {
  return withReading({ ...view, draft }, unmarked(view.reading));
}

/** The position of the first unread line that is kept; `undefined` when all were seen. */
export function firstUnread({ newFrom, lines }: View): number | undefined {
  return newFrom === undefined ? undefined : Math.max(newFrom, lines.first);
}

/** Where the view's position is, as the server names it. */
export function placeOf({ kind, name }: View): ReadPlace {
  return kind === "room" ? { room: name } : { with: name };
}

/** The mark, as wide as the screen. */
export function markRow(width: number): Row {
  return [{ text: fit(LABEL.padEnd(width, "─"), width), role: "mark" }];
}
