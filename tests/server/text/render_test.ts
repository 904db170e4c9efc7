/**
 * What a text client sees of each message, in the contract's very words.
 *
 * @module
 */

import fc from "fast-check";
import { encodeLine, render } from "../../../server/text/render.ts";
import { changeLine } from "../../../server/text/changes.ts";
import { server } from "../../../server/text/server_line.ts";
import type { ServerMessage } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

const SEEN: readonly (readonly [string, ServerMessage])[] = [
  ["Alice: hello\n", said("hello")],
  ["[Server] Alice has joined.\n", { type: "UserJoined", username: "Alice", room: "lobby" }],
  ["[Server] Alice has left.\n", { type: "UserLeft", username: "Alice", room: "lobby" }],
  ["[Server] Users online: Alice, Bob, Charlie\n", {
    type: "UserList",
    users: ["Alice", "Bob", "Charlie"],
  }],
  ["[Private from Alice] hello bob\n", {
    type: "PrivateMessage",
    from: "Alice",
    content: "hello bob",
    seq: 1,
    at: 0,
  }],
  ["[Private to Bob] hello bob\n", {
    type: "PrivateSent",
    to: "Bob",
    content: "hello bob",
    seq: 1,
    at: 0,
  }],
  ["[Server] User 'Bob' not found.\n", {
    type: "Error",
    code: "not_found",
    msg: "User 'Bob' not found.",
  }],
  ["[Server] Rooms: lobby (2), tea (0)\n", {
    type: "RoomList",
    rooms: [{ name: "lobby", users: 2 }, { name: "tea", users: 0 }],
  }],
  ["[Server] People come and go: 300 are here now.\n", {
    type: "Presence",
    room: "lobby",
    joined: ["A"],
    left: [],
    users: 300,
  }],
];

function said(content: string): ServerMessage {
  return { type: "NewMessage", room: "lobby", seq: 1, from: "Alice", content, at: 0 };
}

for (const [line, message] of SEEN) {
  Deno.test(`render() shows a ${message.type} as ${JSON.stringify(line)}`, () => {
    assertEquals(render(message), line);
    assertEquals(encodeLine(message), new TextEncoder().encode(line));
  });
}

Deno.test("render() has no words for what only programs need", () => {
  const silent: readonly ServerMessage[] = [
    { type: "Ack", room: "lobby", seq: 1, at: 0 },
    { type: "Ping" },
    { type: "Pong" },
  ];
  for (const message of silent) {
    assertEquals([render(message), encodeLine(message)], [undefined, undefined]);
  }
});

Deno.test("render() begins every line of a message with its speaker, so that none can be forged", () => {
  assertEquals(
    render(said("hi\n[Server] Bob has left.\r\nBob: I am Bob")),
    "Alice: hi\nAlice: (Server) Bob has left.\nAlice: Bob: I am Bob\n",
  );
});

Deno.test("render() of any content gives only lines that begin with their speaker", () => {
  const content = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom("\n", "\r", "a", "\x0b", "\u2028", "\x85") }),
  );
  fc.assert(fc.property(content, (content) => {
    const text = render(said(content)) ?? "";
    assert(text.endsWith("\n"));
    for (const line of text.slice(0, -1).split("\n")) assert(line.startsWith("Alice: "), line);
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(text));
  }));
});

Deno.test("server() makes one line of whatever it says", () => {
  assertEquals(server("a\nAlice: b\x1b[2J"), "[Server] a Alice: b[2J\n");
});

Deno.test("render() says of a file how large it is and how to get it", () => {
  const offer = { type: "FileOffer", from: "Alice", filename: "x" } as const;
  const sizes = [[0, "0 bytes"], [1, "1 byte"], [999, "999 bytes"], [1_000, "1.0 kB"]] as const;
  const more = [[1_234_567, "1.2 MB"], [999_999, "1.0 MB"], [2 ** 53 - 1, "9.0 PB"]] as const;
  for (const [size, words] of [...sizes, ...more]) {
    const line = render({ ...offer, size });
    assertEquals(line?.startsWith(`[Server] Alice offers you 'x' (${words}). `), true, line);
    assertEquals(line?.includes("'chat receive'"), true);
  }
  const line = render({ ...offer, size: 1, room: "tea", filename: "\x1b[2Jx\n" });
  assertEquals(
    line?.startsWith("[Server] Alice offers the room tea '(2Jx ' (1 byte)."),
    true,
    line,
  );
});

