/**
 * How many members hear a sender, against counting them.
 *
 * @module
 */

import fc from "fast-check";
import type { Plan } from "../../load/mod.ts";
import { hearersOf } from "../../load/shared.ts";
import { assertEquals } from "../assert.ts";

Deno.test("members of a room and a thread are as many as one counts", () => {
  const upTo = (max: number) => fc.integer({ min: 1, max });
  fc.assert(
    fc.property(upTo(200), upTo(40), upTo(16), fc.boolean(), (members, rooms, threads, isText) => {
      const way = isText ? "text" : "frames";
      const plan = { members, rooms: Math.min(rooms, members), threads, way } as Plan;
      for (let thread = 0; thread < threads; thread++) {
        for (let sender = 0; sender < Math.min(members, 20); sender++) {
          let count = 0;
          for (let member = sender % plan.rooms; member < members; member += plan.rooms) {
            if (member % threads === thread && !(isText && member === sender)) count++;
          }
          assertEquals(hearersOf(plan, sender, thread), count);
        }
      }
    }),
  );
});

Deno.test("to count them takes no longer for more members", () => {
  const plan = { members: 100_000, rooms: 1, threads: 16, way: "frames" } as Plan;
  let sum = 0;
  // One by one this were 10^11 steps.
  for (let sender = 0; sender < 65_536; sender++) {
    for (let thread = 0; thread < 16; thread++) sum += hearersOf(plan, sender, thread);
  }
  assertEquals(sum, 65_536 * 100_000);
});
