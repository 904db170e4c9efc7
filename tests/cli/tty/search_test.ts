/**
 * Claims about the search in a view: what is found and lit, and where its keys lead.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { layOut } from "../../../cli/tty/layout.ts";
import { LINES_SCROLLED_MAX } from "../../../cli/tty/limits.ts";
import { items } from "../../../cli/tty/lines.ts";
import { currentView } from "../../../cli/tty/model.ts";
import { draw } from "../../../cli/tty/screen.ts";
import { highlighted, matches } from "../../../cli/tty/search.ts";
import { nextMatch } from "../../../talk/mod.ts";
import { plain, type Role } from "../../../cli/tty/style.ts";
import { graphemes } from "../../../cli/tty/width.ts";
import { inLobby, type Play } from "./play.ts";

/** A lobby with `line 1` to `line <count>`, of which every tenth says `ten` as well. */
function longTalk(count: number): Play {
  const game = inLobby({ columns: 60, rows: 8 });
  for (let i = 1; i <= count; i++) game.message("anna", `line ${i}${i % 10 === 0 ? " Ten" : ""}`);
  return game;
}

/** What is lit on the screen as the place where something was found. */
function lit(game: Play, role: Role = "found"): string[] {
  return draw(game.model).rows.flat().filter((span) => span.role === role).map(({ text }) => text);
}

function prompt(game: Play): string {
  return game.rows().at(-1) ?? "";
}

/** The conversation's rows. */
function talk(game: Play): string[] {
  return game.rows().slice(0, -2);
}

Deno.test("typing goes to the newest match, the keys to the others, around in a circle", () => {
  const game = longTalk(50);
  game.keys("ctrl+s", "type:ten");
  assert.equal(prompt(game), "search 5/5: ten");
  const visited = [];
  for (const key of ["ctrl+r", "up", "up", "up", "up", "ctrl+s", "down"]) {
    game.keys(key);
    visited.push(/^search (\d)\/5: ten$/.exec(prompt(game))?.[1]);
    assert.deepEqual(lit(game), ["Ten"], key);
  }
  assert.deepEqual(visited, ["4", "3", "2", "1", "5", "1", "2"]);
  assert.match(talk(game).join("\n"), /line 20 Ten/);
});

Deno.test("Esc leads back to where one was, Enter stays, and each key after it is usual again", () => {
  const game = longTalk(50);
  const bottom = talk(game);
  game.keys("ctrl+s", "type:line 7");
  assert.match(talk(game).join("\n"), /line 7$/m);
  game.keys("escape");
  assert.deepEqual(talk(game), bottom);
  game.keys("pageup");
  const scrolled = talk(game);
  game.keys("ctrl+s", "type:line 7", "ctrl+c");
  assert.deepEqual(talk(game), scrolled);
  game.keys("ctrl+s", "type:line 7");
  const there = talk(game);
  game.keys("enter");
  assert.deepEqual(talk(game), there);
  assert.equal(prompt(game), "> ");
  game.keys("type:x", "alt+end");
  assert.deepEqual(talk(game), bottom);
  assert.equal(prompt(game), "> x");
});

Deno.test("any other key ends the search at the match and does what it always does", () => {
  const game = longTalk(50);
  game.keys("ctrl+s", "type:line 25");
  const there = talk(game);
  game.keys("pageup", "pagedown");
  assert.deepEqual(talk(game), there);
  assert.equal(prompt(game), "> ");
});

Deno.test("while one searches, what arrives moves nothing, not even at the newest line", () => {
  const game = longTalk(50);
  game.keys("ctrl+s", "type:line 50");
  const before = talk(game);
  for (let i = 51; i <= 60; i++) game.message("anna", `line ${i}`);
  assert.deepEqual(talk(game), before);
  game.keys("escape");
  assert.match(talk(game).at(-1) ?? "", /line 60$/);
});

Deno.test("what is not there is told, and Backspace finds again", () => {
  const game = longTalk(20);
  const bottom = talk(game);
  game.keys("ctrl+s", "type:line 1x");
  assert.equal(prompt(game), "search, none: line 1x");
  assert.deepEqual(talk(game), bottom);
  game.keys("down", "up", "backspace");
  assert.equal(prompt(game), "search 11/11: line 1");
  game.keys("backspace", "backspace", "backspace", "backspace", "backspace", "backspace");
  assert.equal(prompt(game), "search: ");
  assert.deepEqual(lit(game), []);
});

