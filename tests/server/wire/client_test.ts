/**
 * The headless client against a scripted server: logging in, asking, and being refused.
 *
 * @module
 */

import { ChatError, ClosedError, connect } from "../../../server/wire/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { within } from "../../harness.ts";
import { Events, ScriptedServer } from "./scripted_server.ts";

Deno.test("connect() logs in with name and password, and is online when it is welcome", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "alice", password: "secret" });
  assertEquals(alice.status, { kind: "connecting", attempt: 1 });
  await using peer = await server.accept();
  const { session, ...login } = await peer.hears("Login");
  assertEquals(login as unknown, { type: "Login", username: "alice", password: "secret" });
  assert(/^[\w-]{32,64}$/.test(session ?? ""), "Its own secret, by which it can come again");
  await peer.says({
    type: "Welcome",
    username: "Alice",
    rooms: ["lobby"],
    server: "x",
    protocol: 1,
    durability: "os",
  });
  assertEquals((await within(alice.online(), "online()")).durability, "os");
  assertEquals(alice.status.kind, "online");
  assertEquals(alice.name, "Alice", "the name as the server shows it");
});

Deno.test("connect() goes on with the session that it is given, and then with the one it is told", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice", session: "of yesterday" });
  {
    await using peer = await server.accept();
    assertEquals((await peer.welcomes({}, { session: "of today" })).session, "of yesterday");
    await alice.online();
  }
  await using peer = await server.accept();
  assertEquals((await peer.welcomes()).session, "of today");
});

Deno.test("connect() enters its rooms after the login", async () => {
  using server = new ScriptedServer();
  await using _alice = connect({ port: server.port, name: "Alice", rooms: ["tea", "lobby"] });
  await using peer = await server.accept();
  await peer.welcomes();
  assertEquals((await peer.hears("Join")).room, "tea");
});

Deno.test("connect() tells as an event that a room was refused", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice", rooms: ["a room"] });
  const events = new Events(alice);
  await using peer = await server.accept();
  await peer.welcomes();
  const { id } = await peer.hears("Join");
  await peer.says(
    { type: "Error", re: id, code: "bad_name", msg: "No." },
    { type: "UserJoined", username: "Bob", room: "lobby" },
  );
  assertEquals((await events.next())?.type, "Welcome");
  const next = await events.next();
  assert(next?.type === "Error" && next.code === "bad_name", `Came instead: ${next?.type}`);
});

Deno.test("say() resolves at the Ack, and only then", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  await using peer = await server.accept();
  await peer.welcomes();
  let done = false;
  const said = alice.say("hello", { room: "tea" }).finally(() => done = true);
  const asked = await peer.hears("Broadcast");
  assertEquals([asked.content, asked.room, asked.id.length <= 64], ["hello", "tea", true]);
  const { content, room = "", id } = asked;
  await peer.says({ type: "NewMessage", room, seq: 4, from: "Alice", content, at: 1, id });
  const began = performance.now();
  const pinged = alice.ping();
  const sent = performance.now();
  const ping = await peer.hears("Ping");
  const asking = performance.now();
  await peer.says({ type: "Pong", re: ping.id });
  // From before the question came here to after the answer was given.
  const ms = await pinged;
  const allMs = performance.now() - began;
  assert(ms > 0 && ms <= allMs, `${ms} ms of ${allMs}`);
  assert(sent + ms >= asking, `${ms} ms, but the question came after ${asking - sent}`);
  assertEquals(alice.roundTripMs, ms);
  assertEquals([done, alice.unacknowledged], [false, 1]);
  await peer.acks(asked, 4);
  assertEquals((await said).seq, 4);
  assertEquals(alice.unacknowledged, 0);
});

Deno.test("each request sends its message and gives its own answer", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  await using peer = await server.accept();
  await peer.welcomes();
  const asked = [
    alice.whisper("Bob", "psst"),
    alice.join("tea"),
    alice.leave("tea"),
    alice.users("tea"),
    alice.rooms(),
    alice.history({ room: "tea", before: 9, limit: 3 }),
  ] as const;
  const whisper = await peer.hears("Whisper");
  const join = await peer.hears("Join");
  const leave = await peer.hears("Leave");
  const users = await peer.hears("ListUsers");
  const rooms = await peer.hears("ListRooms");
  const history = await peer.hears("History");
  assertEquals([whisper.to, whisper.content, join.room, leave.room], ["Bob", "psst", "tea", "tea"]);
  assertEquals([users.room, history.before, history.limit], ["tea", 9, 3]);
  await peer.says(
    { type: "HistoryPage", re: history.id, room: "tea", messages: [], more: false },
    { type: "RoomList", re: rooms.id, rooms: [] },
    { type: "UserList", re: users.id, users: ["Bob"] },
    { type: "Ack", re: leave.id, room: "tea", seq: 2, at: 1 },
    { type: "Ack", re: join.id, room: "tea", seq: 1, at: 1 },
    { type: "PrivateSent", re: whisper.id, to: "Bob", content: "psst", seq: 1, at: 1 },
  );
  const types = (await within(Promise.all(asked), "All answers")).map((one) => one?.type);
  assertEquals(types, ["PrivateSent", "Ack", undefined, "UserList", "RoomList", "HistoryPage"]);
});

