/**
 * What a server reports for its log: who, from where and why, and never what was said.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";

Deno.test("events tell of each connection once, with its address and reason", async () => {
  await using server = startServer();
  const alice = await server.frames("Alice");
  await using refused = await server.connect();
  await refused.send({ type: "Login", username: "alice" });
  await refused.nextError("name_taken");
  await refused.expectEnd();
  await alice.close();
  const left = await server.event("left", ({ user }) => user === "Alice");
  const joined = await server.event("joined", ({ user }) => user === "Alice");
  assertEquals(left.peer, joined.peer);
  assert(/^127\.0\.0\.1:\d+$/.test(left.peer));
  assertEquals((await server.event("refused")).code, "name_taken");
});

Deno.test("of a client that comes back over another connection it is told that it did, and not that it was refused something", async () => {
  await using server = startServer();
  await using first = await server.frames("Alice");
  await using _second = await server.frames("Alice", first.session);
  await first.nextError("name_taken");
  const { peer, ...left } = await server.event("left");
  assertEquals(left, { kind: "left", user: "Alice", replaced: true });
  assertEquals(peer, first.address);
});

Deno.test("events never hold what people say, nor a password", async () => {
  await using server = startServer();
  await using alice = await server.connect();
  await alice.send({ type: "Login", username: "Alice", password: "wrong s3cret" });
  await alice.nextError("auth_failed");
  await alice.send({ type: "Register", username: "Alice", password: "right s3cret" });
  const { device = "" } = await alice.next("Welcome");
  await alice.send(
    { type: "Broadcast", content: "s3cret" },
    { type: "Whisper", to: "Alice", content: "s3cret" },
    { type: "Whisper", to: "s3cret", content: "s3cret" },
    { type: "Dance", with: "s3cret" },
  );
  await alice.nextError("unknown_type").catch(() => {});
  await alice.close();
  await server.event("left");
  const told = JSON.stringify(server.events);
  assert(device.length > 0 && !told.includes("s3cret") && !told.includes(device));
});
