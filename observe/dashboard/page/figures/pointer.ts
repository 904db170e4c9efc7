/**
 * The pointer over a chart: the moment below it is marked in all charts, with the value that each of them had then.
 *
 * The moment is a time and no place on the screen: while the pointer rests, the mark goes on with what it marks. And what the
 * figures say stays what is now; only a moment that was pinned by a click or a key changes that.
 *
 * @module
 */

import type uPlot from "uplot";
import { clock } from "../format.ts";
import { edge, hovered, moment, pause, pinned } from "../state.ts";

/** Pixels of a letter of what is written beside the mark. */
const LETTER_PX = 6.5;

/** Whether a button is held: what is being selected must not be moved. */
let isHeld = false;

/** The moment, in ms, below a pointer. */
export function timeBelow(plot: uPlot, { clientX }: MouseEvent): number {
  return plot.posToVal(clientX - plot.over.getBoundingClientRect().left, "x") * 1_000;
}

/** Follows the pointer over a chart. */
export function followPointer(plot: uPlot): void {
  const { over } = plot;
  // Something above it may have grown since the chart measured where it is.
  over.addEventListener("pointerenter", () => plot.syncRect());
  over.addEventListener("pointerdown", () => {
    plot.syncRect();
    isHeld = true;
    addEventListener("pointerup", () => isHeld = false, { once: true });
    addEventListener("pointercancel", () => isHeld = false, { once: true });
  }, { capture: true });
  over.addEventListener("pointermove", (event) => hovered.value = timeBelow(plot, event));
  over.addEventListener("pointerleave", () => hovered.value = undefined);
}

/** Marks the moment, without telling anybody. @returns Pixels from the left; `undefined` when it is not in sight. */
export function showMoment(plot: uPlot): number | undefined {
  const at = moment.peek();
  const left = at === undefined ? -10 : plot.valToPos(at / 1_000, "x");
  const inside = left >= 0 && left <= plot.bbox.width / devicePixelRatio;
  const isBelow = plot.over.matches(":hover");
  if (!(isBelow && isHeld)) {
    const top = isBelow ? plot.cursor.top ?? 0 : 0;
    plot.setCursor({ left: inside ? left : -10, top: inside ? top : -10 }, false);
  }
  return inside ? left : undefined;
}

/** Writes beside the mark what a chart had to show at the moment. @param tell That, as text. @returns Brings it up to date. */
export function readout(plot: uPlot, tell: (at: number) => string): () => void {
  const label = document.createElement("span");
  label.className = "readout";
  label.ariaHidden = "true";
  plot.over.append(label);
  return () => {
    const left = showMoment(plot);
    const at = moment.peek();
    label.hidden = left === undefined || at === undefined;
    if (left === undefined || at === undefined) return;
    const isBelow = plot.over.matches(":hover");
    label.textContent = `${isBelow ? `${clock(at, true)} ` : ""}${tell(at)}`;
    const width = plot.bbox.width / devicePixelRatio;
    // By its letters: to measure it would lay out the page anew, for each chart.
    const isRight = left + 8 + LETTER_PX * label.textContent.length > width;
    label.style.left = isRight ? "auto" : `${left + 4}px`;
    label.style.right = isRight ? `${width - left + 4}px` : "auto";
  };
}

/** A click pins the moment below the pointer and stops the axis; another one lets it go. */
export function togglePin(plot: uPlot, event: MouseEvent): void {
  if (pinned.value !== undefined) return pause(undefined);
  pinned.value = timeBelow(plot, event);
  pause(edge.value);
}
