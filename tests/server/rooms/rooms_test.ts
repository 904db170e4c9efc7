/**
 * Which rooms there are: what is kept of one that is empty, and which go when room is needed.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import { Rooms } from "../../../server/rooms/rooms.ts";
import { HandLoop } from "../budget/by_hand.ts";
import { Wakeups } from "../../../server/rooms/wakeups.ts";
import { type FoldedName, type RoomName, roomName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

function named(text: string): RoomName {
  const checked = roomName(text);
  assert(checked.kind === "name");
  return checked.name;
}

function rooms(max: number): Rooms {
  const store = memoryStore();
  const head = (stream: string) => store.head(stream);
  store.rememberRoom({ name: "Tea", topic: "leaves" });
  const remembered = (key: FoldedName) => store.room(key);
  return new Rooms({ wakeups: new Wakeups(new HandLoop()), rooms: [], remembered, head }, max);
}

Deno.test("rooms that are about to be entered are not forgotten for each other", () => {
  const all = rooms(3);
  const first = all.open(named("one"));
  const second = all.open(named("two"));
  assert(first !== undefined && second !== undefined);
  assertEquals(all.open(named("three")), undefined, "the lobby, one and two are all there may be");
  assertEquals([all.get(first.key), all.get(second.key)], [first, second]);
  first.release();
  assertEquals(all.get(first.key), undefined, "nobody came, and nothing was kept of it");
  assert(all.open(named("three")) !== undefined);
});

Deno.test("a room that makes room for another comes back with its topic", () => {
  const all = rooms(2);
  const tea = all.open(named("tea"));
  assertEquals([tea?.name, tea?.topic], ["Tea", "leaves"]);
  tea?.release();
  assertEquals(
    all.get(named("tea") as string as FoldedName),
    tea,
    "it is listed while there is room",
  );
  all.open(named("one"))?.release();
  assertEquals(all.get(named("tea") as string as FoldedName), undefined);
  assertEquals(all.open(named("TEA"))?.topic, "leaves");
});

Deno.test("a room that was empty and is not any more does not make room", () => {
  const all = rooms(2);
  all.open(named("tea"))?.release();
  const tea = all.open(named("tea"));
  assertEquals(all.open(named("one")), undefined);
  tea?.release();
  assert(all.open(named("one")) !== undefined);
});

Deno.test("when memory is short, empty rooms are forgotten, those that were so longest first, and no more than needed", () => {
  const all = rooms(10);
  const store = ["one", "two", "tea"].map((name) => all.open(named(name)));
  for (const room of store) {
    if (room !== undefined) room.remembered = true;
    room?.release();
  }
  const held = all.open(named("two"));
  for (const _ of all.forget(1));
  assertEquals(Array.from(all.all(), ({ name }) => name), ["lobby", "two", "Tea"]);
  for (const _ of all.forget(Infinity));
  assertEquals(Array.from(all.all(), ({ name }) => name), ["lobby", "two"]);
  held?.release();
});