Deno.test("iterating gives what the server says, without answers to requests", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const events = new Events(alice);
  await using peer = await server.accept();
  await peer.welcomes();
  assertEquals((await events.next())?.type, "Welcome");
  const listed = alice.users();
  const { id } = await peer.hears("ListUsers");
  await peer.says(
    { type: "UserList", re: id, users: [] },
    { type: "UserJoined", username: "Bob", room: "lobby" },
  );
  await listed;
  assertEquals((await events.next())?.type, "UserJoined");
  await alice.close();
  assertEquals(await events.next(), undefined);
});

Deno.test("iterating gives a whisper's echo, since it is part of the conversation", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const events = new Events(alice);
  await using peer = await server.accept();
  await peer.welcomes();
  await events.next();
  const sent = alice.whisper("Bob", "psst");
  const { id } = await peer.hears("Whisper");
  await peer.says({ type: "PrivateSent", re: id, to: "Bob", content: "psst", seq: 1, at: 1 });
  assertEquals(await events.next(), await sent);
});

Deno.test("say() rejects with the server's refusal", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  await using peer = await server.accept();
  await peer.welcomes();
  const said = alice.say("hello");
  const { id } = await peer.hears("Broadcast");
  await peer.says({ type: "Error", re: id, code: "storage", msg: "Full." });
  assertEquals((await assertRejects(said, ChatError)).code, "storage");
});

Deno.test("say() sends a refused rate again after its wait, in the order of speaking", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  await using peer = await server.accept();
  await peer.welcomes();
  const said = ["one", "two", "three"].map((content) => alice.say(content));
  const first = await peer.hears("Broadcast");
  const second = await peer.hears("Broadcast");
  const third = await peer.hears("Broadcast");
  await peer.acks(first, 1);
  for (const { id } of [second, third]) {
    await peer.says({ type: "Error", re: id, code: "rate_limited", msg: "Slow.", wait: 50 });
  }
  const again = [await peer.hears("Broadcast"), await peer.hears("Broadcast")] as const;
  assertEquals(again.map(({ content }) => content), ["two", "three"]);
  assertEquals(again.map(({ id }) => id), [second.id, third.id], "under the old ids");
  await peer.acks(again[0], 2);
  await peer.acks(again[1], 3);
  const seqs = (await Promise.all(said)).map(({ seq }) => seq);
  assertEquals(seqs, [1, 2, 3]);
});

Deno.test("the client answers a server's Ping", async () => {
  using server = new ScriptedServer();
  await using _alice = connect({ port: server.port, name: "Alice" });
  await using peer = await server.accept();
  await peer.welcomes();
  await peer.says({ type: "Ping" });
  await peer.hears("Pong");
});

Deno.test("the client skips messages of types that it does not know", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const events = new Events(alice);
  await using peer = await server.accept();
  await peer.welcomes();
  await events.next();
  await peer.raw.send({ type: "Sunrise", at: 5 }, { type: "UserLeft", username: "B", room: "r" });
  assertEquals((await events.next())?.type, "UserLeft");
});

Deno.test("say() with an id that no server takes rejects instead of waiting for ever", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  await using peer = await server.accept();
  await peer.welcomes();
  for (const id of ["", "x".repeat(65)]) {
    const said = alice.say("hello", { id });
    await within(Promise.allSettled([said]), `say() under an id of ${id.length}`, 1_000);
    await assertRejects(said, Error);
  }
});

Deno.test("online() and say() reject with ClosedError when the client is closed", async () => {
  using server = new ScriptedServer();
  const alice = connect({ port: server.port, name: "Alice" });
  const waiting = [alice.online(), alice.say("hello")];
  const settled = Promise.allSettled(waiting);
  await using _peer = await server.accept();
  await alice.close();
  await alice.close();
  await settled;
  for (const one of waiting) await assertRejects(one, ClosedError);
  await assertRejects(alice.say("again"), ClosedError);
  assertEquals(alice.status, { kind: "closed" });
});

Deno.test("a signal closes the client", async () => {
  using server = new ScriptedServer();
  const controller = new AbortController();
  const { signal } = controller;
  await using alice = connect({ port: server.port, name: "Alice", signal });
  await using peer = await server.accept();
  await peer.welcomes();
  await alice.online();
  const events = new Events(alice);
  controller.abort();
  await events.status("closed");
  await peer.raw.expectEnd();
});

Deno.test("whoever waits for an answer has gone on before what follows it is told, however many pass it on", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const heard: string[] = [];
  await using peer = await server.accept();
  await peer.welcomes();
  await alice.online();
  const listening = (async () => {
    for await (const event of alice) {
      if (event.type !== "NewMessage") continue;
      heard.push(event.content);
      if (event.content === "after") return;
    }
  })();
  const passedOn = async (depth: number): Promise<unknown> =>
    depth === 0 ? await alice.say("x") : await passedOn(depth - 1);
  const said = passedOn(100).then(() => void heard.push("the answer"));
  const { id: re } = await peer.hears("Broadcast");
  // In one write, and so in one burst.
  await peer.says(
    { type: "Ack", re, room: "lobby", seq: 1, at: 1 },
    { type: "NewMessage", room: "lobby", seq: 2, from: "Bob", content: "after", at: 1 },
  );
  await within(Promise.all([said, listening]), "Both");
  assertEquals(heard, ["the answer", "after"]);
});
