/**
 * When memory is given back, with connections and seconds by hand.
 *
 * @module
 */

import { GivingBack } from "../../../server/admission/giving_back.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("memory is given back at the start, while a crowd comes, when it is in, and not for a few", () => {
  let times = 0;
  const giving = new GivingBack(() => void times++);
  const since = (act: () => void): number => {
    const before = times;
    act();
    return times - before;
  };
  const come = (count: number): void => {
    for (let n = 0; n < count; n++) giving.onConnection();
  };
  assertEquals(times, 1);
  assertEquals(since(() => giving.check()), 1, "the start has an end, too");
  assertEquals(since(() => giving.check()), 0);
  assertEquals(since(() => come(9_000)), 4);
  assertEquals(since(() => giving.check()), 0, "somebody came just now");
  assertEquals(since(() => giving.check()), 1);
  assertEquals(since(() => giving.check()), 0);
  for (let seconds = 2; seconds < 60; seconds++) {
    assertEquals(since(() => come(10)), 0, "few leave little");
    assertEquals(since(() => giving.check()), 0);
  }
  assertEquals(since(() => giving.check()), 1, "but in the end that is given back, too");
});

Deno.test("a start in which somebody comes at once is no reason to give back for each", () => {
  let times = 0;
  const giving = new GivingBack(() => void times++);
  for (let n = 0; n < 1_000; n++) giving.onConnection();
  assertEquals(times, 2);
});
