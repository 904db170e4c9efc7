/**
 * A profile as text, and how much of one there may be.
 *
 * @module
 */

import fc from "fast-check";
import { LOOKS_MAX, SECONDS_MAX, WHOLE_SECONDS_MAX } from "../../../cli/profile/limits.ts";
import { intervalUs } from "../../../cli/profile/profiling.ts";
import { textOf } from "../../../cli/profile/text.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("the pieces of a profile are its JSON, wherever its lists are cut", () => {
  const numbers = fc.array(fc.integer());
  const profile = fc.record({
    nodes: fc.array(fc.record({ id: fc.nat(), functionName: fc.string() })),
    startTime: fc.nat(),
    endTime: fc.nat(),
    samples: numbers,
    timeDeltas: numbers,
  });
  fc.assert(fc.property(profile, fc.integer({ min: 1, max: 5 }), (profile, atOnce) => {
    assertEquals([...textOf(profile, atOnce)].join(""), `${JSON.stringify(profile)}\n`);
  }));
});

Deno.test("no profile has more looks than may wait, and a short one has a thousand a second", () => {
  for (const seconds of [1, 10, WHOLE_SECONDS_MAX, WHOLE_SECONDS_MAX + 1, SECONDS_MAX]) {
    assert(seconds * 1_000_000 / intervalUs(seconds) <= LOOKS_MAX, `${seconds}`);
  }
  assertEquals(intervalUs(10), 1_000);
});
