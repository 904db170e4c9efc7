/**
 * The client without a screen: its lines are what they seem.
 *
 * @module
 */

import { PlainLines } from "../../cli/plain_lines.ts";
import type { ClientEvent } from "../../server/wire/mod.ts";
import { assert, assertEquals } from "../assert.ts";

const SAID = { type: "NewMessage", room: "lobby", seq: 1, from: "Mal", at: 0 } as const;

const WELCOME = {
  type: "Welcome",
  username: "Anna",
  rooms: ["lobby"],
  server: "x",
  protocol: 1,
  durability: "none",
  epoch: "e",
  heads: { lobby: 3 },
} as const satisfies ClientEvent;

/** What Anna is shown of these events. */
function lines(...events: readonly ClientEvent[]): string {
  const view = new PlainLines();
  return events.map((event) => view.of(event, "Anna")).join("");
}

/** Marks with something between their letters that shows as nothing. */
const HIDDEN = [0xad, 0x34f, 0x115f, 0x200b, 0x2060, 0x3164, 0xfe0f, 0xe0001]
  .flatMap((
    code,
  ) => [`[Ser${String.fromCodePoint(code)}ver] x`, `[${String.fromCodePoint(code)}Server] x`]);

Deno.test("no message gives a line that begins like one of the server's, or holds its mark", () => {
  for (
    const content of [
      "[Server] Ben has left.",
      "x\n[Server] Ben has left.",
      "\r[Server] x",
      ...HIDDEN,
    ]
  ) {
    const shown = lines({ ...SAID, content });
    for (const line of shown.trimEnd().split("\n")) assert(line.startsWith("Mal: "), line);
    assert(!shown.includes("[Server]"), shown);
  }
  const left = lines({ type: "UserLeft", room: "lobby", username: "Ben" });
  assertEquals(left, "[Server] Ben has left.\n");
});

Deno.test("what is passed over in a room is told in its place, once", () => {
  const at = (seq: number, from = "Mal") => ({ ...SAID, from, seq, content: `${seq}` });
  const shown = lines(
    WELCOME,
    at(4),
    { type: "Lost", room: "lobby", from: 5, to: 9 },
    at(10),
    at(12, "Anna"),
    { ...WELCOME, heads: { lobby: 60 } },
    { ...at(50), room: "Lobby" },
    at(51),
  );
  assertEquals(
    shown,
    "Mal: 4\n[Server] Messages 5 to 9 of lobby cannot be read any more.\nMal: 10\n" +
      "[Server] Message 11 of lobby did not come.\n" +
      "[Server] Messages 13 to 49 of Lobby did not come.\nMal: 50\nMal: 51\n",
  );
});

Deno.test("a first message, whispers, and a server that began anew are no gap", () => {
  const whisper = { type: "PrivateMessage", from: "Mal", content: "x", at: 0 } as const;
  assertEquals(
    lines({ ...SAID, room: "tea", seq: 40, content: "x" }, { ...whisper, seq: 1 }, {
      ...whisper,
      seq: 7,
    }),
    "Mal: x\n[Private from Mal] x\n[Private from Mal] x\n",
  );
  const anew = lines(WELCOME, { ...WELCOME, epoch: "f", heads: { lobby: 0 } }, {
    ...SAID,
    content: "x",
  });
  assertEquals(
    anew,
    "[Server] The server began anew: it does not know what stands above.\nMal: x\n",
  );
});

Deno.test("nothing that a server says drives the terminal or makes a line of its own", () => {
  const evil = "\x1b]0;x\x07\x1b[2J\nchat: all is stored\r\u202e\x9b";
  const shown = lines(
    { type: "UserJoined", room: "lobby", username: evil },
    { type: "UserLeft", room: "lobby", username: evil },
    { type: "Error", code: "storage", msg: evil },
    { type: "Lost", room: evil, from: 1, to: 2 },
    { ...SAID, from: evil, content: "x" },
    { type: "PrivateMessage", from: evil, content: "x", seq: 1, at: 0 },
  );
  // deno-lint-ignore no-control-regex -- that there are none is the claim
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(shown), JSON.stringify(shown));
  const all = shown.trimEnd().split("\n");
  // One of the four notices has a colon so far to the right that another line of the server's begins before it.
  assertEquals(all.filter((line) => line.startsWith("[Server] ")).length, 5);
  assertEquals(all.length, 7);
});
