/**
 * The conversation as a list that costs the same however long it is: only some 200 lines around those that can be
 * seen are in the document (`reading.ts`).
 *
 * At the end of the conversation the window follows what arrives. Anywhere else nothing moves under the
 * reader's eyes: whatever is added above or below, the line at the top of the screen stays where it is.
 *
 * @module
 */

import { effect } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { day } from "../format.ts";
import { chosen, rowBeside } from "./chosen.ts";
import { draft } from "./draft.ts";
import { askOlder } from "./history.ts";
import { type Jump, jump, jumpToFresh } from "./jump.ts";
import { followPin } from "./pin.ts";
import { looksBack } from "./places.ts";
import {
  belowOf,
  holdEnd,
  isResized,
  keepUp,
  moved,
  NEAR,
  type Place,
  placeAt,
  placeAtEnd,
  rowAt,
  settle,
  topLine,
} from "./reading.ts";
import { DayRow, LineRow, NewRow, PendingRow } from "./rows.tsx";
import { discard, retry } from "./saying.ts";
import { search } from "./searching.ts";
import { accountSeen, current, moment, viewsChanged } from "../state.ts";
import { seen } from "./unread.ts";
import type { View } from "./view.ts";

/** Pixels from the end that count as the end. */
const AT_END = 12;

let shown: { readonly element: HTMLElement; readonly place: Place } | undefined;
/** The last jump that was made. */
let jumped: Jump | undefined;

/** Where the reader is: the first line that they see, or the end. */
export function readAt(): number | "end" {
  if (shown === undefined || shown.place.following) return "end";
  return topLine(shown.element)?.position ?? "end";
}

/** Scrolls by what can be seen, less a little to go on reading from. */
export function scrollPage(by: 1 | -1): void {
  const element = shown?.element;
  if (element !== undefined) element.scrollTop += by * (element.clientHeight - 40);
}

