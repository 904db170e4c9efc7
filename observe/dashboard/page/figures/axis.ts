/**
 * What all charts share: one time axis, and one moment that is marked in all of them.
 *
 * @module
 */

import { effect } from "@preact/signals";
import type uPlot from "uplot";
import { clock } from "../format.ts";
import { edge, moment, pause, pausedAt, range, step } from "../state.ts";
import { CANVAS_FONT, colour } from "./theme.ts";

/** Steps of a value axis: counts have no halves. */
const STEPS: number[] = Array.from(
  { length: 12 },
  (_, power) => [1, 2, 5].map((n) => n * 10 ** power),
)
  .flat();

/** The time axis at the bottom of a chart. */
export function timeAxis(): uPlot.Axis {
  return {
    stroke: () => colour("muted"),
    font: CANVAS_FONT,
    size: 22,
    gap: 3,
    space: 70,
    grid: { show: false },
    ticks: { stroke: () => colour("grid"), width: 1, size: 4 },
    values: (_plot, splits) => splits.map((second) => clock(second * 1_000, range.value < 300)),
  };
}

/** A value axis on the left. */
export function valueAxis(show: (value: number) => string): uPlot.Axis {
  return {
    stroke: () => colour("muted"),
    font: CANVAS_FONT,
    size: 52,
    gap: 4,
    space: 18,
    grid: { stroke: () => colour("grid"), width: 1 },
    ticks: { show: false },
    incrs: STEPS,
    values: (_plot, splits) => splits.map((value) => value === null ? "" : show(value)),
  };
}

/** The scale of time: its ends are set, never found. */
export const TIME_SCALE: uPlot.Scale = { time: true, auto: false };

/** The size of a chart: its box's, but never nothing. */
export function sizeOf(box: HTMLElement): { readonly width: number; readonly height: number } {
  return { width: Math.max(40, box.clientWidth), height: Math.max(16, box.clientHeight) };
}

/**
 * Keeps a drawn chart as wide as its box and the moment marked in it.
 *
 * @param mark Marks the moment.
 * @returns What ends the chart.
 */
export function keepUp(
  plot: uPlot,
  box: HTMLElement,
  { mark, stopData }: { readonly mark: () => void; readonly stopData: () => void },
): () => void {
  const stopMoment = effect(() => {
    moment.value;
    mark();
  });
  const observer = new ResizeObserver(() => {
    if (box.clientWidth > 0) plot.setSize(sizeOf(box));
  });
  observer.observe(box);
  return () => {
    stopData();
    stopMoment();
    observer.disconnect();
    plot.destroy();
  };
}

/** Puts the chart's time where everybody's is. */
export function placeTime(plot: uPlot): void {
  const to = edge.peek() / 1_000;
  plot.setScale("x", { min: to - range.peek(), max: to });
}

/** What keys do in a chart. @returns Whether the key meant something. */
export function onAxisKey(event: KeyboardEvent): boolean {
  const far = event.shiftKey ? 10 : 1;
  switch (event.key) {
    case "ArrowLeft":
      step(-far);
      return true;
    case "ArrowRight":
      step(far);
      return true;
    case " ":
      pause(pausedAt.value === undefined ? edge.value : undefined);
      return true;
    case "Escape":
      pause(undefined);
      return true;
    default:
      return false;
  }
}
