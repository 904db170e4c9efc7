/**
 * Claims about the terminal's own slash commands, and that nothing of what somebody typed reaches it unchecked.
 *
 * @module
 */

import assert from "node:assert/strict";
import { inLobby } from "./play.ts";
import { COMMANDS, help, parseLine } from "../../../cli/tty/commands.ts";

Deno.test("an unknown word is a problem whose sentence can be shown", () => {
  for (const line of ["/nope", "/\x1b[2J", "/join a\x1b[2J"]) {
    const wish = parseLine(line);
    assert.equal(wish?.kind, "problem", line);
    assert.doesNotMatch(wish?.kind === "problem" ? wish.sentence : "", /\p{Cc}/u);
  }
  assert.doesNotMatch(help("\x1b[2J").join(), /\p{Cc}/u);
});

Deno.test("files go by path and number, and the chat is left", () => {
  const cases: [string, unknown][] = [
    ["/send bob my file.txt", { kind: "send", to: { user: "bob" }, path: "my file.txt" }],
    ["/send #ops x", { kind: "send", to: { room: "ops" }, path: "x" }],
    ["/accept", { kind: "accept", n: undefined }],
    ["/decline 3", { kind: "decline", n: 3 }],
    ["/cancel 2", { kind: "cancel", n: 2 }],
    ["/transfers", { kind: "transfers" }],
    ["/exit", { kind: "quit" }],
  ];
  for (const [line, wish] of cases) assert.deepEqual(parseLine(line), wish, line);
});

Deno.test("a command of the terminal used wrongly says how it is used", () => {
  for (const line of ["/send bob", "/accept x", "/cancel", "/cancel x", "/quit now"]) {
    const wish = parseLine(line);
    assert.match(wish?.kind === "problem" ? wish.sentence : "", /^Usage: \//, line);
  }
});

Deno.test("help has a line for each command, and names the keys that one cannot guess", () => {
  const lines = help("");
  for (const { name } of COMMANDS.rows) {
    assert.ok(lines.some((line) => line.startsWith(`/${name}`)), name);
  }
  for (const key of ["Tab", "PgUp", "Alt+End", "Alt+a", "Alt+u", "Alt+n", "Ctrl+s", "Ctrl+r"]) {
    assert.ok(lines.join("\n").includes(key), key);
  }
  assert.deepEqual(help("w"), ["/msg NAME TEXT (or /w): say something to one user"]);
});

Deno.test("what a command does stands beside it, where a usual terminal still has room for it", () => {
  const lines = help("");
  for (const { summary } of COMMANDS.rows) {
    const line = lines.find((line) => line.endsWith(`  ${summary}`));
    assert.ok(line !== undefined && line.length - summary.length <= 30, `${line}`);
  }
});

Deno.test("what a command does goes on below where it began, as far as there is room for two columns", () => {
  const help = (columns: number) => {
    const game = inLobby({ columns, rows: 80 });
    game.keys("type:/help", "enter");
    return game.screen();
  };
  const usual = help(80);
  const at = usual.findIndex((row) => row.includes("/kick NAME"));
  assert.equal(usual[at]?.indexOf("put somebody out"), 34);
  assert.match(usual[at + 1] ?? "", /^ {34}\S/);
  const narrow = help(40);
  const row = narrow.findIndex((row) => row.includes("/kick NAME"));
  assert.match(narrow[row + 1] ?? "", /^ {8}\S/);
});
