/**
 * The search in the conversation that is looked at: what is looked for, where one is, and where one came from.
 *
 * The newest match comes first, as in the terminal client, since what one looks for was mostly said not long ago.
 * While a search goes on, the log stands still.
 *
 * @module
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { nextMatch } from "../../../../talk/mod.ts";
import { matches } from "./finding.ts";
import { jump } from "./jump.ts";
import { current, viewsChanged } from "../state.ts";

/** A search. */
interface Search {
  /** The key of the view in which it looks. */
  readonly view: string;
  readonly query: string;
  /** Position of the line that was found. */
  readonly found: number | undefined;
  /** Where the reader was when it began: at a line, or at the end. */
  readonly origin: number | "end";
}

/** The search that goes on. Looking at another view ends it. */
const begun: Signal<Search | undefined> = signal(undefined);

/** The search in the view that is looked at. */
export const search: ReadonlySignal<Search | undefined> = computed(() =>
  begun.value?.view === current.value.key ? begun.value : undefined
);

/** Positions of all matches, oldest first. */
export const found: ReadonlySignal<readonly number[]> = computed(() => {
  viewsChanged.value;
  return matches(current.value, search.value?.query ?? "");
});

/** Begins a search. */
export function beginSearch(origin: number | "end"): void {
  begun.value = search.peek() ??
    { view: current.peek().key, query: "", found: undefined, origin };
}

/** Looks for this from now on, from where the search began upwards. */
export function lookFor(query: string): void {
  const now = search.peek();
  if (now === undefined) return;
  const from = now.origin === "end" ? Infinity : now.origin + 1;
  begun.value = { ...now, query };
  goTo(nextMatch(found.peek(), from, "up"));
}

/** Goes to the match above, or below. */
export function findNext(direction: "up" | "down"): void {
  const now = search.peek();
  if (now === undefined) return;
  goTo(nextMatch(found.peek(), now.found ?? Infinity, direction));
}

/** Ends the search: at the match, or back where it began. */
export function endSearch(stay: boolean): void {
  const now = search.peek();
  begun.value = undefined;
  if (now === undefined || stay && now.found !== undefined) return;
  jump.value = { view: now.view, position: now.origin, block: "start" };
}

function goTo(position: number | undefined): void {
  const now = search.peek();
  if (now === undefined) return;
  begun.value = { ...now, found: position };
  const { view, origin } = now;
  jump.value = position === undefined
    ? { view, position: origin, block: "start" }
    : { view, position, block: "center" };
}
