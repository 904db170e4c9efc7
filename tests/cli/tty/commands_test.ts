/**
 * Claims about slash commands.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { COMMANDS, parseLine } from "../../../cli/tty/commands.ts";

Deno.test("a line without a slash is said as it is", () => {
  assert.deepEqual(parseLine("hello /join"), { kind: "say", text: "hello /join" });
  assert.deepEqual(parseLine("  hi"), { kind: "say", text: "  hi" });
  assert.equal(parseLine("  "), undefined);
});

Deno.test("two slashes say one", () => {
  assert.deepEqual(parseLine("//join dev"), { kind: "say", text: "/join dev" });
  assert.deepEqual(parseLine("//"), { kind: "say", text: "/" });
});

Deno.test("an unknown word is a problem and is never said", () => {
  for (const line of ["/", "/nope", "/nope text", "/ join", "/\x1b[2J"]) {
    const wish = parseLine(line);
    assert.equal(wish?.kind, "problem", line);
    assert.doesNotMatch(wish?.kind === "problem" ? wish.sentence : "", /\p{Cc}/u);
  }
});

Deno.test("each command gives its wish", () => {
  const cases: [string, unknown][] = [
    ["/join dev", { kind: "join", room: "dev" }],
    ["/J dev", { kind: "join", room: "dev" }],
    ["/leave", { kind: "leave" }],
    ["/part dev", { kind: "leave", name: "dev" }],
    ["/topic tea at noon", { kind: "topic", text: "tea at noon" }],
    ["/msg bob hello  there", { kind: "whisper", to: "bob", text: "hello  there" }],
    ["/w bob one\ntwo", { kind: "whisper", to: "bob", text: "one\ntwo" }],
    ["/reply yes", { kind: "reply", text: "yes" }],
    ["/query bob", { kind: "query", name: "bob" }],
    ["/me waves", { kind: "say", text: "*waves*" }],
    ["/who", { kind: "names" }],
    ["/list", { kind: "list" }],
    ["/rooms", { kind: "rooms" }],
    ["/history 20", { kind: "history", count: 20 }],
    ["/history 9999", { kind: "history", count: 500 }],
    ["/bell all", { kind: "bell", bell: "all" }],
    ["/ignore bob", { kind: "ignore", name: "bob" }],
    ["/unignore bob", { kind: "unignore", name: "bob" }],
    ["/retry", { kind: "retry" }],
    ["/discard", { kind: "discard" }],
    ["/clear", { kind: "clear" }],
    ["/exit", { kind: "quit" }],
  ];
  for (const [line, wish] of cases) assert.deepEqual(parseLine(line), wish, line);
});

Deno.test("a command used wrongly says how it is used", () => {
  for (const line of ["/join", "/msg bob", "/bell loud", "/history x", "/quit now", "/reply"]) {
    const wish = parseLine(line);
    assert.equal(wish?.kind, "problem", line);
    assert.match(wish?.kind === "problem" ? wish.sentence : "", /^Usage: \//, line);
  }
});

Deno.test("a name that cannot be one is refused with its reason", () => {
  const wish = parseLine("/join a@b");
  assert.match(wish?.kind === "problem" ? wish.sentence : "", /letters, digits/);
});

Deno.test("help lists every command, and knows each by name and alias", () => {
  const all = parseLine("/help");
  assert.equal(all?.kind, "help");
  for (const { name, aliases } of COMMANDS) {
    assert.ok(all?.kind === "help" && all.lines.some((line) => line.startsWith(`/${name}`)));
    for (const word of [name, ...aliases]) {
      const one = parseLine(`/help ${word}`);
      assert.ok(one?.kind === "help" && one.lines[0]?.startsWith(`/${name}`), word);
    }
  }
});

Deno.test("help names the keys that one cannot guess", () => {
  const all = parseLine("/help");
  const text = all?.kind === "help" ? all.lines.join("\n") : "";
  for (const key of ["Tab", "PgUp", "Alt+End", "Alt+a", "Alt+u", "Alt+n", "Ctrl+s", "Ctrl+r"]) {
    assert.ok(text.includes(key), key);
  }
});

Deno.test("only lines without a leading slash, /me and // are ever said", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    const wish = parseLine(`/${text}`);
    if (wish?.kind === "say") assert.ok(text.startsWith("/") || /^me\s/i.test(text));
  }));
});
