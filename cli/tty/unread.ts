/**
 * The mark above the first line that its reader has not seen.
 *
 * ```text
 *   12:03 anna see you
 *   ─── new ──────────────────────
 *   12:40 ben  has anybody seen anna?
 * ```
 *
 * It is set by the first message that comes while another view is on the screen, and it stays while
 * its reader looks at it. It goes when they say something here, or go elsewhere: then everything
 * has been seen. The mark is no line of its own but a row of the line below it, so nothing moves
 * when it comes or goes but what stands above it.
 *
 * @module
 */

import type { Row } from "./style.ts";
import type { View } from "./view.ts";
import { fit } from "./width.ts";

const LABEL = "─── new ";

/** Where a message begins that was not seen, and whether it is meant for the reader. */
interface Unseen {
  readonly from: number;
  readonly urgent: boolean;
}

/** A message came that its reader does not see, because another view is on the screen. */
export function unseen(view: View, { from, urgent }: Unseen): View {
  return {
    ...view,
    unread: view.unread + 1,
    mentions: view.mentions + (urgent ? 1 : 0),
    newFrom: view.newFrom ?? from,
  };
}

/** The view comes on the screen: nothing in it is counted any more, and a mark says what is new. */
export function lookedAt(view: View): View {
  return view.unread === 0 ? view : { ...view, unread: 0, mentions: 0 };
}

/** Another view comes on the screen: all that is here was seen. */
export function leftBehind(view: View, draft: string): View {
  return { ...view, draft, newFrom: undefined };
}

/** The position of the first unread line that is kept; `undefined` when all were seen. */
export function firstUnread({ newFrom, lines }: View): number | undefined {
  return newFrom === undefined ? undefined : Math.max(newFrom, lines.first);
}

/** The mark, as wide as the screen. */
export function markRow(width: number): Row {
  return [{ text: fit(LABEL.padEnd(width, "─"), width), role: "mark" }];
}