/** The conversation. */
export function Log(): VNode {
  viewsChanged.value;
  const view = current.value;
  const box = useRef<HTMLDivElement>(null);
  const held = useRef<Place>(undefined);
  const freshAbove = useRef(false);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  held.current = placed(held.current, view);
  const place = held.current;
  keepUp(place);
  const { query = "", found } = search.value ?? {};

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    shown = { element, place };
    settle(place, element);
    // Its line may be in the document only now.
    if (moment.peek() !== undefined) markMoment(element, moment.peek());
    // What came from the history may be wanted at once: nobody can scroll further up than to the top.
    const again = !place.following && moved(place, element);
    const above = isFreshAbove(place, element);
    if (again || above !== freshAbove.current) redraw(0);
    freshAbove.current = above;
  });
  useEffect(() => onResize(box.current, place), [place]);
  useEffect(() => {
    const element = box.current;
    return element === null ? undefined : effect(() => markMoment(element, moment.value));
  }, [view]);
  useEffect(() => followPin(() => readAt() === "end"), []);
  // Whoever goes to the end has seen what stands there.
  useEffect(() => {
    if (place.following) seen();
  }, [place]);

  const onScroll = (): void => {
    const element = box.current;
    if (element === null) return;
    const atEnd = belowOf(element) < AT_END && place.to === view.end && search.value === undefined;
    // A scroll is told a frame later. What made the box smaller meanwhile is nothing that its reader did.
    if (place.following && !atEnd && search.value === undefined && isResized(place, element)) {
      return holdEnd(place, element);
    }
    if (atEnd !== place.following) {
      place.following = atEnd;
      place.leftAt = view.end;
      looksBack(!atEnd);
      if (atEnd) seen();
      redraw(0);
    }
    const above = isFreshAbove(place, element);
    if (!atEnd && moved(place, element) || above !== freshAbove.current) redraw(0);
    freshAbove.current = above;
    if (element.scrollTop < NEAR && place.from === view.first) {
      if (view.older === "more") place.anchor = topLine(element);
      void askOlder(view);
    }
  };
  const toEnd = (): void => void (jump.value = { view: view.key, position: "end", block: "start" });
  const missed = place.following ? 0 : view.end - place.leftAt;
  return (
    <div class="log-frame">
      {freshAbove.current && (
        <button type="button" class="to-fresh" onClick={jumpToFresh}>
          New lines above <span aria-hidden="true">↑</span>
        </button>
      )}
      <div
        class="log"
        role="log"
        aria-label={`Conversation in ${view.name}`}
        tabIndex={0}
        ref={box}
        onScroll={onScroll}
        onKeyDown={onLogKey}
      >
        <p class="log-start">{startOf(place)}</p>
        {rowsOf(place, query, found)}
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

/** The place of the reader in this view: where they were, or where they jump to. */
function placed(before: Place | undefined, view: View): Place {
  const wanted = jump.value;
  if (wanted !== undefined && wanted !== jumped && wanted.view === view.key) {
    jumped = wanted;
    const { position, block } = wanted;
    looksBack(position !== "end");
    return position === "end" ? placeAtEnd(view) : placeAt(view, { position, block });
  }
  return before?.view === view ? before : placeAtEnd(view);
}

/** Whether the first new line is further up than what can be seen. */
function isFreshAbove({ view: { newFrom }, from }: Place, element: HTMLElement): boolean {
  if (newFrom === undefined) return false;
  if (newFrom < from) return true;
  const row = rowAt(element, newFrom);
  return row !== null && row.getBoundingClientRect().top < element.getBoundingClientRect().top - 1;
}

function startOf({ view: { older, lines, first }, from }: Place): string {
  if (from > first) return "…";
  if (older === "asked") return "Loading…";
  if (older === "more") return "Scroll up for more.";
  return lines.length === 0 ? "Nothing was said here yet." : "Here it begins.";
}

/** The lines of the window, with days between them. */
function rowsOf({ view, from, to }: Place, query: string, found: number | undefined): VNode[] {
  const rows: VNode[] = [];
  const guests = accountSeen.value;
  const marked = chosen.value?.view === view.key ? chosen.value.position : undefined;
  let date = "";
  for (let position = from; position < to; position++) {
    const line = view.lines[position - view.first];
    if (line === undefined) continue;
    const today = new Date(line.at).toDateString();
    if (today !== date) rows.push(<DayRow key={`day ${today}`} text={day(line.at)} />);
    date = today;
    const before = position === from ? undefined : view.lines[position - view.first - 1];
    const isNew = position === view.newFrom;
    if (isNew) rows.push(<NewRow key="new" />);
    rows.push(
      <LineRow
        key={position}
        position={position}
        line={line}
        follows={before?.kind === "said" && line.kind === "said" && before.from === line.from &&
          before.hook === line.hook &&
          line.at - before.at < 300_000 && !isNew}
        guests={guests}
        query={query}
        found={position === found}
        chosen={position === marked}
      />,
    );
  }
  return rows;
}

/** Up and Down lead from message to message, Enter opens the menu of one, Escape leads back to writing. */
function onLogKey(event: KeyboardEvent): void {
  const log = event.currentTarget as HTMLElement;
  const { key, target } = event;
  if (!(target instanceof HTMLElement) || event.altKey || event.ctrlKey || event.metaKey) return;
  if (key === "ArrowUp" || key === "ArrowDown") {
    const row = rowBeside(log, target, key === "ArrowUp" ? -1 : 1);
    if (row === undefined) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest", behavior: "instant" });
  } else if (key === "Enter" && target.matches("[data-said]")) {
    target.querySelector<HTMLElement>(".more")?.click();
  } else if (key === "Escape") {
    chosen.value = undefined;
    draft.focus();
  } else return;
  event.preventDefault();
}

/** The end stays in sight when the box gets smaller: a phone's keyboard comes up. */
function onResize(element: HTMLElement | null, place: Place): () => void {
  if (element === null) return () => {};
  const observer = new ResizeObserver(() => {
    if (place.following) holdEnd(place, element);
  });
  observer.observe(element);
  return () => observer.disconnect();
}

/** Marks the line that was said last before the moment that is looked at. */
function markMoment(element: HTMLElement, at: number | undefined): void {
  element.querySelector(".at-moment")?.classList.remove("at-moment");
  if (at === undefined) return;
  const rows = [...element.querySelectorAll<HTMLElement>("[data-at]")];
  rows.findLast((row) => Number(row.dataset["at"]) <= at)?.classList.add("at-moment");
}
