/**
 * What the reader has before their eyes: a view counts as seen only while its end is on the screen.
 *
 * @module
 */

import { currentKey } from "../state.ts";
import type { View } from "./view.ts";

/** Whether the reader is above the end of what they look at: the list says so. */
export const attention: { back: boolean } = { back: false };

/** Whether its reader looks at older lines of that view. They keep them. */
export function isHeld(view: View): boolean {
  return attention.back && view.key === currentKey.peek();
}

/** Whether the end of that view is before the reader's eyes. On a phone the figures may be there instead. */
export function isSeen(view: View): boolean {
  return view.key === currentKey.peek() && !document.hidden && !attention.back &&
    (document.getElementById("panel-chat")?.checkVisibility() ?? true);
}
