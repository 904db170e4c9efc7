/**
 * Where a client stands in each room, and what it asks for after a break.
 *
 * @module
 */

import type { NewMessage, Welcome } from "../../../server/wire/mod.ts";
import { Position } from "../../../server/wire/position.ts";
import { assert, assertEquals } from "../../assert.ts";

function welcome(heads: Record<string, number>, epoch = "first", session = "secret"): Welcome {
  return {
    type: "Welcome",
    username: "Alice",
    rooms: Object.keys(heads),
    server: "chat/0",
    protocol: 1,
    durability: "none",
    epoch,
    session,
    heads,
  };
}

function said(room: string, seq: number): NewMessage {
  return { type: "NewMessage", room, seq, from: "Bob", content: "", at: 0 };
}

Deno.test("login() asks for nothing before the first welcome, and shows a secret of its own again and again", () => {
  const position = new Position(["tea"]);
  const { session, ...rest } = position.login();
  assert(/^[\w-]{32,64}$/.test(session ?? ""), session);
  assertEquals([rest, position.login()], [{}, { session }]);
  assertEquals(position.wasOnline, false);
});

Deno.test("login() asks for what came after the last seq seen, in this history, as this client", () => {
  const position = new Position([]);
  position.welcomed(welcome({ lobby: 7 }));
  assertEquals(position.login(), { resume: { lobby: 7 }, epoch: "first", session: "secret" });
  assert(position.isNew(said("lobby", 8)));
  assertEquals(position.login().resume, { lobby: 8 });
  assertEquals(position.wasOnline, true);
});

Deno.test("welcomed() gives the rooms that are still to be entered", () => {
  const position = new Position(["tea", "Lobby", "coffee"]);
  assertEquals(position.welcomed(welcome({ lobby: 0, TEA: 3 })), ["coffee"]);
});

Deno.test("entered() begins at the newest seq of a room, and does not set a known one forward", () => {
  const position = new Position([]);
  position.welcomed(welcome({ lobby: 0 }));
  position.entered({ room: "tea", seq: 5 });
  assertEquals(position.login().resume, { lobby: 0, tea: 5 });
  position.entered({ room: "tea", seq: 9 });
  assertEquals(position.login().resume, { lobby: 0, tea: 5 }, "6 to 9 were not seen yet");
});

Deno.test("isNew() is true once for each seq", () => {
  const position = new Position([]);
  position.welcomed(welcome({ lobby: 2 }));
  const seqs = [1, 2, 3, 3, 4, 2, 5];
  const fresh = seqs.filter((seq) => position.isNew(said("lobby", seq)));
  assertEquals(fresh, [3, 4, 5]);
});

Deno.test("isNew() compares rooms without case", () => {
  const position = new Position([]);
  position.welcomed(welcome({ lobby: 0 }));
  assert(position.isNew(said("Lobby", 1)));
  assert(!position.isNew(said("lobby", 1)));
});

Deno.test("welcomed() of another history begins at 0 again: all that it holds was missed", () => {
  const position = new Position([]);
  position.welcomed(welcome({ lobby: 9 }));
  position.welcomed(welcome({ lobby: 4 }, "second"));
  assertEquals(position.login().resume, { lobby: 0 });
  assert(position.isNew(said("lobby", 1)));
});

Deno.test("welcomed() of the same history keeps what was seen", () => {
  const position = new Position([]);
  position.welcomed(welcome({ lobby: 9 }));
  position.welcomed(welcome({ lobby: 12 }));
  assertEquals(position.login().resume, { lobby: 9 });
});

Deno.test("left() forgets a room", () => {
  const position = new Position(["tea"]);
  position.welcomed(welcome({ lobby: 0, tea: 1 }));
  position.left("TEA");
  assertEquals(position.login().resume, { lobby: 0 });
});

Deno.test("isNew() does not bring back a room that was left, for what was still on its way", () => {
  const position = new Position(["tea"]);
  position.welcomed(welcome({ lobby: 0, tea: 1 }));
  position.left("tea");
  position.isNew(said("tea", 2));
  assertEquals(position.login().resume, { lobby: 0 });
});

Deno.test("welcomed() without heads takes a room's name for a name, also 'constructor'", () => {
  const position = new Position(["constructor"]);
  const { heads: _, ...bare } = welcome({ lobby: 0, constructor: 0 });
  position.welcomed(bare);
  assertEquals(position.login().resume, undefined);
  assert(position.isNew(said("constructor", 1)));
});

Deno.test("who is put out of a room does not ask to come back to it; what is done to others changes nothing", () => {
  const position = new Position([]);
  position.welcomed(welcome({ lobby: 7, tea: 3, dev: 2 }));
  const order = { type: "Order", by: "Bob" } as const;
  position.ordered({ ...order, act: "kick", room: "TEA", user: "alice" }, "Alice");
  position.ordered({ ...order, act: "ban", room: "dev", user: "Carl" }, "Alice");
  position.ordered({ ...order, act: "mute", room: "dev", user: "Alice" }, "Alice");
  assertEquals(position.login().resume, { lobby: 7, dev: 2 });
});

Deno.test("welcomed() of another history goes back by itself to no room that was for the invited and is not there", () => {
  const position = new Position([]);
  position.welcomed({ ...welcome({ lobby: 1, dev: 2, tea: 3, ops: 4 }), closed: ["DEV", "tea"] });
  position.entered({ room: "board", seq: 5, closed: true });
  position.changed({ room: "tea", access: "open" });
  position.changed({ room: "OPS", access: "invite" });
  assertEquals(position.login().closed, ["dev", "ops", "board"]);
  assertEquals(position.welcomed(welcome({ lobby: 1 })), ["dev", "tea", "ops", "board"]);
  assertEquals(position.welcomed(welcome({ lobby: 1, dev: 0 }, "second")), ["tea"]);
  assertEquals(["dev", "tea", "ops", "board"].map((room) => position.has(room)), [
    true,
    true,
    false,
    false,
  ]);
  assertEquals(position.login().closed, undefined);
});
