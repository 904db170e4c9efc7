/**
 * Claims about the line that tells of joins and leaves.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { PRESENCE_NAMES_MAX, PRESENCE_NAMES_SHOWN_MAX } from "../../../cli/tty/limits.ts";
import { presenceLine } from "../../../cli/tty/presence.ts";
import { inLobby, NOON, type Play, texts } from "./play.ts";

/** Plays `+name` as a join and `-name` as a leave. */
function move(game: Play, ...moves: readonly string[]): void {
  for (const move of moves) {
    const type = move.startsWith("+") ? "UserJoined" : "UserLeft";
    game.client({ type, room: "lobby", username: move.slice(1) });
  }
}

Deno.test("joins and leaves that follow each other are one line", () => {
  const game = inLobby();
  move(game, "+Bob", "+ci", "-ci");
  assert.deepEqual(texts(game.model), ["Bob, ci joined · ci left"]);
  move(game, "-anna", "+anna");
  assert.deepEqual(texts(game.model), ["Bob, ci joined · ci left · anna left and came back"]);
});

Deno.test("whatever is said between them, they are told apart again", () => {
  const game = inLobby();
  move(game, "+bob");
  game.message("bob", "hi");
  move(game, "-bob");
  assert.deepEqual(texts(game.model), ["bob joined", "hi", "bob left"]);
});

Deno.test("who goes in and out all night stands there once, and as what they are now", () => {
  const game = inLobby();
  for (let i = 0; i < 1_000; i++) move(game, "+ci", "-CI");
  assert.deepEqual(texts(game.model), ["CI joined · CI left"]);
  move(game, "+ci");
  assert.deepEqual(texts(game.model), ["ci joined"]);
});

Deno.test("a crowd is told as a number", () => {
  const game = inLobby();
  move(game, ...Array.from({ length: PRESENCE_NAMES_SHOWN_MAX + 12 }, (_, i) => `+u${i}`));
  assert.deepEqual(texts(game.model), ["u0, u1, u2, u3, u4, u5, u6, u7 … and 12 more joined"]);
});

Deno.test("a line keeps so many names and no more; then another begins", () => {
  const game = inLobby();
  move(game, ...Array.from({ length: 2 * PRESENCE_NAMES_MAX + 1 }, (_, i) => `+u${i}`));
  assert.equal(texts(game.model).length, 3);
});

Deno.test("a digest without names tells nothing", () => {
  const game = inLobby();
  game.client({ type: "Presence", room: "lobby", joined: [], left: [], users: 7 });
  assert.deepEqual(texts(game.model), []);
});

Deno.test("an updated line does not count as new, and moves nothing where one has scrolled back", () => {
  const game = inLobby({ columns: 60, rows: 8 });
  for (let i = 1; i <= 30; i++) game.message("anna", `line ${i}`);
  move(game, "+bob");
  game.keys("pageup");
  const before = game.rows();
  move(game, "-bob", "+ci");
  assert.deepEqual(game.rows().slice(0, 6), before.slice(0, 6));
  assert.doesNotMatch(game.rows()[6] ?? "", /new/);
});

Deno.test("the line says who is here and was not, and the other way round", () => {
  const moves = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.boolean()), { minLength: 1 });
  fc.assert(fc.property(moves, (moves) => {
    let line: ReturnType<typeof presenceLine> | undefined;
    const before = new Map<string, boolean>();
    const after = new Map<string, boolean>();
    for (const [name, joins] of moves) {
      if (!before.has(name)) before.set(name, !joins);
      after.set(name, joins);
      const [joined, left] = joins ? [[name], []] : [[], [name]];
      line = presenceLine(line, { joined, left }, NOON);
    }
    const clauses = line?.text[0]?.split(" · ") ?? [];
    const inClause = (name: string, verb: string) =>
      clauses.some((clause) => clause.endsWith(` ${verb}`) && clause.split(/[ ,]+/).includes(name));
    for (const [name, wasHere] of before) {
      const isHere = after.get(name) ?? false;
      assert.equal(inClause(name, "joined"), !wasHere);
      assert.equal(inClause(name, "left"), !isHere);
      assert.equal(inClause(name, "left and came back"), wasHere && isHere);
    }
  }));
});
