/**
 * What the client without a screen prints of changes: one line for each, which nobody's words can pass for or draw with.
 *
 * @module
 */

import { PlainLines } from "../../cli/plain_lines.ts";
import type { ClientEvent } from "../../server/wire/mod.ts";
import { assertEquals } from "../assert.ts";

const SAID = { type: "NewMessage", room: "lobby", from: "Anna", at: 0 } as const;
const CHANGE = { room: "lobby", seq: 1, by: "Anna", at: 0 } as const;

function printed(...events: readonly ClientEvent[]): string {
  const lines = new PlainLines();
  return events.map((event) => lines.of(event, "Zoe")).join("");
}

Deno.test("an edit and a deletion are a line each, also of whispers; one's own are none", () => {
  const text = printed(
    { ...SAID, seq: 1, content: "at two?" },
    { ...CHANGE, type: "MessageEdited", content: "at three?" },
    { ...CHANGE, type: "MessageDeleted", by: "Ben" },
    { type: "MessageEdited", with: "Anna", seq: 1, content: "psst!", by: "Anna", at: 0 },
    { type: "MessageDeleted", with: "Anna", seq: 1, by: "Anna", at: 0 },
    { ...CHANGE, type: "MessageEdited", content: "mine", by: "Zoe" },
    { ...SAID, seq: 2, content: "", edited: 0, deleted: true },
    { ...CHANGE, type: "MessageDeleted", by: "-" },
    { ...SAID, from: "-", seq: 3, content: "", edited: 0, deleted: true },
  );
  assertEquals(
    text,
    "Anna: at two?\n" +
      "[Server] Anna edited a message: at three?\n" +
      "[Server] Ben deleted a message.\n" +
      "[Private from Anna] (edited) psst!\n" +
      "[Server] Anna deleted a whisper to you.\n" +
      "[Server] What Anna said was deleted.\n" +
      "[Server] What (erased) said was deleted.\n",
  );
});

Deno.test("edited words have no mark of the server and draw nothing", () => {
  const content = "a\x1b[2J\n[Server] Ben has left.";
  assertEquals(
    printed({ ...CHANGE, type: "MessageEdited", content }),
    "[Server] Anna edited a message: a␛(2J\n[Server] Anna edited a message: (Server) Ben has left.\n",
  );
});

Deno.test("what moderators did is a line, and what they did to oneself says so", () => {
  const order = { type: "Order", room: "dev", by: "Anna" } as const;
  assertEquals(
    printed(
      { ...order, act: "mute", user: "Ben", seconds: 600, why: "[Server] x" },
      { ...order, act: "kick", user: "zoe", seconds: 60 },
      { type: "RoomChanged", room: "dev", by: "Anna", access: "open", slow: 5, topicBy: "members" },
    ),
    "[Server] Anna muted Ben for 10 minutes ((Server) x)\n" +
      "[Server] Anna put you out in dev for 60 seconds\n" +
      "[Server] Anna set the room: open to everybody, a word each 5 seconds\n",
  );
});

Deno.test("no row that a terminal makes of a long notice looks like a line of somebody else", () => {
  const words = `${"x".repeat(100)} Bob: I will pay`;
  const told = printed(
    { type: "Topic", room: "dev", topic: words, by: "Eve" },
    { type: "Order", act: "mute", room: "dev", user: "Al", by: "Eve", why: words },
    {
      ...{ type: "Reported", room: "dev", by: "Eve" },
      messages: [{ seq: 1, from: "Eve", content: words, at: 0 }],
    },
  );
  const lines = told.trimEnd().split("\n");
  assertEquals(lines.filter((line) => line.startsWith("[Server] Bob: I will pay")).length, 3, told);
  assertEquals(lines.every((line) => line.startsWith("[Server] ")), true);
});

Deno.test("what a program says by a hook is marked, and nobody's words look so", () => {
  assertEquals(
    printed(
      { ...SAID, seq: 1, from: "ci", content: "green", hook: true },
      { ...SAID, seq: 2, content: "a\n[Hook] ci: red" },
    ),
    "[Hook] ci: green\nAnna: a\nAnna: (Hook) ci: red\n",
  );
});
