/**
 * Who gives up a place when places are short.
 *
 * @module
 */

import { PENDING_LOGIN_MS_MIN } from "../../../server/limits.ts";
import { leavers, PendingLogins, placesShort } from "../../../server/admission/making_room.ts";
import { assertEquals } from "../../assert.ts";

const silent = (silentMs: number) => ({ silentMs });

Deno.test("nobody goes while a share of the places is free", () => {
  assertEquals(leavers([silent(9_000), silent(8_000)], 95, 100, 1), []);
});

Deno.test("as many go as are missing, the longest silent first, and nobody who spoke lately", () => {
  const sessions = [silent(0), silent(5_000), silent(9_000), silent(100), silent(7_000)];
  assertEquals(leavers(sessions, 97, 100, 1_000), [silent(9_000), silent(7_000)]);
  assertEquals(leavers(sessions, 100, 100, 8_000), [silent(9_000)]);
  assertEquals(leavers([silent(0)], 1, 1, 0), [], "who can be asked for a sign of life is asked");
});

Deno.test("those who go read for how long they were silent", () => {
  const minutes = (count: number) => / for (.*)\. Come/.exec(placesShort(count * 60_000).msg)?.[1];
  assertEquals([0, 1, 34].map(minutes), ["a while", "a minute", "34 minutes"]);
});

Deno.test("the oldest who has not logged in gives way, once it had time, and nobody who has logged in", () => {
  const pending = new PendingLogins<{ openedMs: number; awaitsLogin: boolean }>();
  const [member, gone, old, young] = [
    { openedMs: 0, awaitsLogin: false },
    { openedMs: 1, awaitsLogin: true },
    { openedMs: 2, awaitsLogin: true },
    { openedMs: 3, awaitsLogin: true },
  ];
  for (const one of [member, gone, old, young]) pending.add(one);
  pending.delete(gone);
  assertEquals(pending.takeOldest(PENDING_LOGIN_MS_MIN + 1), undefined);
  assertEquals(pending.takeOldest(PENDING_LOGIN_MS_MIN + 2), old);
  assertEquals(pending.takeOldest(PENDING_LOGIN_MS_MIN + 2), undefined);
  assertEquals(pending.takeOldest(PENDING_LOGIN_MS_MIN + 3), young);
  assertEquals(pending.takeOldest(Infinity), undefined);
});
