/**
 * The arithmetic of the dashboard's benchmark.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { frameFigures } from "./dashboard/frames.ts";

const FRAME_MS = 1_000 / 60;

Deno.test("a page that draws every frame misses none", () => {
  const figures = frameFigures({ intervals: Array(60).fill(FRAME_MS), longTasks: [] });
  assert(Math.abs(figures.perSecond - 60) < 1e-6);
  assert(figures.missing < 1e-6);
  assertEquals(figures.longestMs, FRAME_MS);
});

Deno.test("a frame that takes three intervals misses two", () => {
  const intervals = [...Array(57).fill(FRAME_MS), 3 * FRAME_MS];
  const figures = frameFigures({ intervals, longTasks: [51] });
  assert(Math.abs(figures.missing - 2 / 60) < 1e-6, `${figures.missing}`);
  assert(Math.abs(figures.perSecond - 58) < 1e-6, `${figures.perSecond}`);
  assertEquals(figures.p50Ms, FRAME_MS);
  assertEquals(figures.longestMs, 3 * FRAME_MS);
  assertEquals(figures.longTasks, 1);
});

Deno.test("a page that draws at half the rate misses every second frame", () => {
  const { missing, p95Ms } = frameFigures({
    intervals: Array(30).fill(2 * FRAME_MS),
    longTasks: [],
  });
  assert(Math.abs(missing - 0.5) < 1e-6);
  assertEquals(p95Ms, 2 * FRAME_MS);
});