Deno.test("case does not matter, and a text that folds to another length is lit whole", () => {
  const game = inLobby({ columns: 60, rows: 8 });
  game.message("anna", "Die STRASSE, die Straße, ΟΔΟΣ, ÉTÉ");
  for (
    const [query, found] of [
      ["straße", ["STRASSE", "Straße"]],
      ["ras", ["RAS", "raß"]],
      ["οδοσ", ["ΟΔΟΣ"]],
      ["e\u0301t", ["ÉT"]],
      ["ANNA", ["anna"]],
    ] as const
  ) {
    game.keys("ctrl+s", `type:${query}`);
    assert.deepEqual(lit(game), found, query);
    game.keys("escape");
  }
});

Deno.test("a match that is broken over two rows lights its whole line", () => {
  const game = inLobby({ columns: 26, rows: 8 });
  game.message("anna", "one two three four five six");
  game.keys("ctrl+s", "type:two three four five");
  assert.equal(prompt(game), "search 1/1: ree four five", "the end of a long query is seen");
  assert.match(lit(game).join(""), /one two three four ?\s*five six/);
});

Deno.test("other matches on the screen are lit as well, in another way", () => {
  const game = longTalk(12);
  game.keys("ctrl+s", "type:line 1");
  assert.deepEqual(lit(game), ["line 1"]);
  assert.deepEqual(lit(game, "match"), ["line 1", "line 1"]);
});

Deno.test("lines that are left out meanwhile are searched no more, and the screen is never empty", () => {
  const game = longTalk(50);
  game.keys("ctrl+s", "type:line 7");
  for (let i = 0; i <= LINES_SCROLLED_MAX; i++) game.message("anna", `more ${i}`);
  assert.equal(talk(game).filter((row) => row !== "").length, 6);
  game.keys("up");
  assert.match(talk(game).join(), /more \d/);
  game.keys("backspace", "backspace", "backspace", "backspace", "backspace", "backspace");
  game.keys("type:more 9", "up", "enter");
  assert.match(talk(game).join(), /more 9/);
});

Deno.test("a paste of one line goes into the search, and a view that comes up ends it", () => {
  const game = longTalk(20);
  game.keys("ctrl+s");
  game.event({ kind: "key", key: { kind: "paste", text: "line 3\n", cut: false } });
  assert.equal(prompt(game), "search 1/1: line 3");
  game.event({ kind: "entered", room: "dev", seq: 0, show: true });
  assert.equal(prompt(game), "> ");
});

Deno.test("what matches is lit, what does not is not, and no text is changed by it", () => {
  const words = fc.string({ unit: fc.constantFrom(..."aAbßSs éΣσ👍🏽李\u0301") });
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 5 }), words, (texts, query) => {
      const game = inLobby({ columns: 24, rows: 8 });
      for (const text of texts) game.message("b", text);
      const view = currentView(game.model);
      const found = matches(view, query);
      for (const [position, line] of [...items(view.lines)].entries()) {
        const rows = layOut(line, 24);
        const marked = highlighted({ line, rows, query, role: "found" });
        assert.deepEqual(marked.map(plain), rows.map(plain));
        const some = marked.flat().some(({ role }) => role === "found");
        assert.equal(some, found.includes(position), JSON.stringify(line.text));
      }
      // A text is found by any of its parts.
      const parts = graphemes(texts[0] ?? "");
      const part = parts.slice(1, 4).join("");
      if (part.trim() !== "") assert.ok(matches(view, part).includes(0), JSON.stringify(part));
    }),
  );
});

Deno.test("nextMatch() visits each match once before the first comes again", () => {
  const positions = fc.uniqueArray(fc.integer(), { minLength: 1 })
    .map((found) => found.toSorted((left, right) => left - right));
  fc.assert(
    fc.property(positions, fc.integer(), fc.constantFrom("up", "down"), (found, from, way) => {
      const visited: number[] = [];
      let at = from;
      for (const _ of found) {
        at = nextMatch(found, at, way) ?? NaN;
        visited.push(at);
      }
      assert.deepEqual(new Set(visited), new Set(found));
    }),
  );
});

Deno.test("a query is one row, whatever is typed, and loses whole characters", () => {
  const game = longTalk(3);
  game.keys("ctrl+s");
  game.event({ kind: "key", key: { kind: "text", text: "a\nb" } });
  assert.equal(prompt(game), "search, none: a b");
  game.keys("type:👍", "backspace");
  assert.equal(prompt(game), "search, none: a b");
});
