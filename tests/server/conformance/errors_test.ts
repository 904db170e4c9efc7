/**
 * Error codes that a member can meet, each with the `id` of what was wrong, and nothing broken after it.
 *
 * @module
 */

import type { ErrorCode } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";

const CASES: readonly (readonly [ErrorCode, object])[] = [
  ["unknown_type", { type: "Dance", id: "1" }],
  ["unknown_type", { type: "NewMessage", id: "1" }],
  ["unknown_type", { type: "Search", query: "q", id: "1" }],
  ["unknown_type", { type: "Transfer", token: "t", id: "1" }],
  ["invalid", { type: "Broadcast", id: "1" }],
  ["invalid", { type: "Broadcast", content: 5, id: "1" }],
  ["invalid", { type: "Broadcast", content: "", id: "1" }],
  ["invalid", { type: "Whisper", content: "to nobody", id: "1" }],
  ["invalid", { type: "Join", id: "1" }],
  ["invalid", { type: "History", limit: 501, id: "1" }],
  ["invalid", { type: "History", before: -1, id: "1" }],
  ["invalid", { type: "History", room: "lobby", with: "Bob", id: "1" }],
  ["invalid", { type: "FileOffer", to: "Bob", filename: "f", size: -1, id: "1" }],
  ["invalid", { type: "FileOffer", to: "Bob", filename: "f", size: 2 ** 53, id: "1" }],
  ["invalid", { type: "FileOffer", to: "Bob", filename: "f", size: 1.5, id: "1" }],
  ["invalid", { type: "FileOffer", to: "Bob", room: "lobby", filename: "f", size: 1, id: "1" }],
  ["invalid", { type: "FileOffer", filename: "f", size: 1, id: "1" }],
  ["invalid", { type: "FileOffer", to: "ALICE", filename: "f", size: 1, id: "1" }],
  ["invalid", { type: "FileOffer", to: "Bob", filename: "f", size: 1, sha256: "\x1b", id: "1" }],
  ["bad_name", { type: "Join", room: "a room", id: "1" }],
  ["bad_name", { type: "Join", room: "", id: "1" }],
  ["not_found", { type: "Whisper", to: "Nobody", content: "hi", id: "1" }],
  ["not_found", { type: "FileOffer", to: "Nobody", filename: "f", size: 1, id: "1" }],
  ["not_found", { type: "FileAccept", from: "Bob", filename: "f", id: "1" }],
  ["not_found", { type: "FileReject", from: "Bob", filename: "f", id: "1" }],
  ["not_found", { type: "FileCancel", offer: "o", id: "1" }],
  ["not_found", { type: "ListUsers", room: "nowhere", id: "1" }],
  ["not_found", { type: "History", with: "Nobody", id: "1" }],
  ["not_in_room", { type: "Broadcast", content: "hi", room: "nowhere", id: "1" }],
  ["not_in_room", { type: "Broadcast", content: "hi", room: "tea", id: "1" }],
  ["not_in_room", { type: "FileOffer", room: "tea", filename: "f", size: 1, id: "1" }],
  ["not_in_room", { type: "Leave", room: "tea", id: "1" }],
  ["not_in_room", { type: "History", room: "tea", id: "1" }],
  ["too_long", { type: "Broadcast", content: "x".repeat(8_193), id: "1" }],
  ["too_long", { type: "FileOffer", to: "Bob", filename: "漢".repeat(86), size: 1, id: "1" }],
  ["too_long", { type: "Whisper", to: "Bob", content: "漢".repeat(2_731), id: "1" }],
];

for (const [code, message] of CASES) {
  Deno.test(`${code} answers ${JSON.stringify(message).slice(0, 70)}`, async () => {
    await using server = startServer();
    await using bob = await server.frames("Bob");
    await bob.send({ type: "Join", room: "tea", id: "tea" });
    await bob.next("Ack");
    await using alice = await server.frames("Alice");
    await bob.next("UserJoined");
    await alice.send(message);
    assertEquals((await alice.nextError(code)).re, "1");
    await alice.expectNothing();
    await bob.expectNothing();
  });
}

Deno.test("a Transfer after the login is answered with where it belongs", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Transfer", token: "t", id: "1" });
  assertEquals(
    (await alice.nextError("unknown_type")).msg,
    "You are logged in already: Transfer is the first message of a second connection.",
  );
});

Deno.test("an error has no `re` when what was wrong had no usable id", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  for (const id of [undefined, "", "x".repeat(65), 5, null, {}]) {
    await alice.send({ type: "Broadcast", id });
    assertEquals("re" in await alice.nextError("invalid"), false);
  }
});

Deno.test("an error never echoes more than a little of what caused it", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  const long = "y".repeat(100_000);
  await alice.send({ type: long }, { type: "Whisper", to: long, content: "hi" });
  for (const code of ["unknown_type", "not_found"] as const) {
    const { msg } = await alice.nextError(code);
    assertEquals(msg.length < 200, true, msg);
  }
});
