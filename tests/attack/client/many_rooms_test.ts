/**
 * A server that names rooms, talkers and people without end: the full-screen client keeps so many, and goes on.
 *
 * What it keeps is counted, and each step has to copy no more than that.
 *
 * @module
 */

import type { ReadMoved, UnreadEntry, Welcome } from "../../../server/wire/mod.ts";
import {
  LISTED_MAX,
  PEOPLE_MAX,
  PRESENCE_NAMES_MAX,
  VIEWS_MAX,
  WAITING_MAX,
} from "../../../cli/tty/limits.ts";
import { newest } from "../../../cli/tty/lines.ts";
import { currentView } from "../../../cli/tty/model.ts";
import { Position } from "../../../server/wire/position.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inLobby, NOON, play, welcome } from "../../cli/tty/play.ts";

const MANY = 200_000;

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}${n}`);
}

Deno.test("a welcome to 200,000 rooms is one to those that one may be in, in one short turn", () => {
  const game = play();
  const rooms = names("r", MANY);
  const heads = Object.fromEntries(rooms.map((room) => [room, 1]));
  for (const epoch of ["one", "one", "two"]) game.client(welcome({ rooms, heads, epoch }));
  assert(game.model.views.length <= VIEWS_MAX, `${game.model.views.length} views`);
  assert(game.effects.length < 2 * VIEWS_MAX, `${game.effects.length} effects`);
  assert(game.screen().length > 0);
});

Deno.test("conversations without end leave one's own, and what one has written", () => {
  const game = inLobby();
  game.keys("type:/msg anna hello", "enter");
  game.client(
    ...names("u", 3 * VIEWS_MAX).map((from, n) =>
      ({ type: "PrivateMessage", from, content: "x", seq: n + 1, at: NOON }) as const
    ),
  );
  const { views } = game.model;
  assertEquals(views.length, VIEWS_MAX);
  const keys = new Set(views.map(({ key }) => key));
  assert(keys.has("lobby") && keys.has("@anna") && keys.has(`@u${3 * VIEWS_MAX - 1}`));
  assert(currentView(game.model).key === "@anna" || currentView(game.model).key === "lobby");
});

Deno.test("messages of rooms without end leave so many views, and the one on the screen", () => {
  const game = inLobby();
  for (const room of names("r", 2 * VIEWS_MAX)) game.message("anna", "x", { room });
  assertEquals(game.model.views.length, VIEWS_MAX);
  assertEquals(currentView(game.model).key, "lobby");
});

Deno.test("of a crowd so many names are kept, and all are counted", () => {
  const game = inLobby();
  const users = names("u", MANY);
  game.event({ kind: "people", room: "lobby", users, show: true });
  assertEquals([currentView(game.model).people.size, currentView(game.model).count], [
    PEOPLE_MAX,
    MANY,
  ]);
  const list = newest(currentView(game.model).lines);
  assert(list?.kind === "notice" && list.text[0]?.endsWith(`and ${MANY - LISTED_MAX} more`));
  game.client({ type: "Presence", room: "lobby", joined: names("v", MANY), left: [], users: MANY });
  game.client({ type: "UserLeft", room: "lobby", username: "u0" });
  const view = currentView(game.model);
  assertEquals([view.people.size, view.count], [PEOPLE_MAX - 1, MANY - 1]);
  const line = newest(view.lines);
  assert(line?.kind === "presence" && line.moves.size <= PRESENCE_NAMES_MAX);
});

Deno.test("a client resumes and enters no more rooms than a server lets anybody into", () => {
  const position = new Position([]);
  const welcomed: Welcome = {
    ...{ type: "Welcome", username: "Alice", rooms: names("r", MANY), server: "x", protocol: 1 },
    ...{ durability: "durable", epoch: "e", session: "s", heads: {} },
  };
  position.welcomed(welcomed);
  const again = position.welcomed({ ...welcomed, rooms: [] });
  assert(again.length <= 200, `${again.length} rooms are entered again`);
});

Deno.test("a welcome that counts what waits in places without end opens so many, and draws nothing of its own", () => {
  const evil = "\x1b[2J\u202e\n";
  const unread = names(evil, MANY).map((name, n): UnreadEntry => ({
    ...(n % 2 === 0 ? { room: name } : { with: name }),
    head: Number.MAX_SAFE_INTEGER - n,
    read: n % 3 === 0 ? Number.MAX_SAFE_INTEGER : 0,
    unread: Number.MAX_SAFE_INTEGER,
  }));
  const game = play();
  game.client(welcome({ account: true, heads: { lobby: 1 }, unread }));
  assert(game.model.views.length <= WAITING_MAX + 1, `${game.model.views.length} views`);
  game.client(
    ...unread.slice(-20).map(({ room, with: other }): ReadMoved => ({
      type: "ReadMoved",
      ...(room === undefined ? {} : { room }),
      ...(other === undefined ? {} : { with: other }),
      seq: Number.MAX_SAFE_INTEGER,
    })),
  );
  game.keys("alt+a");
  for (let second = 0; second < 3; second++) {
    game.wait(1_000);
    assert(game.effects.length <= 1, "one word a second, whatever waits");
  }
  // deno-lint-ignore no-control-regex -- that there are none is the claim
  for (const row of game.rows()) assert(!/[\x00-\x1f\x7f-\x9f\u202e]/u.test(row), row);
});