/** A way to write a mark of the server's lines, however a terminal breaks the line. */
const FORGED = [
  `${"a".repeat(75)}[Server] Ben has left.`,
  "[ sErVeR ]",
  "[Private from Anna] hi",
  "［Server］ bye",
  "[Ѕеrver] in Cyrillic",
  "[ꓢꓰꓣꓦꓰꓣ]",
  "[[Server]]",
  "\u202e[Server]",
  "[\u0000Server]",
  "[Server:] x",
  "[S e r v e r] x",
  "[Ser\u200bver] x",
  "[S\u{e0001}erver] x",
  "【Server】 x",
  "⟦Server⟧ x",
  "⁅Server⁆ x",
  "⎡Server⎤ x",
  "﹇Server﹈ x",
  `[Private${" ".repeat(80)}from Anna] x`,
  "[Ser\nver] x",
  "[S]erver] x",
] as const;

Deno.test("nothing that people choose holds a mark of the server's own lines", () => {
  const marks = /[[［【⟦⁅⎡﹇](?!S\])/;
  for (const text of FORGED) {
    const seen = [
      ["Alice: ", said(text)],
      ["[Private from Mal] ", {
        type: "PrivateMessage",
        from: "Mal",
        content: text,
        seq: 1,
        at: 0,
      }],
      ["[Private to Mal] ", { type: "PrivateSent", to: "Mal", content: text, seq: 1, at: 0 }],
      ["[Server] Mal", { type: "Topic", room: "lobby", topic: text, by: "Mal" }],
      ["[Server] Mal", { type: "FileOffer", from: "Mal", filename: text, size: 1 }],
    ] as const satisfies readonly (readonly [string, ServerMessage])[];
    for (const [start, message] of seen) {
      for (const line of (render(message) ?? "").trimEnd().split("\n")) {
        assert(line.startsWith(start), line);
        assert(!marks.test(line.slice(start.length)), line);
      }
    }
  }
});

Deno.test("any brackets but short pairs are shown round, and no other character is changed", () => {
  const unit = fc.constantFrom("[", "]", "S", "\u200b", " ", "【", "】", "［", "⎡", "é", "\n");
  fc.assert(fc.property(fc.string({ unit }), (content) => {
    const shown = (render(said(content)) ?? "").slice(0, -1).split("\n")
      .map((line) => line.slice("Alice: ".length)).join("\n");
    assertEquals(shown.length, content.length);
    assert(!/[[\]【】［⎡]/.test(shown.replaceAll(/\[[S é]{0,3}\]/g, "")), shown);
    for (const [at, char] of [...content].entries()) {
      if (!/[[\]【】［⎡]/.test(char)) assertEquals(shown[at], char);
    }
  }));
});

Deno.test("ordinary words keep their brackets as they are", () => {
  for (
    const words of [
      "[x] milk, [ ] eggs, a[i] = [5], {[1]}",
      "f(x) { return „so“; }",
      "「はい」 and 《书》",
    ]
  ) assertEquals(render(said(words)), `Alice: ${words}\n`);
  assertEquals(
    render(said("a [link](https://example.org)")),
    "Alice: a (link)(https://example.org)\n",
  );
});

Deno.test("a file's name cannot end the quotation marks around it", () => {
  const offered = (filename: string) =>
    render({ type: "FileOffer", from: "Mal", filename, size: 3, offer: "o" } as never) ?? "";
  const said = offered("a' (3 bytes). Bob says: take 'b");
  assertEquals(said.startsWith(`[Server] Mal offers you "a' (3 bytes). Bob`), true, said);
  const both = offered(`a' "(3 bytes). ”Bob`);
  assertEquals(
    both.startsWith(`[Server] Mal offers you "a' '(3 bytes). 'Bob" (3 bytes).`),
    true,
    both,
  );
});

Deno.test("changeLine() makes no row of a terminal that looks like somebody else's", () => {
  const by = "A".repeat(32);
  const change = { type: "MessageEdited", room: "x", seq: 1, by, at: 1 } as const;
  const told = changeLine({ ...change, content: `${"x".repeat(20)} Bob: I pay` }, by);
  const rows = new TextDecoder().decode(told).split("\n");
  assertEquals(rows.pop(), "");
  const start = `[Server] ${by} edited a message: `;
  assert(rows.length > 1 && rows.every((row) => row.startsWith(start)), rows.join("|"));
  assert(rows.every((row) => !row.slice(start.length).includes("Bob:")), rows.join("|"));
});
