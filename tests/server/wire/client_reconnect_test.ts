/**
 * The headless client after a break: what it says again, what it asks for, and when it gives up.
 *
 * @module
 */

import { ChatError, ClosedError, connect, type ErrorCode } from "../../../server/wire/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { type RawClient, startServer, within } from "../../harness.ts";
import { Events, type Peer, ScriptedServer } from "./scripted_server.ts";

async function refuse(peer: Peer, code: ErrorCode): Promise<void> {
  await peer.hears("Login");
  await peer.says({ type: "Error", code, msg: `Refused: ${code}.` });
  await peer.raw.close();
}

Deno.test("a client comes back by itself, with its session and what it has seen", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const events = new Events(alice);
  {
    await using peer = await server.accept();
    assertEquals((await peer.welcomes({ lobby: 4 })).resume, undefined);
    const place = { room: "lobby", from: "Bob", at: 1 } as const;
    await peer.says({ type: "NewMessage", ...place, seq: 5, content: "five" });
    await events.next();
    assertEquals((await events.next())?.type, "NewMessage");
  }
  await events.status("offline");
  await using peer = await server.accept();
  const login = await peer.welcomes({ lobby: 5 });
  assertEquals([login.resume, login.epoch, login.session], [{ lobby: 5 }, "epoch", "session"]);
  await events.status("online");
});

Deno.test("a guest whose first welcome is lost comes again as the one who was let in", async () => {
  await using server = startServer();
  const sessions: unknown[] = [];
  let first: RawClient | undefined;
  {
    using scripted = new ScriptedServer();
    await using _alice = connect({ port: scripted.port, name: "Alice" });
    {
      await using peer = await scripted.accept();
      const { session } = await peer.hears("Login");
      // The server has let her in, and knows nothing of the break.
      first = await server.frames("Alice", session);
      sessions.push(session, first.session);
    }
    await using peer = await scripted.accept();
    const { session } = await peer.hears("Login");
    await using again = await server.frames("Alice", session);
    sessions.push(again.session);
  }
  await first.close();
  assertEquals(new Set(sessions).size, 1, `${sessions}`);
});

Deno.test("who is to be in some rooms alone says so each time, and joins what an older server left out", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice", onlyRooms: ["ops"] });
  {
    await using peer = await server.accept();
    // An older server lets her into the rooms of her account.
    assertEquals((await peer.welcomes({ lobby: 4, tea: 2 })).rooms, ["ops"]);
    const { room, id } = await peer.hears("Join");
    assertEquals(room, "ops");
    await peer.acks({ id, room }, 7);
  }
  await using peer = await server.accept();
  const { rooms, resume } = await peer.welcomes({ ops: 7 });
  assertEquals([rooms, resume], [["ops"], { ops: 7 }]);
  const said = alice.say("hello", { room: "ops" });
  await peer.acks(await peer.hears("Broadcast"), 8);
  assertEquals((await said).seq, 8);
  await using nobody = connect({ port: server.port, name: "Nobody", onlyRooms: [] });
  await using other = await server.accept();
  assertEquals((await other.welcomes({})).rooms, []);
  await nobody.online();
});

Deno.test("say() again after a break uses the old id and order, before what is new", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const ids: string[] = [];
  const said = ["one", "two", "three"].map((content) => alice.say(content));
  {
    await using peer = await server.accept();
    await peer.welcomes();
    for (let n = 0; n < 3; n++) ids.push((await peer.hears("Broadcast")).id);
    await peer.says({ type: "Ack", re: ids[1] ?? "", room: "lobby", seq: 2, at: 1 });
    await said[1];
  }
  said.push(alice.say("four"));
  await using peer = await server.accept();
  await peer.welcomes();
  await peer.hasSaidAll();
  const again = [];
  for (let n = 0; n < 3; n++) again.push(await peer.hears("Broadcast"));
  assertEquals(again.map(({ content }) => content), ["one", "three", "four"]);
  assertEquals(again.slice(0, 2).map(({ id }) => id), [ids[0], ids[2]]);
  for (const one of again) await peer.acks(one, 9);
  await within(Promise.all(said), "All of them");
});

Deno.test("a message that comes again after a break is given once", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const events = new Events(alice);
  const say = (peer: Peer, seq: number) =>
    peer.says({ type: "NewMessage", room: "lobby", seq, from: "Bob", content: `${seq}`, at: 1 });
  const contents: string[] = [];
  const hear = async () => {
    const event = await events.next();
    if (event?.type === "NewMessage") contents.push(event.content);
  };
  {
    await using peer = await server.accept();
    await peer.welcomes();
    for (const seq of [1, 2]) await say(peer, seq);
    for (let n = 0; n < 3; n++) await hear();
  }
  await using peer = await server.accept();
  await peer.welcomes({ lobby: 4 });
  for (const seq of [1, 2, 3, 4]) await say(peer, seq);
  for (let n = 0; n < 3; n++) await hear();
  assertEquals(contents, ["1", "2", "3", "4"]);
});

Deno.test("a room that was entered is entered again, one that was left is not", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice", rooms: ["tea"] });
  {
    await using peer = await server.accept();
    await peer.welcomes();
    const tea = await peer.hears("Join");
    await peer.says({ type: "Ack", re: tea.id, room: "tea", seq: 3, at: 1 });
    const joined = alice.join("coffee");
    const coffee = await peer.hears("Join");
    await peer.says({ type: "Ack", re: coffee.id, room: "coffee", seq: 8, at: 1 });
    await joined;
    const left = alice.leave("tea");
    const leave = await peer.hears("Leave");
    await peer.says({ type: "Ack", re: leave.id, room: "tea", seq: 3, at: 1 });
    await left;
  }
  await using peer = await server.accept();
  assertEquals((await peer.welcomes()).resume, { lobby: 0, coffee: 8 });
  assertEquals((await peer.hears("Join")).room, "coffee");
});

