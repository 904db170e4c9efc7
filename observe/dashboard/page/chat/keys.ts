/**
 * Keys that mean the same wherever one is on the page.
 *
 * | key | leads to |
 * |---|---|
 * | Alt+Up, Alt+Down | the view before, the next one |
 * | Alt+A | the next view in which something is new, mentions first |
 * | Alt+U | the first line that is new here |
 * | Alt+N | the next line that names the reader, here or in another view |
 * | Page up, Page down while writing | other lines of this view |
 * | Ctrl+F | the search here; pressed there again, the browser's own |
 *
 * @module
 */

import { draft } from "./draft.ts";
import { jump, jumpToFresh } from "./jump.ts";
import { readAt, scrollPage } from "./log.tsx";
import type { Spot } from "../../../../talk/mod.ts";
import { mentionAfter, nextActive } from "./mentions.ts";
import { look } from "./places.ts";
import { beginSearch } from "./searching.ts";
import { current, views } from "../state.ts";

let lastMention: Spot | undefined;

/** What a key does; the event is used up when it does something. */
export function onPageKey(event: KeyboardEvent): void {
  if (event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "f") {
    return onSearchKey(event);
  }
  if (event.target instanceof HTMLTextAreaElement && /^Page(Up|Down)$/.test(event.key)) {
    event.preventDefault();
    return scrollPage(event.key === "PageUp" ? -1 : 1);
  }
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  if (onAlt(event)) event.preventDefault();
}

function onSearchKey(event: KeyboardEvent): void {
  const field = document.getElementById("search");
  if (field !== null && field === document.activeElement) return;
  event.preventDefault();
  if (field === null) beginSearch(readAt());
  else field.focus();
}

function onAlt({ key, code }: KeyboardEvent): boolean {
  // With Option, some keyboards write other letters.
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace(/^Key/, "").toLowerCase();
  if (key === "ArrowUp") goBeside(-1);
  else if (key === "ArrowDown") goBeside(1);
  else if (letter === "a") go(nextActive(views.peek(), current.peek())?.key);
  else if (letter === "u") jumpToFresh();
  else if (letter === "n") goToMention();
  else return false;
  return true;
}

function go(key: string | undefined): void {
  if (key !== undefined) look(key, draft.read());
}

function goBeside(by: 1 | -1): void {
  const all = views.peek();
  go(all.at((all.indexOf(current.peek()) + by) % all.length)?.key);
}

function goToMention(): void {
  const spot = mentionAfter(views.peek(), current.peek(), lastMention);
  if (spot === undefined) return;
  lastMention = spot;
  go(spot.view);
  jump.value = { ...spot, block: "center" };
}
