/**
 * Positions against a simple model, within their bounds, and whatever stands in their place.
 *
 * @module
 */

import fc from "fast-check";
import { ROOMS_READ_MAX, WHISPERERS_MAX } from "../../../server/unread/limits.ts";
import { Positions, positionsIn } from "../../../server/unread/positions.ts";
import { foldText } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

const key = (n: number) => foldText(`user${n}`);
const rows = (positions: Positions) => [...positions.whisperers];

Deno.test("positions move forward alone, are those of who whispered, and are the same when they are read again", () => {
  const step = fc.oneof(
    fc.record({ room: fc.nat(5), head: fc.nat(50) }),
    fc.record({ room: fc.nat(6), readTo: fc.nat(60) }),
    fc.record({ who: fc.nat(5), before: fc.nat(50), guest: fc.boolean() }),
    fc.record({ who: fc.nat(6), read: fc.nat(60) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const positions = new Positions();
    const model = new Map<number, number>();
    const rooms = new Map<number, number>();
    for (const step of steps) {
      if ("room" in step) {
        const { room } = step;
        const known = rooms.get(room);
        if ("head" in step) {
          assertEquals(positions.entered(key(room), `User${room}`, step.head), known === undefined);
          rooms.set(room, known ?? step.head);
        } else {
          const isNews = known !== undefined && step.readTo > known;
          assertEquals(positions.readRoom(key(room), step.readTo), isNews);
          if (isNews) rooms.set(room, step.readTo);
        }
        for (const [room, read] of rooms) assertEquals(positions.rooms.get(key(room))?.read, read);
        assertEquals(positions.rooms.size, rooms.size);
        continue;
      }
      const known = model.get(step.who);
      if ("before" in step) {
        const whisperer = { name: `User${step.who}`, guest: step.guest };
        const last = [...model.keys()].at(-1);
        const moved = last === step.who ? undefined : "the order";
        assertEquals(
          positions.whispered(key(step.who), whisperer, step.before),
          known === undefined ? "somebody" : moved,
        );
        model.delete(step.who);
        model.set(step.who, known ?? step.before);
      } else {
        const isNews = known !== undefined && step.read > known;
        assertEquals(positions.read(key(step.who), step.read), isNews);
        if (isNews) model.set(step.who, step.read);
      }
      for (const [who, read] of model) assertEquals(positions.whisperers.get(key(who))?.read, read);
      assertEquals([...positions.whisperers.keys()], [...model.keys()].map(key));
    }
    const again = Positions.in(positions.encode("tag"), "tag");
    assertEquals(rows(again), rows(positions));
    assertEquals([...again.rooms], [...positions.rooms]);
    assertEquals(rows(Positions.in(positions.encode("tag"), "another")), []);
  }));
});

Deno.test("a crowd of guests pushes no account out, and nobody makes the list longer than it may be", () => {
  const positions = new Positions();
  for (let n = 0; n < 10; n++) positions.whispered(key(n), { name: `user${n}`, guest: false }, n);
  for (let n = 10; n < 1_000; n++) {
    positions.whispered(key(n), { name: `user${n}`, guest: true }, n);
  }
  assertEquals(rows(positions).length, WHISPERERS_MAX);
  for (let n = 0; n < 10; n++) assertEquals(positions.whisperers.get(key(n))?.read, n);
  assertEquals(positions.whisperers.get(key(999))?.read, 999);
  for (let n = 1_000; n < 2_000; n++) {
    positions.whispered(key(n), { name: `user${n}`, guest: false }, n);
  }
  assertEquals(rows(positions).length, WHISPERERS_MAX);
  assertEquals(positions.whisperers.get(key(1_999))?.read, 1_999);
  for (let n = 0; n < 1_000; n++) positions.entered(key(n), `user${n}`, n);
  assertEquals(positions.rooms.size, ROOMS_READ_MAX);
  assertEquals(positions.rooms.get(key(999)), { name: "user999", read: 999 });
  const bytes = positions.encode("x".repeat(22));
  assert(positionsIn(bytes) !== undefined);
});

Deno.test("what is no positions says nothing, whatever it is", () => {
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const wrong = [
    {},
    { tag: "t" },
    { tag: 1, whispers: [] },
    { tag: "t", whispers: [["a"]] },
    { tag: "t", whispers: [["a", -1]] },
    { tag: "t", whispers: [["a", 1.5]] },
    { tag: "t", whispers: [["a", 1, 2]] },
    { tag: "t", whispers: [], rooms: 1 },
    { tag: "t", whispers: [], rooms: [["a", "b"]] },
    {
      tag: "t",
      whispers: [],
      rooms: Array.from({ length: ROOMS_READ_MAX + 1 }, (_, n) => [`${n}`, n]),
    },
    { tag: "t", whispers: Array.from({ length: WHISPERERS_MAX + 1 }, (_, n) => [`a${n}`, n]) },
  ];
  for (const value of wrong) assertEquals(positionsIn(bytes(value)), undefined);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (some) => {
    assertEquals(rows(Positions.in(some, "t")), []);
  }));
  fc.assert(fc.property(fc.json(), (json) => {
    Positions.in(new TextEncoder().encode(json), "t");
  }));
});