Deno.test("leave() under way when the connection breaks still resolves", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice", rooms: ["tea"] });
  let left: Promise<unknown>;
  {
    await using peer = await server.accept();
    await peer.welcomes({ lobby: 0, tea: 0 });
    left = alice.leave("tea");
    await peer.hears("Leave");
  }
  await using peer = await server.accept();
  await peer.welcomes();
  const { id } = await peer.hears("Leave");
  // What a real server says to somebody who is out already.
  await peer.says({ type: "Error", re: id, code: "not_in_room", msg: "You are not there." });
  await within(left, "leave()");
});

Deno.test("name_taken before the first login is final", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const said = Promise.allSettled([alice.say("hello")]);
  await refuse(await server.accept(), "name_taken");
  assertEquals(
    (await assertRejects(within(alice.online(), "online()"), ChatError)).code,
    "name_taken",
  );
  const [outcome] = await said;
  assert(outcome.status === "rejected" && outcome.reason instanceof ChatError);
  assertEquals(alice.status, { kind: "closed", reason: "Refused: name_taken." });
});

Deno.test("name_taken after a login is tried again: it may be our own lost connection", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  {
    await using peer = await server.accept();
    await peer.welcomes();
    await alice.online();
  }
  await refuse(await server.accept(), "name_taken");
  await using peer = await server.accept();
  await peer.welcomes();
  await within(alice.online(), "online()");
});

for (const code of ["bad_name", "auth_failed", "invalid"] as const) {
  Deno.test(`${code} at login is final`, async () => {
    using server = new ScriptedServer();
    await using alice = connect({ port: server.port, name: "Alice" });
    await refuse(await server.accept(), code);
    assertEquals((await assertRejects(within(alice.online(), "online()"), ChatError)).code, code);
  });
}

for (const code of ["busy", "shutting_down", "slow_consumer", "internal"] as const) {
  Deno.test(`${code} is no reason not to try again`, async () => {
    using server = new ScriptedServer();
    await using alice = connect({ port: server.port, name: "Alice" });
    await refuse(await server.accept(), code);
    await using peer = await server.accept();
    await peer.welcomes();
    await within(alice.online(), "online()");
  });
}

Deno.test("a server that does not speak the protocol is tried again, and named in the status", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  {
    await using peer = await server.accept();
    await peer.raw.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    await peer.hears("Login");
    await peer.raw.expectEnd();
  }
  await using peer = await server.accept();
  const { status } = alice;
  assert(status.kind === "connecting" && status.attempt === 2, Deno.inspect(status));
  await peer.welcomes();
  await within(alice.online(), "online()");
});

Deno.test("a connection that breaks in the middle of a frame is a break like another", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  {
    await using peer = await server.accept();
    await peer.welcomes();
    await peer.raw.write(new Uint8Array([0, 0, 0, 9, 0x7b]));
  }
  await using peer = await server.accept();
  await peer.welcomes();
  await within(alice.online(), "online()");
});

Deno.test("reconnect: false ends the client at the first break", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice", reconnect: false });
  const said = Promise.allSettled([alice.say("hello")]);
  {
    await using peer = await server.accept();
    await peer.welcomes();
    await peer.hears("Broadcast");
  }
  const [outcome] = await within(said, "say()");
  assert(outcome.status === "rejected" && outcome.reason instanceof ClosedError);
  assertEquals(alice.status.kind, "closed");
});

Deno.test("connect() to a port where nobody listens says so in a sentence", async () => {
  const server = new ScriptedServer();
  const { port } = server;
  server[Symbol.dispose]();
  await using alice = connect({ port, name: "Alice", reconnect: false });
  const error = await assertRejects(alice.online(), ClosedError);
  assertEquals(error.message, `Cannot connect to 127.0.0.1:${port}: nothing listens there.`);
});

Deno.test("of two who show one secret, as copies of a tab do, one stays, and the other one says why not", async () => {
  await using server = startServer();
  await using one = connect({ port: server.port, name: "Alice" });
  const { session = "" } = await within(one.online(), "the first");
  await using other = connect({ port: server.port, name: "Alice", session });
  const [first, second] = [new Events(one), new Events(other)];
  const out = await within(
    Promise.race([
      first.status("closed").then(() => one),
      second.status("closed").then(() => other),
    ]),
    "the end of one",
  );
  const stays = out === one ? other : one;
  const error = await assertRejects(out.online(), ChatError);
  assertEquals([error.code, error.message], ["name_taken", "You logged in again from elsewhere."]);
  await within(stays.online(), "the one that stays");
  assertEquals((await within(stays.say("here"), "say()")).seq, 1);
  assertEquals(stays.status.kind, "online");
});

Deno.test("a client that was replaced once comes in again: it may have been itself, late", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  for (let times = 0; times < 2; times++) {
    await using peer = await server.accept();
    await peer.welcomes();
    await peer.says({ type: "Error", code: "name_taken", msg: "Elsewhere." });
    await peer.raw.close();
  }
  await using peer = await server.accept();
  await peer.welcomes();
  await within(alice.online(), "online()");
});
