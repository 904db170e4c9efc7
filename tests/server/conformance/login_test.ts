/**
 * Coming in with frames: the welcome, refusals, deadlines, and taking one's own place again.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";

Deno.test("Login is answered by Welcome", async () => {
  await using server = startServer();
  await using alice = await server.connect();
  await alice.send({ type: "Login", username: "Alice", id: "hello" });
  const { epoch, session, tag, ...welcome } = await alice.next("Welcome");
  assertEquals(welcome, {
    type: "Welcome",
    re: "hello",
    username: "Alice",
    rooms: ["lobby"],
    server: "chat/0.1.0",
    protocol: 1,
    durability: "none",
    heads: { lobby: 0 },
    accounts: "open",
  });
  assert(tag !== undefined && tag !== session);
  assert(epoch !== undefined && session !== undefined && epoch !== session);
});

Deno.test("Login with unknown fields is taken", async () => {
  await using server = startServer();
  await using alice = await server.connect();
  await alice.send({ type: "Login", username: "Alice", future: [1] });
  await alice.next("Welcome");
});

Deno.test("a joiner does not hear of its own arrival; the others hear it once", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await bob.expectNothing();
  const joined = { type: "UserJoined", username: "Bob", room: "lobby" };
  assertEquals(await alice.next("UserJoined"), joined);
  await alice.expectNothing();
});

Deno.test("whoever leaves is told to the others once", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  const bob = await server.frames("Bob");
  await alice.next("UserJoined");
  await bob.close();
  assertEquals(await alice.next("UserLeft"), { type: "UserLeft", username: "Bob", room: "lobby" });
  await alice.expectNothing();
});

for (
  const [code, login] of [
    ["name_taken", { type: "Login", username: "ALICE", id: "1" }],
    ["bad_name", { type: "Login", username: "a b", id: "1" }],
    ["bad_name", { type: "Login", username: "server", id: "1" }],
    ["bad_name", { type: "Login", username: "Аlice", id: "1" }],
  ] as const
) {
  Deno.test(`Login as '${login.username}' is refused with ${code}, and the connection closes`, async () => {
    await using server = startServer();
    await using alice = await server.frames("Alice");
    await using other = await server.connect();
    await other.send(login, { type: "Broadcast", content: "not said" });
    assertEquals((await other.nextError(code)).re, "1");
    await other.expectEnd();
    await alice.expectNothing();
  });
}

Deno.test("login_required answers everything before Login, and the connection lives on", async () => {
  await using server = startServer();
  await using client = await server.connect();
  const early = [
    { type: "Broadcast", content: "hi", id: "1" },
    { type: "Whisper", to: "A", content: "hi", id: "2" },
    { type: "ListUsers", id: "3" },
    { type: "ListRooms", id: "4" },
    { type: "Join", room: "tea", id: "5" },
    { type: "Leave", room: "tea", id: "6" },
    { type: "History", id: "7" },
    { type: "Ping", id: "8" },
  ];
  for (const message of early) {
    await client.send(message);
    assertEquals((await client.nextError("login_required")).re, message.id);
  }
  await client.send({ type: "Login", username: "Alice" });
  await client.next("Welcome");
});

Deno.test("a second Login is invalid and changes nothing", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Login", username: "Bob", id: "2" });
  assertEquals((await alice.nextError("invalid")).re, "2");
  await alice.send({ type: "ListUsers" });
  assertEquals((await alice.next("UserList")).users, ["Alice"]);
});

Deno.test("a client that stays silent is closed at the login deadline, without a word", async () => {
  await using server = startServer({ limits: { loginMsMax: 50 } });
  await using client = await server.connect();
  await client.expectEnd();
});

Deno.test("a client that only begins to speak is closed at the deadline, in its own way", async () => {
  await using server = startServer({ limits: { loginMsMax: 50 } });
  await using frames = await server.connect();
  await using text = await server.connect();
  await frames.write(new Uint8Array([0, 0, 0, 50, 0x7b]));
  await text.write("Ali");
  await frames.nextError("login_required");
  await frames.expectEnd();
  await text.expectLines("[Server] Log in first.");
  await text.expectEnd();
});

Deno.test("a member is not closed at the login deadline", async () => {
  await using server = startServer({ limits: { loginMsMax: 50 } });
  await using alice = await server.frames("Alice");
  await using silent = await server.connect();
  await silent.expectEnd();
  await alice.expectNothing();
});

Deno.test("the same client takes its place again: the old connection is told and closed", async () => {
  await using server = startServer();
  await using watcher = await server.frames("Watcher");
  await using old = await server.connect();
  await old.send({ type: "Login", username: "Alice" });
  const { session } = await old.next("Welcome");
  await watcher.next("UserJoined");
  await using again = await server.connect();
  await again.send({ type: "Login", username: "Alice", session });
  const welcome = await again.next("Welcome");
  assertEquals(welcome.session, session, "the session goes on");
  await old.nextError("name_taken");
  await old.expectEnd();
  await watcher.next("UserLeft");
  await watcher.next("UserJoined");
  await again.send({ type: "ListUsers" });
  assertEquals((await again.next("UserList")).users, ["Alice", "Watcher"]);
  await watcher.expectNothing();
});

Deno.test("a session of somebody else does not open a name", async () => {
  await using server = startServer();
  await using _alice = await server.frames("Alice");
  await using mallory = await server.connect();
  await mallory.send({ type: "Login", username: "Mallory" });
  const { session } = await mallory.next("Welcome");
  await using thief = await server.connect();
  await thief.send({ type: "Login", username: "Alice", session });
  await thief.nextError("name_taken");
  await thief.expectEnd();
});

Deno.test("everything in one write after Login is taken in order", async () => {
  await using server = startServer();
  await using alice = await server.connect();
  await alice.send(
    { type: "Login", username: "Alice" },
    { type: "Broadcast", content: "one" },
    { type: "Join", room: "tea", id: "j" },
    { type: "Ping", id: "p" },
  );
  await alice.next("Welcome");
  const rest = [await alice.message(), await alice.message(), await alice.message()];
  assertEquals(new Set(rest.map(({ type }) => type)), new Set(["NewMessage", "Ack", "Pong"]));
});
