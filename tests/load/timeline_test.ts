/**
 * Where a time is put, and that nothing gets lost between threads.
 *
 * @module
 */

import fc from "fast-check";
import type { Latencies } from "../../load/latencies.ts";
import { Timeline } from "../../load/timeline.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("there are at most sixty intervals, of a length that people say", () => {
  const every = (seconds: number) => new Timeline(seconds).everySeconds;
  assertEquals([1, 5, 6, 6.1, 60, 61, 600, 86_400].map(every), [
    0.1,
    0.1,
    0.1,
    0.2,
    1,
    2,
    10,
    2_000,
  ]);
  fc.assert(fc.property(fc.double({ min: 0.001, max: 86_400, noNaN: true }), (seconds) => {
    const count = new Timeline(seconds).upTo(seconds).length;
    assert(count >= 1 && count <= 60, `${count} intervals of ${seconds} s`);
  }));
});

Deno.test("a time is put where its message landed, and one behind the end into the last interval", () => {
  const timeline = new Timeline(0.5);
  for (const [atUs, us] of [[0, 1], [99_999, 2], [100_000, 3], [499_999, 4], [2e6, 5]] as const) {
    timeline.note(atUs, us);
  }
  const maxima = (seconds: number) => timeline.upTo(seconds).map(({ max }) => max);
  assertEquals(maxima(0.5), [2, 3, 0, 0, 5]);
  assertEquals(maxima(0.503), [2, 3, 0, 0, 5], "a timer is never early");
  assertEquals(maxima(0.15), [2, 3], "what was cut short");
});

Deno.test("timelines of threads add up to that of all", () => {
  const times = fc.array(fc.tuple(fc.nat(7_000_000), fc.nat(1_000_000)));
  fc.assert(fc.property(times, times, (some, others) => {
    const [sum, one, two, all] = [5, 5, 5, 5].map((seconds) => new Timeline(seconds)) as [
      Timeline,
      Timeline,
      Timeline,
      Timeline,
    ];
    some.forEach(([at, us]) => (one.note(at, us), all.note(at, us)));
    others.forEach(([at, us]) => (two.note(at, us), all.note(at, us)));
    sum.add(one.intervals());
    sum.add(two.intervals());
    const shape = ({ counts, max }: Latencies) => [counts, max];
    assertEquals(sum.upTo(5).map(shape), all.upTo(5).map(shape));
    assertEquals(sum.total().count, some.length + others.length);
  }));
});
