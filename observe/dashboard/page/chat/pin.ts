/**
 * The conversation goes along with the moment that is pinned in a chart: what was said then is what one wants to read.
 *
 * @module
 */

import { effect } from "@preact/signals";
import { current, pinned } from "../state.ts";
import { askOlder } from "./history.ts";
import { jump } from "./jump.ts";
import type { View } from "./view.ts";

/** Pages of history that are fetched for it at most: a moment may be a quarter of an hour back, and a room busy. */
const PAGES_MAX = 8;

/** Follows the pinned moment. @param isAtEnd Whether the reader is at the end. @returns What stops it. */
export function followPin(isAtEnd: () => boolean): () => void {
  let goesBack = false;
  let before: number | undefined;
  return effect(() => {
    const at = pinned.value;
    const view = current.value;
    if (at !== undefined) {
      if (before === undefined) goesBack = isAtEnd();
      void goTo(view, at);
    } else if (before !== undefined && goesBack) {
      jump.value = { view: view.key, position: "end", block: "start" };
    }
    before = at;
  });
}

/** Goes to the line that was said last before a moment, or to the oldest one that there is. */
async function goTo(view: View, at: number): Promise<void> {
  const isWanted = () => pinned.peek() === at && current.peek() === view;
  for (let pages = 0; pages < PAGES_MAX && isWanted(); pages++) {
    if (view.older !== "more" || (view.lines[0]?.at ?? 0) <= at) break;
    await askOlder(view);
  }
  if (!isWanted() || view.lines.length === 0) return;
  const line = Math.max(0, view.lines.findLastIndex((line) => line.at <= at));
  jump.value = { view: view.key, position: view.first + line, block: "center" };
}
