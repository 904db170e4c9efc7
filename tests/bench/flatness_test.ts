/**
 * What is called flat.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { leasts, rise, type Sample } from "./soak/flatness.ts";

const sample = (at: number, residentKiB: number): Sample => ({ at, residentKiB, descriptors: 7 });

Deno.test("of each window the least counts, so the garbage between two collections is no growth", () => {
  const saw = Array.from({ length: 90 }, (_, at) => sample(at, 1_000 + at % 10 * 50));
  const least = leasts(saw, 10);
  assertEquals(least.map(({ residentKiB }) => residentKiB), Array(9).fill(1_000));
  assertEquals(rise(least, ({ residentKiB }) => residentKiB), 0);
});

Deno.test("what is warmed up in the first third is no growth, what grows after it is", () => {
  const warms = Array.from({ length: 90 }, (_, at) => sample(at, Math.min(at, 30) * 100));
  assert(Math.abs(rise(warms, ({ residentKiB }) => residentKiB)) < 1);
  const leaks = Array.from({ length: 90 }, (_, at) => sample(at, 5_000 + at * 10));
  assert(Math.abs(rise(leaks, ({ residentKiB }) => residentKiB) - 590) < 10);
});

Deno.test("one look or none is flat", () => {
  assertEquals(rise([], ({ residentKiB }) => residentKiB), 0);
  assertEquals(rise([sample(1, 5)], ({ residentKiB }) => residentKiB), 0);
});
