/**
 * Claims about what is seen: sizes, scrolling, and the look of lines.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { draw } from "../../../cli/tty/screen.ts";
import { ansi, plain } from "../../../cli/tty/style.ts";
import { columns } from "../../../cli/tty/width.ts";
import { inLobby, NOON, type Play } from "./play.ts";

/** Each row fits, there are as many as there should be, and the cursor is inside. */
function assertExact(game: Play): void {
  const { size } = game.model;
  const { rows, cursor } = draw(game.model);
  assert.equal(rows.length, size.rows);
  for (const row of rows) {
    const width = columns(plain(row));
    assert.ok(width <= size.columns, `${width} > ${size.columns}: ${plain(row)}`);
    const sum = row.reduce((total, { text }) => total + columns(text), 0);
    assert.ok(sum <= size.columns, `${sum} > ${size.columns} in spans: ${plain(row)}`);
    assert.doesNotMatch(plain(row), /[\p{Cc}\p{Bidi_Control}]/u);
  }
  assert.ok(cursor.row >= 0 && cursor.row < size.rows, `cursor row ${cursor.row}`);
  assert.ok(cursor.column >= 0 && cursor.column < size.columns, `cursor column ${cursor.column}`);
}

const name = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constant("李雷李雷李雷李雷"),
);
const words = fc.string({ unit: "grapheme", maxLength: 120 });

Deno.test("the screen is exact for any text, names and size", () => {
  const size = fc.record({
    columns: fc.integer({ min: 20, max: 120 }),
    rows: fc.integer({ min: 5, max: 40 }),
  });
  const messages = fc.array(fc.tuple(name, words), { maxLength: 8 });
  fc.assert(
    fc.property(size, size, messages, words, (first, second, said, typed) => {
      const game = inLobby(first);
      for (const [from, text] of said) {
        game.message(from, text);
        game.client({ type: "PrivateMessage", from, content: text, seq: 1, at: NOON });
      }
      game.keys(`type:${typed}`, "alt+enter", "type:x", "left");
      assertExact(game);
      game.keys("pageup");
      assertExact(game);
      game.event({ kind: "resize", size: second });
      assertExact(game);
      game.keys("type:/nope", "enter", "alt+2");
      assertExact(game);
      game.message("anna", `zoe ${typed}`);
      game.keys("alt+1", "alt+u");
      assertExact(game);
      game.keys("ctrl+s", `type:${typed.slice(0, 3)}`, "up");
      assertExact(game);
      game.keys("escape", "alt+n");
      assertExact(game);
    }),
    { numRuns: 60 },
  );
});

Deno.test("the screen does not fail on sizes for which it is not made", () => {
  for (const columns of [1, 2, 5, 19]) {
    for (const rows of [1, 2, 3, 4]) {
      const game = inLobby({ columns, rows });
      game.message("anna", "hello 你好 world");
      game.keys("type:some words being typed");
      assertExact(game);
    }
  }
});

Deno.test("a wide screen shows time and name, and hangs the rest below the text", () => {
  const game = inLobby({ columns: 40, rows: 6 });
  game.message("anna", "Shall we meet at the river, where the old boat lies?\nYes");
  assert.deepEqual(game.screen().slice(0, 3), [
    "12:00 anna Shall we meet at the river,",
    "      where the old boat lies?",
    "      Yes",
  ]);
});

Deno.test("20 × 5 shows the conversation, the status and the input", () => {
  const game = inLobby({ columns: 20, rows: 5 });
  game.event({ kind: "tick", roundTripMs: 3 });
  game.message("anna", "Shall we meet at noon?");
  game.keys("type:yes");
  assert.deepEqual(game.rows(), [
    "",
    "anna Shall we meet",
    "  at noon?",
    " lobby         3 ms ",
    "> yes",
  ]);
});

Deno.test("a scrolled view does not move when lines arrive, and counts them", () => {
  const game = inLobby({ columns: 60, rows: 8 });
  for (let i = 1; i <= 30; i++) game.message("anna", `line ${i}`);
  game.keys("pageup");
  const before = game.rows().slice(0, 6);
  for (let i = 31; i <= 35; i++) game.message("anna", `line ${i}`);
  assert.deepEqual(game.rows().slice(0, 6), before);
  assert.match(game.rows()[6] ?? "", /↓5 new/);
  game.keys("alt+end");
  assert.match(game.rows()[5] ?? "", /line 35$/);
  assert.doesNotMatch(game.rows()[6] ?? "", /new/);
});

Deno.test("PgUp and PgDn overlap by a row, stop at the ends, and come back to following", () => {
  const game = inLobby({ columns: 60, rows: 8 });
  for (let i = 1; i <= 30; i++) game.message("anna", `line ${i}`);
  const top = () => game.rows()[0]?.replace("12:00 anna ", "");
  assert.equal(top(), "line 25");
  game.keys("pageup");
  assert.equal(top(), "line 20");
  game.keys("pageup", "pageup", "pageup", "pageup", "pageup", "pageup");
  assert.equal(top(), "line 1");
  game.keys("pagedown");
  assert.equal(top(), "line 6");
  game.keys("pagedown", "pagedown", "pagedown", "pagedown");
  assert.equal(top(), "line 25");
  game.message("anna", "line 31");
  assert.equal(top(), "line 26");
});

Deno.test("the input grows to a third of the screen, and shows the rows around the cursor", () => {
  const game = inLobby({ columns: 20, rows: 9 });
  game.keys("type:1", "alt+enter", "type:2", "alt+enter", "type:3", "alt+enter", "type:4");
  assert.deepEqual(game.rows().slice(-3), ["  2", "  3", "  4"]);
  game.keys("up", "up", "up");
  assert.deepEqual(game.rows().slice(-3), ["> 1", "  2", "  3"]);
});

Deno.test("a mention lights up, a name has one colour for ever, NO_COLOR has none", () => {
  const game = inLobby();
  game.message("anna", "hello zoe");
  const row = draw(game.model).rows.find((row) => plain(row).includes("hello zoe")) ?? [];
  assert.equal(row.at(-1)?.role, "mention");
  const colour = ansi(row, "colour");
  assert.equal(ansi(row, "colour"), colour);
  // deno-lint-ignore no-control-regex -- escape sequences are what is looked for
  assert.doesNotMatch(ansi(row, "monochrome"), /\x1b\[[\d;]*(3|9)\d/);
  assert.equal(ansi(row, "none"), plain(row));
});

Deno.test("the status line drops the least important first", () => {
  const game = inLobby({ columns: 44, rows: 6 });
  for (const room of ["alpha", "beta", "gamma"]) {
    game.event({ kind: "entered", room, seq: 0, show: false });
  }
  game.message("anna", "zoe?", { room: "gamma" });
  const status = game.rows().at(-2) ?? "";
  assert.match(status, /^ 1:lobby {2}4:gamma 1! {2}\+ +host:1 online $/);
});
