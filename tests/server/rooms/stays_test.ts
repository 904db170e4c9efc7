/**
 * The rooms that somebody is in, as a list.
 *
 * @module
 */

import fc from "fast-check";
import type { Room } from "../../../server/rooms/room.ts";
import { type Stay, Stays } from "../../../server/rooms/stays.ts";
import type { FoldedName } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";

const ROOMS = Array.from({ length: 24 }, (_, n) => ({ key: `room-${n}` as FoldedName }) as Room);

Deno.test("stays are those that began and are not over, in their order, and a list that was given stays as it was", () => {
  const step = fc.record({ room: fc.nat({ max: ROOMS.length - 1 }), looks: fc.boolean() });
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const stays = new Stays();
    let model: Stay[] = [];
    const given: { list: readonly Stay[]; was: readonly Stay[] }[] = [];
    steps.forEach(({ room: n, looks }, stay) => {
      const room = ROOMS[n] as Room;
      if (stays.has(room.key)) {
        stays.delete(room.key);
        model = model.filter((one) => one.room !== room);
      } else {
        const one: Stay = { room, cursor: {} as Stay["cursor"], stay };
        stays.add(one);
        model = [...model, one];
      }
      assertEquals(stays.size, model.length);
      assertEquals(stays.get(room.key), model.find((one) => one.room === room));
      if (looks) given.push({ list: stays.values(), was: model });
    });
    for (const { list, was } of given) assertEquals([...list], [...was]);
    assertEquals(stays.values(), model);
    assertEquals(new Stays().size, 0);
  }));
});
