/**
 * How long something has been coming.
 *
 * @module
 */

import { Unfinished } from "../../../server/session/unfinished.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("time goes on while the same thing is unfinished, however much of it comes", () => {
  const unfinished = new Unfinished();
  assertEquals([0, 1, 2].map((n) => unfinished.check(10 + n, n * 1_000)), [0, 1_000, 2_000]);
});

Deno.test("another thing has its own time, and nothing has none", () => {
  const unfinished = new Unfinished();
  unfinished.check(10, 0);
  unfinished.heard++;
  assertEquals(unfinished.check(10, 1_000), 0);
  assertEquals(unfinished.check(10, 1_500), 500);
  assertEquals(unfinished.check(0, 2_000), 0);
  assertEquals(unfinished.check(10, 9_000), 0);
});
