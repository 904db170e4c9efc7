/**
 * How far an account has read, as the dashboard's process keeps it for its pages, without a server.
 *
 * @module
 */

import { chatEventOf } from "../../observe/dashboard/chat_events.ts";
import { POSITIONS_MAX } from "../../observe/dashboard/limits.ts";
import { Positions } from "../../observe/dashboard/positions.ts";
import type { Welcome } from "../../server/wire/mod.ts";
import { assertEquals } from "../assert.ts";

function welcome(more: Partial<Welcome>): Welcome {
  const server = { server: "s", protocol: 1, durability: "none" } as const;
  return { type: "Welcome", username: "Me", rooms: ["lobby"], ...server, account: true, ...more };
}

function line(room: string, seq: number, more = {}) {
  return { room, seq, mine: false, mention: false, ...more };
}

Deno.test("what a login counts is not counted again when it comes, and what comes later is", () => {
  const positions = new Positions();
  positions.welcomed(welcome({
    heads: { lobby: 5, den: 9 },
    unread: [{ room: "lobby", head: 5, read: 3, unread: 2, mentioned: true }],
  }));
  positions.heard(line("lobby", 4));
  positions.heard(line("lobby", 5));
  const lobby = { room: "lobby", head: 5, read: 3, unread: 2, mentioned: true };
  assertEquals(positions.unread, [lobby]);
  positions.heard(line("lobby", 6));
  positions.heard(line("DEN", 10));
  assertEquals(positions.unread, [
    { ...lobby, head: 6, unread: 3 },
    { room: "den", head: 10, read: 9, unread: 1 },
  ]);
  positions.read({ room: "Lobby" }, 5);
  assertEquals(positions.unread[1], { ...lobby, head: 6, read: 5, unread: 1 });
});

Deno.test("one's own words, another device, and a later login read what was unread", () => {
  const positions = new Positions();
  positions.welcomed(welcome({ unread: [{ with: "Ben", head: 7, read: 5, unread: 2 }] }));
  positions.heard({ with: "Ben", seq: 8, mine: true, mention: false });
  assertEquals(positions.unread, []);
  positions.heard({ with: "Anna", seq: 3, mine: false, mention: false });
  assertEquals(positions.unread, [{ with: "Anna", head: 3, read: 2, unread: 1, mentioned: true }]);
  const event = chatEventOf({ type: "ReadMoved", with: "Anna", seq: 3 }, "Me");
  assertEquals(event, { kind: "read", with: "Anna", seq: 3 });
  positions.read({ with: "anna" }, 3);
  assertEquals(positions.unread, []);
  positions.heard(line("lobby", 4));
  positions.welcomed(welcome({}));
  assertEquals(positions.unread, []);
});

Deno.test("a guest has no positions, and a server that names places without end fills nothing", () => {
  const positions = new Positions();
  positions.welcomed(welcome({ account: false }));
  positions.heard(line("lobby", 4));
  assertEquals([positions.active, positions.unread], [false, []]);
  positions.welcomed(welcome({}));
  for (let i = 0; i < POSITIONS_MAX + 50; i++) positions.heard(line(`room${i}`, 2));
  positions.heard(line("x".repeat(1_000), 2));
  assertEquals(positions.unread.length, POSITIONS_MAX);
  assertEquals(positions.unread.at(-1)?.room, `room${POSITIONS_MAX + 49}`);
});
