/**
 * The conversation as a list that costs the same however long it is: only some 200 lines around those that can be
 * seen are in the document.
 *
 * ```text
 *   first ┌ … ┐ not in the document
 *    from ├───┤ ┐
 *         │   │ │ in the document; the reader sees a part of it and can scroll a little
 *      to ├───┤ ┘ before more is put there
 *     end └ … ┘ not in the document
 * ```
 *
 * At the end of the conversation the window follows what arrives. Anywhere else nothing moves under the
 * reader's eyes: whatever is added above or below, the line at the top of the screen stays where it is.
 *
 * @module
 */

import { effect } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { day } from "./format.ts";
import { askOlder } from "./history.ts";
import { looksBack, seen } from "./places.ts";
import { DayRow, LineRow, PendingRow } from "./rows.tsx";
import { discard, retry } from "./saying.ts";
import { current, moment, viewsChanged } from "./state.ts";
import type { View } from "./view.ts";

/** Lines in the document while it follows the end: more than the highest screen shows. */
const FOLLOWING = 100;
/** Lines in the document otherwise, and by how many the window moves. */
const WINDOW = 240;
const STEP = 60;
/** Pixels from an edge of the window at which it moves. */
const NEAR = 500;
/** Pixels from the end that count as the end. */
const AT_END = 12;

/** Where the reader of one view is. */
interface Place {
  readonly view: View;
  following: boolean;
  from: number;
  to: number;
  /** Position and offset of the line that must not move. */
  anchor: { readonly position: number; readonly top: number } | undefined;
  /** The end when the reader left it. */
  leftAt: number;
}

/** The conversation. */
export function Log(): VNode {
  viewsChanged.value;
  const view = current.value;
  const box = useRef<HTMLDivElement>(null);
  const held = useRef<Place>(undefined);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  if (held.current?.view !== view) held.current = placeAtEnd(view);
  const place = held.current;
  if (place.following) follow(place);
  place.from = Math.max(place.from, view.first);
  place.to = Math.min(Math.max(place.to, place.from), view.end);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    if (place.following) element.scrollTop = element.scrollHeight;
    else if (place.anchor !== undefined) {
      const { position, top } = place.anchor;
      const row = element.querySelector<HTMLElement>(`[data-position="${position}"]`);
      if (row !== null) element.scrollTop += row.getBoundingClientRect().top - top;
      place.anchor = undefined;
    }
    // What came from the history may be wanted at once: nobody can scroll further up than to the top.
    if (!place.following && moved(place, element, belowOf(element))) redraw(0);
  });
  useEffect(() => onResize(box.current, () => place.following), [place]);
  useEffect(() => markMoment(box.current), [view]);

  const onScroll = (): void => {
    const element = box.current;
    if (element === null) return;
    const below = belowOf(element);
    const atEnd = below < AT_END && place.to === view.end;
    if (atEnd !== place.following) {
      place.following = atEnd;
      place.leftAt = view.end;
      looksBack(!atEnd);
      if (atEnd) seen();
      redraw(0);
    }
    if (!atEnd && moved(place, element, below)) redraw(0);
    if (element.scrollTop < NEAR && place.from === view.first) {
      if (view.older === "more") hold(place, element);
      void askOlder(view);
    }
  };
  const toEnd = (): void => {
    held.current = placeAtEnd(view);
    looksBack(false);
    redraw(0);
  };
  const missed = place.following ? 0 : view.end - place.leftAt;
  return (
    <div class="log-frame">
      <div
        class="log"
        role="log"
        aria-label={`Conversation in ${view.name}`}
        tabIndex={0}
        ref={box}
        onScroll={onScroll}
      >
        <p class="log-start">{startOf(place)}</p>
        {rowsOf(place)}
        {place.to === view.end && view.pending.map((pending) => (
          <PendingRow
            key={pending.id}
            pending={pending}
            retry={() => retry(view, pending.id)}
            discard={() => discard(view, pending.id)}
          />
        ))}
      </div>
      {!place.following && (
        <button type="button" class="to-end" onClick={toEnd}>
          {missed > 0 ? `${missed} new below` : "To the end"} <span aria-hidden="true">↓</span>
        </button>
      )}
    </div>
  );
}

function placeAtEnd(view: View): Place {
  const place = { view, following: true, from: 0, to: 0, anchor: undefined, leftAt: view.end };
  follow(place);
  return place;
}

function follow(place: Place): void {
  place.to = place.view.end;
  place.from = Math.max(place.view.first, place.to - FOLLOWING);
}

/** Pixels between what can be seen and the end of the box. */
function belowOf(element: HTMLElement): number {
  return element.scrollHeight - element.scrollTop - element.clientHeight;
}

function startOf({ view: { older, lines, first }, from }: Place): string {
  if (from > first) return "…";
  if (older === "asked") return "Loading…";
  if (older === "more") return "Scroll up for more.";
  return lines.length === 0 ? "Nothing was said here yet." : "Here it begins.";
}

/** The lines of the window, with days between them. */
function rowsOf({ view, from, to }: Place): VNode[] {
  const rows: VNode[] = [];
  let date = "";
  for (let position = from; position < to; position++) {
    const line = view.lines[position - view.first];
    if (line === undefined) continue;
    const today = new Date(line.at).toDateString();
    if (today !== date) rows.push(<DayRow key={`day ${today}`} text={day(line.at)} />);
    date = today;
    const before = position === from ? undefined : view.lines[position - view.first - 1];
    rows.push(
      <LineRow
        key={position}
        position={position}
        line={line}
        follows={before?.kind === "said" && line.kind === "said" && before.from === line.from &&
          line.at - before.at < 300_000}
        fresh={position === view.newFrom}
      />,
    );
  }
  return rows;
}

/** Notes the first line that can be seen, so that it can be put back there. */
function hold(place: Place, element: HTMLElement): void {
  const edge = element.getBoundingClientRect().top;
  for (const row of element.querySelectorAll<HTMLElement>("[data-position]")) {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom <= edge) continue;
    place.anchor = { position: Number(row.dataset["position"]), top };
    return;
  }
}

/** Moves the window when the reader comes near one of its edges. @returns Whether it moved. */
function moved(place: Place, element: HTMLElement, below: number): boolean {
  const { view } = place;
  if (element.scrollTop < NEAR && place.from > view.first) {
    hold(place, element);
    place.from = Math.max(view.first, place.from - STEP);
    place.to = Math.min(place.to, place.from + WINDOW);
    return true;
  }
  if (below < NEAR && place.to < view.end) {
    hold(place, element);
    place.to = Math.min(view.end, place.to + STEP);
    place.from = Math.max(place.from, place.to - WINDOW);
    return true;
  }
  return false;
}

/** The end stays in sight when the box gets smaller: a phone's keyboard comes up. */
function onResize(element: HTMLElement | null, following: () => boolean): () => void {
  if (element === null) return () => {};
  const observer = new ResizeObserver(() => {
    if (following()) element.scrollTop = element.scrollHeight;
  });
  observer.observe(element);
  return () => observer.disconnect();
}

/** Marks the line that was said last before the moment that is looked at. */
function markMoment(element: HTMLElement | null): () => void {
  if (element === null) return () => {};
  return effect(() => {
    const at = moment.value;
    element.querySelector(".at-moment")?.classList.remove("at-moment");
    if (at === undefined) return;
    const rows = [...element.querySelectorAll<HTMLElement>("[data-at]")];
    rows.findLast((row) => Number(row.dataset["at"]) <= at)?.classList.add("at-moment");
  });
}
