/**
 * Which views there are, and which of them is looked at.
 *
 * @module
 */

import { batch } from "@preact/signals";
import { unmarked } from "../../../../talk/mod.ts";
import { attention } from "./attention.ts";
import { askNewest } from "./history.ts";
import { changed, current, currentKey, views } from "../state.ts";
import { follow, seen } from "./unread.ts";
import { LINES_MAX, View, viewKey } from "./view.ts";

/** Makes sure that there is such a view. */
export function openView(kind: View["kind"], name: string): View {
  const key = viewKey(kind, name);
  const known = views.value.find((view) => view.key === key);
  if (known !== undefined) return known;
  const view = new View(kind, name);
  const all = [...views.value, view];
  views.value = [
    ...all.filter(({ kind }) => kind === "room"),
    ...all.filter(({ kind }) => kind === "private"),
  ];
  return view;
}

/** Takes a view away, unless something in it was not sent. */
export function closeView(view: View): void {
  if (view.pending.length > 0) {
    view.notice("There are messages here that are not acknowledged.", "error", Date.now());
    return changed();
  }
  const rest = views.value.filter(({ key }) => key !== view.key);
  if (rest.length === 0) return;
  batch(() => {
    views.value = rest;
    // Where its reader is now, they went by themselves.
    currentKey.value = current.peek().key;
  });
}

/** The list says whether its reader is above the end. */
export function looksBack(back: boolean): void {
  attention.back = back;
  if (!back) current.value.trim(LINES_MAX);
}

/** Looks at a view. What is typed waits in its own view. */
export function look(key: string, draft: string): void {
  const before = current.value;
  if (before.key === key) return seen();
  before.draft = draft;
  follow(before, unmarked(before.reading));
  before.trim(LINES_MAX);
  attention.back = false;
  batch(() => {
    currentKey.value = key;
    seen();
  });
}

/** Says something to the reader, where they are. */
export function tell(text: string, tone: "info" | "error" = "info"): void {
  current.value.notice(text, tone, Date.now());
  changed();
}

/** Opens the conversation with somebody. */
export function query(name: string, draft: string): void {
  const view = openView("private", name);
  if (view.older === "unasked") void askNewest(view);
  look(view.key, draft);
}
