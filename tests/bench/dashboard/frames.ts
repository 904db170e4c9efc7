/**
 * Frames: when a page draws them, and what their times say.
 *
 * A browser with a screen of 60 Hz draws a frame each 16.7 ms, unless the page keeps it from doing so; then the next one
 * comes a whole interval later, or several. So what counts is how many are missing, and how long the longest gap was.
 *
 * @module
 */

import type { Page } from "playwright-core";
import { quantile } from "../store/report.ts";

/** Milliseconds between two frames of a page that does nothing. */
const FRAME_MS = 1_000 / 60;

/** What was seen of one page. */
export interface Frames {
  /** Milliseconds from one frame to the next. */
  readonly intervals: readonly number[];
  /** Milliseconds of each task that took more than 50. */
  readonly longTasks: readonly number[];
}

/** What that means. */
export interface FrameFigures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly longestMs: number;
  /** Share of the frames that a screen of 60 Hz would have shown and did not get. */
  readonly missing: number;
  readonly longTasks: number;
}

/** Watches a page for some seconds. */
export async function watchFrames(page: Page, seconds: number): Promise<Frames> {
  const seen: Frames = await page.evaluate(`new Promise((resolve) => {
    const intervals = [];
    const longTasks = [];
    const observer = new PerformanceObserver((list) =>
      longTasks.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: "longtask" });
    let first;
    let last;
    requestAnimationFrame(function frame(now) {
      first ??= now;
      if (last !== undefined) intervals.push(now - last);
      last = now;
      if (now - first < ${seconds * 1_000}) return requestAnimationFrame(frame);
      observer.disconnect();
      resolve({ intervals, longTasks });
    });
  })`);
  return seen;
}

/** The figures of frames. */
export function frameFigures({ intervals, longTasks }: Frames): FrameFigures {
  const whole = intervals.reduce((sum, ms) => sum + ms, 0);
  return {
    perSecond: 1_000 * intervals.length / whole,
    p50Ms: quantile(intervals, 0.5),
    p95Ms: quantile(intervals, 0.95),
    longestMs: Math.max(...intervals),
    missing: Math.max(0, 1 - intervals.length * FRAME_MS / whole),
    longTasks: longTasks.length,
  };
}
