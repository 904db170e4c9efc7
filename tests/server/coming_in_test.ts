/**
 * Coming in is paid by who comes: for each room, what it takes to tell those who are there.
 *
 * @module
 */

import {
  type Account,
  DELIVERY_MS,
  EARNINGS,
  FREE,
  Permits,
  Turns,
} from "../../server/budget/mod.ts";
import { SHARE_AT_FIRST } from "../../server/budget/limits.ts";
import { PRESENCE_EACH_MAX } from "../../server/limits.ts";
import type { Member } from "../../server/rooms/member.ts";
import { memoryStore } from "../../server/store/memory_store.ts";
import { comeBack } from "../../server/session/resume.ts";
import { Room } from "../../server/rooms/room.ts";
import { Wakeups } from "../../server/rooms/wakeups.ts";
import type { RoomName } from "../../server/wire/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { HandLoop } from "./budget/by_hand.ts";
import { Replaced } from "../../server/store/replaced.ts";
import { handMember } from "./hand_member.ts";

const loop = new HandLoop();
const wakeups = new Wakeups(loop);

function member(text: string, account: Account = FREE): Member {
  return handMember(text, { wakeups, account });
}

/** Rooms in which all of these are. */
function roomsOf(members: readonly Member[], count: number): Room[] {
  return Array.from({ length: count }, (_, n) => {
    const quiet = { onIdle: () => {}, onTouched: () => {} };
    const room = new Room(`r${n}` as RoomName, wakeups, quiet);
    for (const one of members) room.enter(one);
    return room;
  });
}

function people(count: number): Member[] {
  return Array.from({ length: count }, (_, n) => member(`one${n}`));
}

/** An account that tells what was paid, in ms. */
function counted(): { readonly account: Account; readonly paid: () => number } {
  let paidMs = 0;
  const spend = ({ workMs = 0 }): void => void (paidMs += workMs);
  return { account: { ...FREE, spend }, paid: () => paidMs };
}

Deno.test("who comes or goes pays for telling those who are there: a digest once, and then names", () => {
  for (const size of [0, 10, PRESENCE_EACH_MAX - 2, PRESENCE_EACH_MAX]) {
    const [room] = roomsOf(people(size), 1);
    assert(room !== undefined);
    const { account, paid } = counted();
    const first = member("First", account);
    room.enter(first);
    const came = paid();
    assert(came >= size * DELIVERY_MS && came <= size * DELIVERY_MS * 1.5, `${came} ms`);
    const second = counted();
    room.enter(member("Second", second.account));
    if (size < PRESENCE_EACH_MAX) assert(second.paid() >= size * DELIVERY_MS);
    else assert(second.paid() > 0 && second.paid() < came / 10, `${second.paid()} ms`);
    room.exit(first);
    assert(size === 0 || paid() > came, "it pays for going, too");
    room.close();
  }
});

Deno.test("who comes back to many full rooms is in the first at once, and in each further one when it is paid", async () => {
  const earnings = { ...EARNINGS, workMs: { perSecond: 100, burst: 10 } };
  const rooms = roomsOf(people(PRESENCE_EACH_MAX), 100);
  const turns = new Turns(loop);
  const anna = member("Anna", turns.open(earnings));
  for (const room of rooms) room.hold();
  const pages = {
    store: memoryStore(),
    pageBytesMax: 1 << 20,
    reading: new Permits(1),
    replaced: new Replaced(),
    hall: { nowMs: 0 },
  };
  const returns = rooms.map((room) => ({ room, seen: 0 }));
  let back = false;
  const coming = Promise.resolve(comeBack(pages, anna, returns, () => true))
    .then(() => void (back = true));
  assert(anna.places.size > 0);
  const startMs = loop.now();
  const roomMs = PRESENCE_EACH_MAX * DELIVERY_MS;
  while (!back) {
    const earnedMs = 10 * SHARE_AT_FIRST + (loop.now() - startMs) / 1_000 * 100;
    assert(anna.places.size * roomMs <= earnedMs + 2 * roomMs, `${anna.places.size} rooms`);
    loop.pass(5);
    while (loop.asked) loop.turn();
    loop.turn();
    for (let tick = 0; tick < 8; tick++) await Promise.resolve();
    assert(loop.now() - startMs < 10_000, "it takes no longer than it must");
  }
  await coming;
  assertEquals(anna.places.size, rooms.length);
  assert(loop.now() - startMs >= 300, `${loop.now() - startMs} ms`);
  for (const room of rooms) room.close();
});
