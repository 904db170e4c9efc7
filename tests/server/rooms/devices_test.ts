/**
 * Several devices of one account in the hall and its rooms, against a model: others see one person.
 *
 * @module
 */

import fc from "fast-check";
import type { Proved } from "../../../server/accounts/accounts.ts";
import { Hall } from "../../../server/rooms/hall.ts";
import type { Member } from "../../../server/rooms/member.ts";
import type { Room } from "../../../server/rooms/room.ts";
import { Wakeups } from "../../../server/rooms/wakeups.ts";
import { fold, roomName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { named } from "../accounts/place.ts";
import { HandLoop } from "../budget/by_hand.ts";
import { handMember } from "../hand_member.ts";

const ANNA = named("Anna");
const PROVED: Proved = {
  kind: "proved",
  name: ANNA,
  role: "user",
  identity: "the identity of Anna, a secret of the server",
};
const ROOMS = ["tea", "coffee"].map((text) => {
  const checked = roomName(text);
  assert(checked.kind === "name");
  return checked.name;
});

/** What a device does: it comes, goes, or changes a room. */
type Step =
  | { readonly do: "come" | "go"; readonly device: number }
  | { readonly do: "enter" | "exit"; readonly device: number; readonly room: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom("come" as const, "go" as const), device: fc.nat(3) }),
    fc.record({
      do: fc.constantFrom("enter" as const, "exit" as const),
      device: fc.nat(3),
      room: fc.nat(1),
    }),
  ),
  { maxLength: 60 },
);

Deno.test("whatever devices do, a room hears of a person's first one and of its last one, and counts it once", () => {
  fc.assert(fc.property(steps, (steps) => {
    const loop = new HandLoop();
    const wakeups = new Wakeups(loop);
    const hall = new Hall({
      chores: {
        do: (steps) => {
          for (const _ of { [Symbol.iterator]: () => steps });
        },
      },
      wakeups,
      rooms: [],
      remembered: () => undefined,
      head: () => 0,
    });
    let heard = "";
    const decoder = new TextDecoder();
    const onSent = (bytes: Uint8Array): void => void (heard += decoder.decode(bytes));
    const ben = handMember("Ben", { wakeups, onSent });
    hall.add(ben);
    const rooms = ROOMS.map((name): Room => {
      const room = hall.openRoom(name);
      assert(room !== undefined);
      room.enter(ben);
      return room;
    });
    const here = new Map<number, { member: Member; rooms: Set<number> }>();
    const inside = (room: number): number =>
      [...here.values()].filter(({ rooms }) => rooms.has(room)).length;
    for (const step of steps) {
      const before = rooms.map((_, room) => inside(room) > 0);
      const device = here.get(step.device);
      if (step.do === "come" && device === undefined) {
        const member = handMember("Anna", { wakeups, proved: PROVED });
        hall.add(member);
        here.set(step.device, { member, rooms: new Set() });
      }
      if (step.do === "go" && device !== undefined) {
        hall.remove(device.member);
        here.delete(step.device);
      }
      if (step.do === "enter" && device !== undefined) {
        rooms[step.room]?.enter(device.member);
        device.rooms.add(step.room);
      }
      if (step.do === "exit" && device !== undefined) {
        rooms[step.room]?.exit(device.member);
        device.rooms.delete(step.room);
      }
      while (!loop.idle) loop.turn();
      const told = Array.from(
        heard.matchAll(/"type":"(\w+)"(?:,"username":"Anna")?,"room":"(\w+)"/g),
      )
        .map(([, type, room]) => `${type} ${room}`);
      const expected = rooms.flatMap(({ name }, room) => {
        const now = inside(room) > 0;
        return now === before[room] ? [] : [`${now ? "UserJoined" : "UserLeft"} ${name}`];
      });
      assertEquals(told.sort(), expected.sort());
      heard = "";
      for (const [n, room] of rooms.entries()) {
        const people = inside(n) > 0 ? ["Anna", "Ben"] : ["Ben"];
        assertEquals([room.people, room.usersInOrder()], [people.length, people]);
        assertEquals(room.size, inside(n) + 1);
      }
      assertEquals(hall.membersOf(fold(ANNA)).length, here.size);
      assertEquals(hall.usersInOrder(), here.size > 0 ? ["Anna", "Ben"] : ["Ben"]);
      assertEquals([...hall.members()].length, here.size + 1);
      assertEquals(hall.holderOf(named("ANNA")) !== undefined, here.size > 0);
      for (const { member } of here.values()) assert(hall.isHere(member));
    }
    hall.close();
  }));
});

Deno.test("a guest who becomes an account in a room is one person with its next device", () => {
  const loop = new HandLoop();
  const wakeups = new Wakeups(loop);
  const hall = new Hall({
    chores: { do: (steps) => void steps.next() },
    wakeups,
    rooms: [],
    remembered: () => undefined,
    head: () => 0,
  });
  const guest = handMember("Anna", { wakeups });
  hall.add(guest);
  hall.lobby.enter(guest);
  guest.prove(PROVED);
  hall.looksDifferent(guest);
  const phone = handMember("Anna", { wakeups, proved: PROVED });
  hall.add(phone);
  hall.lobby.enter(phone);
  assertEquals([hall.lobby.size, hall.lobby.people], [2, 1]);
  assertEquals(phone.tag, guest.tag);
  hall.lobby.exit(guest);
  assertEquals([hall.lobby.size, hall.lobby.people], [1, 1]);
  hall.lobby.exit(phone);
  assertEquals([hall.lobby.size, hall.lobby.people], [0, 0]);
  hall.close();
});
