/**
 * A word comes too early when telling it takes more of the loop than there is: only a word, and only to a crowd.
 *
 * @module
 */

import { Addresses } from "../../../server/addresses/addresses.ts";
import { Price } from "../../../server/budget/mod.ts";
import { CROWDS_MS_BURST } from "../../../server/budget/limits.ts";
import { LIMITS_DEFAULT } from "../../../server/limits.ts";
import type { Member } from "../../../server/rooms/member.ts";
import { Room } from "../../../server/rooms/room.ts";
import { Throttles } from "../../../server/admission/throttle.ts";
import { msTooEarly } from "../../../server/session/too_early.ts";
import { Wakeups } from "../../../server/rooms/wakeups.ts";
import { type ClientMessage, roomName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandLoop } from "../budget/by_hand.ts";
import { handMember } from "../hand_member.ts";

const wakeups = new Wakeups(new HandLoop());

function member(text: string, addresses?: Addresses): Member {
  return handMember(text, addresses === undefined ? { wakeups } : { wakeups, addresses });
}

function roomOf(size: number): Room {
  const name = roomName("lobby");
  assert(name.kind === "name");
  const room = new Room(name.name, wakeups, { onIdle: () => {}, onTouched: () => {} });
  for (let n = 0; n < size; n++) room.enter(member(`one${n}`));
  return room;
}

const WORD: ClientMessage = { type: "Broadcast", content: "x".repeat(8_000), id: "w" };

/** How many ms a word to so many comes too early, while so much is owed for telling crowds; and the ping after it. */
function early(size: number, owedMs: number, perSecond = 20): { word: number; ping: number } {
  const room = roomOf(size);
  const price = new Price(performance.now());
  price.spend(performance.now(), CROWDS_MS_BURST + owedMs);
  const rates = {
    messages: new Throttles(perSecond, 40),
    requests: new Throttles(perSecond, 40),
    inspections: new Throttles(1, 2),
  };
  const pace = { rates, wakeups: { price }, world: { hall: { room: () => room } } };
  const speaker = member("Anna");
  room.enter(speaker);
  const word = msTooEarly(pace, speaker, WORD);
  const ping = msTooEarly(pace, speaker, { type: "Ping" });
  room.close();
  return { word, ping };
}

Deno.test("a loud word to a crowd comes too early while much is owed for telling crowds; a ping never does", () => {
  const { word, ping } = early(200, 10_000);
  assert(word >= 1_000, `${word} ms`);
  assertEquals(ping, 0);
});

Deno.test("a word to a few, or while nothing is owed, or where rates have no limit, is in time", () => {
  assertEquals(early(2, 1_000).word, 0);
  assertEquals(early(200, 0).word, 0);
  assertEquals(early(200, 10_000, 0).word, 0);
});

Deno.test("of rooms that somebody is not in, or that are none, nothing is remembered", () => {
  const limited = new Addresses(LIMITS_DEFAULT, []);
  const speaker = member("Mal", limited);
  const room = roomOf(0);
  room.enter(speaker);
  const rates = {
    messages: new Throttles(1_000, 10_000),
    requests: new Throttles(20, 40),
    inspections: new Throttles(1, 2),
  };
  const pace = { rates, wakeups, world: { hall: { room: () => room } } };
  const before = limited.bytes;
  for (let n = 0; n < 50; n++) {
    msTooEarly(pace, speaker, {
      type: "Broadcast",
      room: `${n}${"\ufdfa".repeat(100)}`,
      content: "",
    });
  }
  assertEquals(limited.bytes, before);
  msTooEarly(pace, speaker, { type: "Broadcast", content: "" });
  assert(limited.bytes > before);
  room.close();
});
