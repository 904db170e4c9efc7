/**
 * Which lines of a conversation are in the document, and what holds them in place.
 *
 * ```text
 *   first ┌ … ┐ not in the document
 *    from ├───┤ ┐
 *         │   │ │ in the document; the reader sees a part of it and can scroll a little
 *      to ├───┤ ┘ before more is put there
 *     end └ … ┘ not in the document
 * ```
 *
 * @module
 */

import type { View } from "./view.ts";

/** Lines in the document above those that fit into the window, while it follows the end: for the first turn of a wheel. */
const ABOVE = 16;
/** Pixels of the lowest line. */
const LINE_PX = 20;
/** Lines in the document otherwise, and by how many the window moves. */
const WINDOW = 240;
const STEP = 60;
/** Pixels from an edge of the window at which it moves. */
export const NEAR = 500;

/** Where the reader of one view is. */
export interface Place {
  readonly view: View;
  following: boolean;
  from: number;
  to: number;
  /** Position and offset of the line that must not move. */
  anchor: { readonly position: number; readonly top: number } | undefined;
  /** The line to go to, once it is in the document. */
  target: { readonly position: number; readonly block: "start" | "center" } | undefined;
  /** The end when the reader left it. */
  leftAt: number;
  /** The heights in pixels with which the box was put to its end; `undefined` while it never was. */
  heights: Heights | undefined;
}

/** Of the box, and of all that stands in it. */
interface Heights {
  readonly box: number;
  readonly whole: number;
}

/** At the end, and following it. */
export function placeAtEnd(view: View): Place {
  const place = {
    view,
    following: true,
    from: 0,
    to: 0,
    anchor: undefined,
    target: undefined,
    leftAt: view.end,
    heights: undefined,
  };
  follow(place);
  return place;
}

/** Around a line, which is gone to. */
export function placeAt(view: View, target: NonNullable<Place["target"]>): Place {
  const from = Math.max(view.first, target.position - WINDOW / 2);
  const to = Math.min(view.end, from + WINDOW);
  return {
    view,
    following: false,
    from,
    to,
    anchor: undefined,
    target,
    leftAt: view.end,
    heights: undefined,
  };
}

/** Brings the window up to what the view has now. */
export function keepUp(place: Place): void {
  const { view } = place;
  if (place.following) follow(place);
  place.from = Math.max(place.from, view.first);
  place.to = Math.min(Math.max(place.to, place.from), view.end);
}

/** No more lines than can be seen: in a busy room all of them are other ones a moment later. */
function follow(place: Place): void {
  const lines = Math.ceil(innerHeight / LINE_PX) + ABOVE;
  place.to = place.view.end;
  place.from = Math.max(place.view.first, place.to - lines);
}

/** Pixels between what can be seen and the end of the box. */
export function belowOf(element: HTMLElement): number {
  return element.scrollHeight - element.scrollTop - element.clientHeight;
}

/** The row of a line, when it is in the document. */
export function rowAt(element: HTMLElement, position: number): HTMLElement | null {
  return element.querySelector<HTMLElement>(`[data-position="${position}"]`);
}

/** The first line that can be seen, and where its row stands on the screen. */
export function topLine(
  element: HTMLElement,
): { readonly position: number; readonly top: number } | undefined {
  const edge = element.getBoundingClientRect().top;
  for (const row of element.querySelectorAll<HTMLElement>("[data-position]")) {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom > edge) return { position: Number(row.dataset["position"]), top };
  }
  return undefined;
}

/** Puts the box to its end. */
export function holdEnd(place: Place, element: HTMLElement): void {
  element.scrollTop = element.scrollHeight;
  place.heights = { box: element.clientHeight, whole: element.scrollHeight };
}

/** Whether a height is another one than when the box was put to its end: then the end went away, and not its reader. */
export function isResized({ heights }: Place, element: HTMLElement): boolean {
  return heights !== undefined &&
    (heights.box !== element.clientHeight || heights.whole !== element.scrollHeight);
}

/** Puts the document where the reader is: at the end, at the line they go to, or where the held line stood. */
export function settle(place: Place, element: HTMLElement): void {
  if (place.following) holdEnd(place, element);
  else if (place.target !== undefined) {
    const { position, block } = place.target;
    rowAt(element, position)?.scrollIntoView({ block, behavior: "instant" });
  } else if (place.anchor !== undefined) {
    const { position, top } = place.anchor;
    const row = rowAt(element, position);
    if (row !== null) element.scrollTop += row.getBoundingClientRect().top - top;
  }
  place.anchor = undefined;
  place.target = undefined;
}

/** Moves the window when the reader comes near one of its edges. @returns Whether it moved. */
export function moved(place: Place, element: HTMLElement): boolean {
  const { view } = place;
  if (element.scrollTop < NEAR && place.from > view.first) {
    place.anchor = topLine(element);
    place.from = Math.max(view.first, place.from - STEP);
    place.to = Math.min(place.to, place.from + WINDOW);
    return true;
  }
  if (belowOf(element) < NEAR && place.to < view.end) {
    place.anchor = topLine(element);
    place.to = Math.min(view.end, place.to + STEP);
    place.from = Math.max(place.from, place.to - WINDOW);
    return true;
  }
  return false;
}
