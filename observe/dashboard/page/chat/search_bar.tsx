/**
 * Where one types what is looked for, and sees how often it was found.
 *
 * @module
 */

import type { TargetedKeyboardEvent, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { draft } from "./draft.ts";
import { askOlder } from "./history.ts";
import { endSearch, findNext, found, lookFor, search } from "./searching.ts";
import { current, viewsChanged } from "../state.ts";

/** The search bar, while a search goes on. */
export function SearchBar(): VNode | null {
  return search.value === undefined ? null : <Bar query={search.value.query} />;
}

function Bar({ query }: { readonly query: string }): VNode {
  viewsChanged.value;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const view = current.value;
  const end = (stay: boolean): void => {
    endSearch(stay);
    draft.focus();
  };
  return (
    <div class="search" role="search">
      <label class="hidden" for="search">Search in this conversation</label>
      <input
        id="search"
        ref={field}
        type="text"
        placeholder={`Search in ${view.name}`}
        autocomplete="off"
        spellcheck={false}
        value={query}
        onInput={({ currentTarget }) => lookFor(currentTarget.value)}
        onKeyDown={(event) => onKeyDown(event, end)}
      />
      <span class="search-count" role="status">{counted()}</span>
      <button type="button" class="quiet" aria-label="Older match" onClick={() => findNext("up")}>
        <span aria-hidden="true">↑</span>
      </button>
      <button type="button" class="quiet" aria-label="Newer match" onClick={() => findNext("down")}>
        <span aria-hidden="true">↓</span>
      </button>
      {view.older !== "none" && (
        <button
          type="button"
          class="quiet"
          disabled={view.older !== "more"}
          onClick={() => void askOlder(view)}
        >
          Load older
        </button>
      )}
      <button type="button" class="quiet" onClick={() => end(true)}>Done</button>
    </div>
  );
}

function counted(): string {
  const now = search.value;
  if (now === undefined || now.query === "") return "";
  const all = found.value;
  if (all.length === 0) return "not found";
  // Counted from the newest, where the search begins.
  const index = now.found === undefined ? -1 : all.indexOf(now.found);
  return index < 0 ? `${all.length} found` : `${all.length - index} of ${all.length}`;
}

function onKeyDown(
  event: TargetedKeyboardEvent<HTMLInputElement>,
  end: (stay: boolean) => void,
): void {
  if (event.isComposing) return;
  const { key, shiftKey } = event;
  if (key === "Escape") end(false);
  else if (key === "Enter" ? !shiftKey : key === "ArrowUp") findNext("up");
  else if (key === "Enter" || key === "ArrowDown") findNext("down");
  else return;
  event.preventDefault();
}
