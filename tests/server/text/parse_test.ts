/**
 * What a text client's line means.
 *
 * @module
 */

import fc from "fast-check";
import { parseLine, parseLogin } from "../../../server/text/parse.ts";
import { assert, assertEquals } from "../../assert.ts";

const MESSAGES = [
  ["hello", { type: "Broadcast", content: "hello" }],
  ["  two  words ", { type: "Broadcast", content: "  two  words " }],
  ["//etc/passwd", { type: "Broadcast", content: "/etc/passwd" }],
  ["\x1b[31mred\x07", { type: "Broadcast", content: "[31mred" }],
  ["/list", { type: "ListUsers" }],
  ["/list of people", { type: "ListUsers" }],
  ["/rooms", { type: "ListRooms" }],
  ["/w Bob hello bob", { type: "Whisper", to: "Bob", content: "hello bob" }],
  ["/w  Bob  hello  bob", { type: "Whisper", to: "Bob", content: "hello  bob" }],
  ["/join tea", { type: "Join", room: "tea" }],
  ["/join #tea ", { type: "Join", room: "tea" }],
  ["/leave", { type: "Join", room: "lobby" }],
] as const;

for (const [line, message] of MESSAGES) {
  Deno.test(`parseLine() takes ${JSON.stringify(line)} for a ${message.type}`, () => {
    assertEquals(parseLine(line), { kind: "message", message });
  });
}

const ANSWERS = [
  ["/", "[Server] Unknown command '/'. Try /help.\n"],
  ["/dance", "[Server] Unknown command '/dance'. Try /help.\n"],
  ["/dance now", "[Server] Unknown command '/dance'. Try /help.\n"],
  ["/LIST", "[Server] Unknown command '/LIST'. Try /help.\n"],
  ["/wBob hello", "[Server] Unknown command '/wBob'. Try /help.\n"],
  ["/w", "[Server] Usage: /w NAME TEXT\n"],
  ["/w Bob", "[Server] Usage: /w NAME TEXT\n"],
  ["/w Bob  ", "[Server] Usage: /w NAME TEXT\n"],
  ["/join", "[Server] Usage: /join ROOM\n"],
] as const;

for (const [line, text] of ANSWERS) {
  Deno.test(`parseLine() answers ${JSON.stringify(line)} on the spot`, () => {
    assertEquals(parseLine(line), { kind: "answer", text });
  });
}

Deno.test("parseLine() lists every command at /help, each line marked as the server's", () => {
  const help = parseLine("/help");
  assert(help.kind === "answer");
  const lines = help.text.split("\n");
  assertEquals(lines.pop(), "", "it ends with a line feed");
  assert(lines.every((line) => line.startsWith("[Server] /")));
  assertEquals(
    lines.filter((line) => line.length > 80),
    [],
    "a usual terminal breaks no word of it",
  );
  const commands = lines.map((line) => line.split(" ")[1]);
  assertEquals(
    commands.join(" "),
    "/list /w /edit /delete /rooms /join /topic /leave /room /room /slow /invite /kick /mute /ban " +
      "/unban /mod /op /audit /report /register /password " +
      "/devices /revoke /quit //text",
  );
});

Deno.test("parseLine() leaves at /quit", () => assertEquals(parseLine("/quit"), { kind: "quit" }));

Deno.test("parseLine() passes over lines with nothing to say", () => {
  for (const line of ["", " ", "\t", "\x00\x07", "\u202e"]) {
    assertEquals(parseLine(line), { kind: "nothing" });
  }
});

Deno.test("parseLogin() takes the line for the name, without spaces around it", () => {
  assertEquals(parseLogin(" Alice \r"), { type: "Login", username: "Alice" });
});

Deno.test("parseLine() never lets an answer have more lines than it is meant to have", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const meaning = parseLine(`/${text}`);
    if (meaning.kind !== "answer" || text.startsWith("help")) return;
    assertEquals(meaning.text.split("\n").length, 2);
    assert(meaning.text.startsWith("[Server] "));
  }));
});

Deno.test("parseLine() means an address by what can be no name, a time by what is one, and lifts a mute by either word", () => {
  const cases: readonly (readonly [line: string, message: object])[] = [
    ["/ban Ben 2h spam", { type: "Ban", user: "Ben", seconds: 7_200, why: "spam" }],
    ["/ban 10.0.0.0/8 2 much", { type: "Ban", address: "10.0.0.0/8", why: "2 much" }],
    ["/ban 1.2.3", { type: "Ban", user: "1.2.3" }],
    ["/unban 2001:db8::7", { type: "Unban", address: "2001:db8::7" }],
    ["/unban Ben", { type: "Unban", user: "Ben" }],
    ["/unmute Ben", { type: "Unban", user: "Ben" }],
    ["/deop Rita", { type: "SetRole", username: "Rita", role: "user" }],
    ["  /Register a secret", { type: "Register", username: "Ann", password: "a secret" }],
  ];
  for (const [line, message] of cases) {
    assertEquals(parseLine(line, "Ann"), { kind: "message", message } as never, line);
  }
});
