/**
 * Claims about what is new: the mark, the way to it, and the way to mentions.
 *
 * @module
 */

import assert from "node:assert/strict";
import { LINES_MAX } from "../../../cli/tty/limits.ts";
import { currentView } from "../../../cli/tty/model.ts";
import { inLobby, NOON, type Play } from "./play.ts";

const MARK = /^─── new since you left ─+$/;

/** The conversation's rows, without empty ones and without time and name. */
function talk(game: Play): string[] {
  return game.rows().slice(0, -2).filter((row) => row !== "")
    .map((row) => MARK.test(row) ? "new" : row.replace(/^\d\d:\d\d (anna )?/, ""));
}

/** In `dev`, after so many lines were seen in the lobby. */
function awayFromLobby(seen = 2): Play {
  const game = inLobby({ columns: 60, rows: 8 });
  for (let i = 1; i <= seen; i++) game.message("anna", `seen ${i}`);
  game.event({ kind: "entered", room: "dev", seq: 0, show: true });
  return game;
}

Deno.test("a mark stands above the first line that came while one was elsewhere", () => {
  const game = awayFromLobby();
  game.message("anna", "one");
  game.message("anna", "two");
  game.keys("alt+1");
  assert.deepEqual(talk(game), ["seen 1", "seen 2", "new", "one", "two"]);
  game.message("anna", "three");
  assert.deepEqual(talk(game), ["seen 1", "seen 2", "new", "one", "two", "three"]);
});

Deno.test("the mark goes when one goes elsewhere, and comes again lower", () => {
  const game = awayFromLobby();
  game.message("anna", "one");
  game.keys("alt+1", "alt+2", "alt+1");
  assert.deepEqual(talk(game), ["seen 1", "seen 2", "one"]);
  game.keys("alt+2");
  game.message("anna", "two");
  game.keys("alt+1");
  assert.deepEqual(talk(game), ["seen 1", "seen 2", "one", "new", "two"]);
});

Deno.test("the mark goes when one says something, and when the screen is cleared", () => {
  for (const line of ["hi", "/clear"]) {
    const game = awayFromLobby();
    game.message("anna", "one");
    game.keys("alt+1", `type:${line}`, "enter");
    assert.ok(!talk(game).includes("new"), line);
  }
});

Deno.test("presence and what I said elsewhere set no mark", () => {
  const game = awayFromLobby();
  game.client({ type: "UserJoined", room: "lobby", username: "bob" });
  game.message("zoe", "from my other terminal");
  game.keys("alt+1");
  assert.ok(!talk(game).includes("new"));
});

Deno.test("Alt+u puts the mark in the first row, and does nothing where all was seen", () => {
  const game = awayFromLobby(30);
  for (let i = 1; i <= 30; i++) game.message("anna", `new ${i}`);
  game.keys("alt+1");
  assert.deepEqual(talk(game).at(-1), "new 30");
  game.keys("alt+u");
  assert.deepEqual(talk(game), ["new", "new 1", "new 2", "new 3", "new 4", "new 5"]);
  game.keys("pageup", "pagedown");
  assert.deepEqual(talk(game), ["new", "new 1", "new 2", "new 3", "new 4", "new 5"]);
  game.keys("alt+2", "alt+1", "alt+u");
  assert.deepEqual(talk(game), ["seen 30", "new 1", "new 2", "new 3", "new 4", "new 5"]);
});

Deno.test("Alt+u follows the newest line where the mark is on the screen anyway", () => {
  const game = awayFromLobby(30);
  game.message("anna", "one");
  game.keys("alt+1", "alt+u");
  game.message("anna", "two");
  assert.equal(talk(game).at(-1), "two");
});

Deno.test("when more is new than is kept, Alt+u goes to the oldest line that is kept", () => {
  const game = awayFromLobby();
  for (let i = 1; i <= LINES_MAX + 200; i++) game.message("anna", `new ${i}`);
  game.keys("alt+1", "alt+u");
  assert.equal(talk(game)[0], "new");
  const { lines } = currentView(game.model);
  assert.equal(talk(game)[1], `new ${LINES_MAX + 200 - (lines.end - lines.first) + 1}`);
});

Deno.test("Alt+n visits what is new first, then the other views, then from the top", () => {
  const game = inLobby({ columns: 60, rows: 8 });
  game.message("anna", "zoe, old");
  for (let i = 1; i <= 30; i++) game.message("anna", `filler ${i}`);
  game.message("anna", "dev: zoe 1", { room: "dev" });
  game.message("anna", "dev: zoe 2", { room: "dev" });
  game.client({ type: "PrivateMessage", from: "bob", content: "psst", seq: 1, at: NOON });
  game.event({ kind: "entered", room: "ops", seq: 0, show: true });
  game.message("anna", "zoe, new");
  game.keys("alt+1");
  const visited: string[] = [];
  for (let i = 0; i < 6; i++) {
    game.keys("alt+n");
    const place = game.model.lastMention;
    visited.push(`${place?.view}:${place?.position}`);
    assert.equal(currentView(game.model).key, place?.view);
  }
  assert.deepEqual(visited, ["lobby:31", "dev:0", "dev:1", "@bob:0", "lobby:0", "lobby:31"]);
  assert.match(talk(game).join("\n"), /zoe, new/);
});

Deno.test("Alt+n shows an old mention in the middle of what stands around it", () => {
  const game = inLobby({ columns: 60, rows: 8 });
  for (let i = 1; i <= 40; i++) game.message("anna", i === 20 ? "here zoe" : `line ${i}`);
  game.keys("alt+n");
  assert.deepEqual(talk(game), ["line 17", "line 18", "line 19", "here zoe", "line 21", "line 22"]);
});

Deno.test("Alt+n and Alt+u do nothing where there is nothing", () => {
  const game = inLobby();
  game.message("anna", "hello");
  const before = game.model;
  game.keys("alt+n", "alt+u");
  assert.deepEqual(game.model, before);
});
