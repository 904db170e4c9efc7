/**
 * What the model makes of a search in the view: Ctrl+s, then typing, and where it leads.
 *
 * | key | does |
 * |---|---|
 * | text, Backspace | the newest match above where one was, at once |
 * | Ctrl+r, Up | the match above |
 * | Ctrl+s, Down | the match below |
 * | Enter | ends it, at the match |
 * | Esc, Ctrl+c, Ctrl+g | ends it, where one was |
 *
 * Any other key ends it at the match and does what it always does. While a search goes on, the
 * screen stands still, also at the newest line.
 *
 * @module
 */

import { nextMatch } from "../../talk/mod.ts";
import { changed, currentView, type Model, type SearchMode } from "./model.ts";
import { conversationArea } from "./screen.ts";
import { heldAt, jumped } from "./scroll.ts";
import { matches } from "./search.ts";

/** Begins a search where the reader is. */
export function searchBegun(model: Model): Model {
  const { anchor, lines } = currentView(model);
  const from = anchor?.position ?? lines.end - 1;
  return { ...model, mode: { kind: "search", query: "", found: undefined, from, origin: anchor } };
}

/** Looks for what is typed now. */
export function searchedFor(model: Model, mode: SearchMode, query: string): Model {
  const found = nextMatch(matches(currentView(model), query), mode.from + 1, "up");
  return shownAt(model, { ...mode, query, found });
}

/** The model after a key of the search; `undefined` when the key is none. */
export function onSearchKey(model: Model, name: string, mode: SearchMode): Model | undefined {
  switch (name) {
    case "ctrl+r":
    case "up":
      return searchedOn(model, mode, "up");
    case "ctrl+s":
    case "down":
      return searchedOn(model, mode, "down");
    case "backspace":
      return searchedFor(model, mode, [...mode.query].slice(0, -1).join(""));
    case "enter":
      return searchEnded(model);
    case "escape":
    case "ctrl+c":
    case "ctrl+g":
      return searchEnded(backAtOrigin(model, mode));
    default:
      return undefined;
  }
}

/** Ends a search and leaves the view as it is. */
export function searchEnded(model: Model): Model {
  return { ...model, mode: { kind: "edit", cycle: undefined } };
}

function searchedOn(model: Model, mode: SearchMode, direction: "up" | "down"): Model {
  const found = matches(currentView(model), mode.query);
  return shownAt(model, { ...mode, found: nextMatch(found, mode.found ?? mode.from, direction) });
}

/** Goes to what was found; where nothing was, to where the search began. */
function shownAt(model: Model, mode: SearchMode): Model {
  const next = { ...model, mode };
  const { found } = mode;
  if (found === undefined) return backAtOrigin(next, mode);
  const area = conversationArea(next);
  const above = Math.floor(area.rows / 2);
  return changed(
    next,
    currentView(next).key,
    (view) => jumped(view, found, { above, hold: true, area }),
  );
}

function backAtOrigin(model: Model, { origin }: SearchMode): Model {
  return changed(model, currentView(model).key, (view) => heldAt(view, origin));
}
