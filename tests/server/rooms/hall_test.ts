/**
 * Who leaves many rooms: in steps, and out of all of them before somebody of that name comes in.
 *
 * @module
 */

import { Addresses } from "../../../server/addresses/addresses.ts";
import { Hall } from "../../../server/rooms/hall.ts";
import { LIMITS_DEFAULT } from "../../../server/limits.ts";
import type { Member } from "../../../server/rooms/member.ts";
import { Wakeups } from "../../../server/rooms/wakeups.ts";
import { roomName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandLoop } from "../budget/by_hand.ts";
import { handMember } from "../hand_member.ts";

const ROOMS = 50;

/** A hall whose chores are done by hand, and Ben, who is in all its rooms and hears who comes and goes. */
function place() {
  const chores: Iterator<void>[] = [];
  const loop = new HandLoop();
  const wakeups = new Wakeups(loop);
  const hall = new Hall({
    chores: { do: (steps) => void chores.push(steps) },
    wakeups,
    rooms: [],
    remembered: () => undefined,
    head: () => 0,
  });
  const addresses = new Addresses(LIMITS_DEFAULT, []);
  let heard = "";
  const enter = (text: string): Member => {
    const decoder = new TextDecoder();
    const onSent = (bytes: Uint8Array): void => {
      if (text === "Ben") heard += decoder.decode(bytes);
    };
    const member = handMember(text, { wakeups, addresses, onSent });
    hall.add(member);
    for (let n = 0; n < ROOMS; n++) {
      const checked = roomName(`room-${n}`);
      assert(checked.kind === "name");
      const room = hall.openRoom(checked.name);
      room?.enter(member);
      room?.release();
    }
    return member;
  };
  /** What Ben heard of Anna, room by room. */
  const told = (): string[] => {
    while (!loop.idle) loop.turn();
    const words = heard.matchAll(/"type":"(User\w+)","username":"Anna","room":"([^"]+)"/g);
    const byRoom = new Map<string, string>();
    for (const [, type, room = ""] of words) byRoom.set(room, `${byRoom.get(room) ?? ""} ${type}`);
    heard = "";
    return [...byRoom.values()];
  };
  return { hall, chores, enter, told };
}

Deno.test("who leaves is gone at once, and leaves its rooms one by one", () => {
  const { hall, chores, enter, told } = place();
  enter("Ben");
  const anna = enter("Anna");
  told();
  hall.remove(anna);
  hall.remove(anna);
  assertEquals([hall.user("Anna"), anna.places.size, chores.length], [undefined, ROOMS, 1]);
  for (let left = ROOMS - 1; left >= 0; left--) {
    chores[0]?.next();
    assertEquals(anna.places.size, left);
  }
  assertEquals(chores[0]?.next().done, true);
  assertEquals(told(), Array(ROOMS).fill(" UserLeft"));
  hall.close();
});

Deno.test("who comes in under the name of one who is leaving comes after that one has left, in each room", () => {
  const { hall, chores, enter, told } = place();
  enter("Ben");
  const anna = enter("Anna");
  told();
  hall.remove(anna);
  chores[0]?.next();
  enter("Anna");
  assertEquals(anna.places.size, 0);
  assertEquals(told(), Array(ROOMS).fill(" UserLeft UserJoined"));
  assertEquals(chores[0]?.next().done, true);
  assertEquals(hall.user("Anna")?.places.size, ROOMS);
  hall.close();
});
