/**
 * Claims about typing in the terminal client: what a room is told of its reader's, and how others' stands in the status line.
 *
 * @module
 */

import assert from "node:assert/strict";
import { TYPING_HOLDS_MS } from "../../../talk/mod.ts";
import { inLobby, type Play, welcome } from "./play.ts";

/** Rooms that are told that the reader types, by the last keys. */
function told({ effects }: Play): string[] {
  return effects.flatMap((effect) => effect.kind === "typing" ? [effect.room] : []);
}

Deno.test("a room is told while its reader types something to say there", () => {
  const game = inLobby();
  game.keys("type:h", "type:i");
  assert.deepEqual(told(game), ["lobby", "lobby"]);
  game.event({ kind: "key", key: { kind: "paste", text: " there", cut: false } });
  assert.deepEqual(told(game), ["lobby"]);
  game.keys("backspace", "left", "enter");
  assert.deepEqual(told(game), []);
});

Deno.test("of a command, a whisper, other words for what was said, a search or a question nobody is told", () => {
  const whispering = inLobby();
  whispering.keys("type:/", "type:query anna", "enter");
  assert.deepEqual(told(whispering), []);
  whispering.keys("type:psst");
  assert.deepEqual(told(whispering), []);
  const editing = inLobby();
  editing.message("zoe", "words");
  editing.keys("up");
  assert.notEqual(editing.model.aim, undefined);
  editing.keys("type: more");
  assert.deepEqual(told(editing), []);
  const searching = inLobby();
  searching.keys("ctrl+s", "type:words", "escape", "ctrl+r", "type:w", "escape");
  assert.deepEqual(told(searching), []);
  const asked = inLobby();
  asked.client(welcome({ accounts: "open" }));
  asked.keys("type:/register", "enter");
  assert.equal(asked.model.mode.kind, "secret");
  asked.keys("type:correct horse");
  assert.deepEqual(told(asked), []);
});

Deno.test("/typing off tells nobody, as it is set at the start, and /typing says how it is", () => {
  const game = inLobby({ columns: 60, rows: 12 });
  game.keys("type:/typing off", "enter", "type:hello");
  assert.deepEqual(told(game), []);
  game.keys("ctrl+c", "type:/typing", "enter");
  assert.equal(game.screen().filter((row) => row.includes("Nobody is told that you")).length, 2);
  game.keys("type:/typing on", "enter", "type:hello");
  assert.deepEqual(told(game), ["lobby"]);
});

Deno.test("who types stands in the status line, and nothing else moves; it ends by itself, with a word, or by leaving", () => {
  const game = inLobby();
  game.message("ben", "one");
  const rows = game.rows();
  const status = () => game.rows().at(-2) ?? "";
  const quiet = status();
  const anna = { type: "Typing", room: "lobby", from: "anna" } as const;
  game.client(anna);
  assert.match(status(), /lobby · 2 here · anna is typing… /);
  assert.deepEqual(game.rows().with(-2, quiet), rows);
  game.wait(TYPING_HOLDS_MS - 1);
  assert.match(status(), /anna is typing/);
  game.wait(1);
  assert.deepEqual(game.rows(), rows);
  game.client(anna, { ...anna, from: "ben" });
  assert.match(status(), /anna and ben are typing… /);
  game.message("anna", "here");
  assert.match(status(), / ben is typing… /);
  game.client({ type: "UserLeft", room: "lobby", username: "ben" });
  assert.doesNotMatch(status(), /typing/);
  game.client(anna, {
    type: "RoomChanged",
    room: "lobby",
    by: "ben",
    access: "open",
    slow: 0,
    topicBy: "members",
  });
  assert.doesNotMatch(status(), /typing/);
});

Deno.test("oneself, who is ignored, and who types elsewhere are not shown", () => {
  const game = inLobby();
  game.client(welcome({ rooms: ["lobby", "dev"] }));
  const rows = game.rows();
  game.client(
    { type: "Typing", room: "lobby", from: "Zoe" },
    { type: "Typing", room: "dev", from: "anna" },
  );
  assert.deepEqual(game.rows(), rows);
  game.keys("type:/ignore anna", "enter");
  game.client({ type: "Typing", room: "lobby", from: "Anna" });
  assert.doesNotMatch(game.screen().join("\n"), /typing/);
});

Deno.test("on a narrow screen what is unread elsewhere is worth more than who types", () => {
  const game = inLobby({ columns: 40, rows: 8 });
  game.client({ type: "Typing", room: "lobby", from: "anna" });
  assert.match(game.screen().join("\n"), /anna is typing…/);
  game.client({ type: "NewMessage", room: "operations", seq: 1, from: "b", content: "zoe", at: 0 });
  const screen = game.screen().join("\n");
  assert.match(screen, /2:operations 1!/);
  assert.doesNotMatch(screen, /typing/);
  for (const row of game.rows()) assert.ok(row.length <= 40);
});
