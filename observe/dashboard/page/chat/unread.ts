/**
 * What its reader has not seen: counted, marked in the log, and rung for.
 *
 * The mark stands above the first line that came while they looked elsewhere. It stays while they look at it, and
 * goes when they say something or go elsewhere.
 *
 * @module
 */

import { bell, ring } from "./bell.ts";
import { changed, current, currentKey } from "../state.ts";
import type { Said } from "./said.ts";
import type { View } from "./view.ts";

/** Lines arrived that stand in the view now. */
export function heardIn(view: View, lines: readonly Said[]): void {
  const others = lines.filter(({ mine }) => !mine);
  const [first] = others;
  if (first === undefined) return;
  const urgent = others.filter(({ mention }) => mention || view.kind === "private");
  const away = currentKey.value !== view.key || document.hidden;
  if (away) {
    view.unread += others.length;
    view.mentions += urgent.length;
    view.newFrom ??= view.first + view.lines.lastIndexOf(first);
  }
  const wanted = bell.value === "all" || bell.value === "mention" && urgent.length > 0;
  if (wanted && (away || !document.hasFocus())) ring();
}

/** What is in the view that is looked at was seen. */
export function seen(): void {
  const view = current.value;
  if (view.unread === 0 && view.mentions === 0) return;
  view.unread = 0;
  view.mentions = 0;
  changed();
}
