/**
 * Which offers are taken, and under which names.
 *
 * @module
 */

import fc from "fast-check";
import { runCommand } from "../../../server/commands/table.ts";
import { assert, assertEquals } from "../../assert.ts";
import { hall, user } from "./views.ts";

const HALL = hall({ lobby: ["Alice", "Bob"], tea: ["Bob"] });
const ALICE = user("Alice", "lobby");

function offered(filename: string): string {
  const [effect] = runCommand(ALICE, HALL, { type: "FileOffer", to: "bob", filename, size: 1 });
  return effect?.do === "refuse" ? effect.code : effect?.do ?? "nothing";
}

Deno.test("an offer becomes an effect with the file's facts, to a user or to a room", () => {
  const file = { filename: "notes.txt", size: 5 };
  const sha256 = "a".repeat(64);
  assertEquals(runCommand(ALICE, HALL, { type: "FileOffer", to: "BOB", ...file, sha256 }), [
    { do: "offer", to: { user: "bob" }, file: { ...file, sha256 }, beside: false },
  ]);
  assertEquals(
    runCommand(ALICE, HALL, { type: "FileOffer", room: "Lobby", ...file, beside: true }),
    [{ do: "offer", to: { room: "lobby" }, file, beside: true }],
  );
});

Deno.test("answers to offers become effects; an offset is 0 unless told otherwise", () => {
  const answer = { from: "BOB", filename: "f" };
  const named = { from: "bob", filename: "f" };
  assertEquals(runCommand(ALICE, HALL, { type: "FileAccept", ...answer }), [
    { do: "accept", named, wish: { offset: 0, beside: false } },
  ]);
  assertEquals(runCommand(ALICE, HALL, { type: "FileReject", ...answer, offer: "o" }), [
    { do: "reject", named: { ...named, offer: "o" } },
  ]);
  assertEquals(runCommand(ALICE, HALL, { type: "FileCancel", offer: "o" }), [
    { do: "cancel", offer: "o" },
  ]);
});

Deno.test("what a receiver says of a file is the desk's business, which knows whose it is", () => {
  const sha256 = "a".repeat(64);
  const said = { type: "FileReceived", from: "BOB", filename: "f", offer: "o", sha256 } as const;
  assertEquals(runCommand(ALICE, HALL, said), [
    { do: "received", named: { from: "bob", filename: "f", offer: "o" }, sha256 },
  ]);
  assertEquals(runCommand(ALICE, HALL, { type: "FileProgress", offer: "o", done: 7 }), [
    { do: "progress", offer: "o", done: 7 },
  ]);
});

const CONTROLS = Array.from({ length: 0xa0 }, (_, code) => code)
  .filter((code) => code < 0x20 || code >= 0x7f)
  .map((code) => String.fromCharCode(code));
const BIDI = [..."\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"];
const OTHERS = ["/", "\\", "\u2028", "\u2029", "\u200b", "\u2060", "\ufeff", "\ud800", "\udfff"];

Deno.test("no path, no control, bidi or invisible character, wherever it stands in the name", () => {
  for (const char of [...CONTROLS, ...BIDI, ...OTHERS]) {
    for (const name of [`${char}a`, `a${char}b`, `a${char}`]) {
      assertEquals(offered(name), "bad_name", JSON.stringify(name));
    }
  }
});

Deno.test("names that mean a folder or nothing are refused", () => {
  const names = ["", " ", "\u3000", ".", "..", "../etc/passwd", "/etc/passwd", "C:\\autoexec.bat"]
    .concat(["..\\x", "a/../b", "~/x", "file:///etc/passwd"]);
  for (const name of names) assertEquals(offered(name), "bad_name", name);
});

Deno.test("a name has at most 255 bytes, however long it is", () => {
  assertEquals(offered("x".repeat(255)), "offer");
  for (const name of ["x".repeat(256), "漢".repeat(86), "x".repeat(4_096), "../".repeat(400_000)]) {
    assertEquals(offered(name), "too_long");
  }
});

Deno.test("names that people give are taken", () => {
  const names = ["notes.txt", "Grüße an alle.pdf", "写真 (2).jpg", "❤️.png", "👨‍👩‍👧.gif", ".bashrc"]
    .concat(["a b  c", "CON", "x.tar.gz", "ملف.txt", "'; DROP TABLE.sql", "-rf"]);
  for (const name of names) assertEquals(offered(name), "offer", name);
});

Deno.test("any text at all is offered or refused in one sentence without control characters", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (filename) => {
    const message = { type: "FileOffer", to: "bob", filename, size: 1 } as const;
    const [effect, ...more] = runCommand(ALICE, HALL, message);
    assertEquals(more, []);
    if (effect?.do === "offer") return;
    assert(effect?.do === "refuse" && effect.msg !== undefined);
    // deno-lint-ignore no-control-regex -- that is what is looked for
    assert(/^[^\x00-\x1f]{1,150}\.$/.test(effect.msg), effect.msg);
  }));
});
