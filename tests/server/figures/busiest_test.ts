/**
 * The busiest rooms: as if all were sorted.
 *
 * @module
 */

import fc from "fast-check";
import { busiest } from "../../../server/figures/busiest.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("busiest() gives what sorting all of them would give first", () => {
  const bytes = fc.array(fc.nat(20), { maxLength: 60 });
  fc.assert(fc.property(bytes, fc.integer({ min: 1, max: 12 }), (all, max) => {
    const rooms = all.map((bytes, at) => ({ name: `r${at}`, bytes }));
    assertEquals(busiest(rooms, max), rooms.toSorted((a, b) => b.bytes - a.bytes).slice(0, max));
  }));
});
