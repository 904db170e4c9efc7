/**
 * The headless client and what it cannot know: whether its last words were stored. It looks before it says them again.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import { ClosedError, connect, type PrivateMessage } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";
import { everything, page } from "../durable/talk.ts";
import { Events, ScriptedServer } from "./scripted_server.ts";

const LOBBY = { type: "NewMessage", room: "lobby", at: 5 } as const;

Deno.test("what is among the missed messages is settled by that, and only the rest is said again", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const said = ["one", "two", "three"].map((content) => alice.say(content));
  let ids: string[];
  {
    await using peer = await server.accept();
    await peer.welcomes();
    ids = [];
    for (const _ of said) ids.push((await peer.hears("Broadcast")).id);
  }
  await using peer = await server.accept();
  assertEquals((await peer.welcomes({ lobby: 2 })).resume, { lobby: 0 });
  await peer.says({ ...LOBBY, seq: 1, from: "alice", content: "one", id: ids[0] ?? "" });
  // Somebody else used the next id, and somebody under our name the third, but for other words.
  await peer.says({ ...LOBBY, seq: 2, from: "Mal", content: "two", id: ids[1] ?? "" });
  await peer.says({ ...LOBBY, seq: 3, from: "Alice", content: "other", id: ids[2] ?? "" });
  await peer.hasSaidAll();
  const { seq, at, room } = await within(said[0] ?? Promise.reject(), "The first");
  assertEquals([seq, at, room], [1, 5, "lobby"]);
  for (const n of [1, 2]) {
    const again = await peer.hears("Broadcast");
    assertEquals(again.id, ids[n]);
    await peer.acks(again, n + 3);
  }
  await within(Promise.all(said), "All of them");
});

Deno.test("what was said under a name that became somebody's is settled by what was missed, and not said again under the next one", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const said = alice.say("once");
  const events = new Events(alice);
  let id: string;
  {
    await using peer = await server.accept();
    await peer.welcomes();
    ({ id } = await peer.hears("Broadcast"));
    await peer.says({ type: "Renamed", username: "Guest-1", msg: "It has an owner now." });
    while ((await events.next())?.type !== "Renamed");
  }
  await using peer = await server.accept();
  assertEquals((await peer.welcomes({ lobby: 1 })).username, "Guest-1");
  await peer.says({ ...LOBBY, seq: 1, from: "Alice", content: "once", id });
  await peer.hasSaidAll();
  assertEquals((await within(said, "say()")).seq, 1);
});

Deno.test("a message that was heard and not acknowledged counts as stored after a break", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const events = new Events(alice);
  const said = alice.say("once");
  {
    await using peer = await server.accept();
    await peer.welcomes();
    const { id } = await peer.hears("Broadcast");
    await peer.says({ ...LOBBY, seq: 1, from: "Alice", content: "once", id });
    await events.next();
    assertEquals((await events.next())?.type, "NewMessage");
  }
  assertEquals((await within(said, "say()")).seq, 1);
  assertEquals(alice.unacknowledged, 0);
});

Deno.test("a whisper is looked for behind what was known when it was sent", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const events = new Events(alice);
  let ids: string[] = [];
  let said: Promise<unknown>[];
  const from = (seq: number, rest: object): PrivateMessage => ({
    ...{ type: "PrivateMessage", from: "Bob", content: `${seq}`, at: 1, seq },
    ...rest,
  });
  {
    await using peer = await server.accept();
    await peer.welcomes();
    await peer.says(from(4, { to: "Alice" }));
    await events.next();
    assertEquals((await events.next())?.type, "PrivateMessage");
    said = ["one", "two"].map((content) => alice.whisper("bob", content));
    ids = [(await peer.hears("Whisper")).id, (await peer.hears("Whisper")).id];
  }
  {
    await using peer = await server.accept();
    await peer.welcomes();
    // What is heard meanwhile is no reason to look from there on.
    await peer.says(from(9, { to: "Alice" }));
    await peer.hasSaidAll();
    const { with: partner, after } = await peer.hears("History");
    assertEquals([partner, after], ["bob", 4]);
  }
  await using peer = await server.accept();
  await peer.welcomes();
  await peer.hasSaidAll();
  const first = await peer.hears("History");
  assertEquals(first.after, 4);
  const place = { type: "HistoryPage", with: "Bob" } as const;
  await peer.says({ ...place, re: first.id, messages: [], more: true, next: 6 });
  const second = await peer.hears("History");
  assertEquals(second.after, 6);
  const mine = from(7, { from: "Alice", to: "Bob", content: "two", id: ids[1] });
  await peer.says({ ...place, re: second.id, messages: [mine, from(8, {})], more: false });
  const again = await peer.hears("Whisper");
  assertEquals([again.id, again.content], [ids[0], "one"]);
  const sent = { type: "PrivateSent", to: "Bob", content: "one", seq: 10, at: 1 } as const;
  await peer.says({ ...sent, re: again.id });
  await within(Promise.all(said), "Both");
  const echoes = [];
  while (echoes.length < 2) {
    const event = await events.next();
    if (event?.type === "PrivateSent") echoes.push([event.content, event.seq]);
  }
  assertEquals(echoes, [["two", 7], ["one", 10]]);
});

Deno.test("unknown is told, and settled over the next connection", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const events = new Events(alice);
  const said = alice.say("doubtful");
  let id: string;
  {
    await using peer = await server.accept();
    await peer.welcomes();
    ({ id } = await peer.hears("Broadcast"));
    await peer.says({ type: "Error", re: id, code: "unknown", msg: "Who knows." });
    await events.next();
    const told = await events.next();
    assert(told?.type === "Error" && told.code === "unknown" && told.re === undefined);
    // It is not said again over this connection, and what is asked meanwhile is.
    const pong = alice.ping();
    await peer.hasSaidAll();
    await pong;
    assertEquals(alice.unacknowledged, 1);
  }
  await using peer = await server.accept();
  await peer.welcomes();
  await peer.hasSaidAll();
  const again = await peer.hears("Broadcast");
  assertEquals(again.id, id);
  await peer.acks(again, 1);
  assertEquals((await within(said, "say()")).seq, 1);
});

Deno.test("close() says of what was sent that its outcome is unknown, of the rest that it was not", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  await using peer = await server.accept();
  const sent = alice.say("sent");
  const settled = Promise.allSettled([sent]);
  await peer.welcomes();
  await peer.hears("Broadcast");
  await alice.close();
  const [one] = await settled;
  assert(one.status === "rejected" && one.reason instanceof ClosedError && one.reason.unknown);
  await using bob = connect({ port: server.port, name: "Bob" });
  const never = Promise.allSettled([bob.say("never sent")]);
  await bob.close();
  const [other] = await never;
  assert(other.status === "rejected" && other.reason instanceof ClosedError);
  assert(!other.reason.unknown);
});

Deno.test("what is said in a room waits until the client is in it, again after a break", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice", rooms: ["tea"] });
  const said = alice.say("in tea", { room: "tea" });
  {
    await using peer = await server.accept();
    await peer.welcomes();
    await peer.hears("Join");
    const pong = alice.ping().catch(() => {});
    await peer.hasSaidAll();
    await pong;
  }
  await using peer = await server.accept();
  await peer.welcomes();
  const { id } = await peer.hears("Join");
  await peer.says({ type: "Ack", re: id, room: "tea", seq: 7, at: 1 });
  const { id: re, room } = await peer.hears("Broadcast");
  assertEquals(room, "tea");
  await peer.says({ type: "Ack", re, room: "tea", seq: 8, at: 1 });
  assertEquals((await within(said, "say()")).seq, 8);
});

Deno.test("history() asks on where the server looked through much that is not ours", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  await using peer = await server.accept();
  await peer.welcomes();
  const asked = alice.history({ with: "Bob" });
  const first = await peer.hears("History");
  const empty = { type: "HistoryPage", with: "Bob", more: true } as const;
  await peer.says({ ...empty, messages: [], re: first.id, next: 500 });
  const second = await peer.hears("History");
  assertEquals(second.before, 500);
  await peer.says({ ...empty, messages: [], re: second.id, more: false });
  assertEquals((await within(asked, "history()")).more, false);
});

Deno.test("who was away for longer than ids are remembered finds its words there once", async () => {
  const memory = memoryStore();
  const store = { ...memory, [Symbol.asyncDispose]: () => Promise.resolve() };
  using scripted = new ScriptedServer();
  const { port } = scripted;
  await using alice = connect({ port, name: "Alice" });
  const said = [alice.say("room"), alice.whisper("Bob", "whisper"), alice.say("never arrived")];
  const ids: string[] = [];
  const session = crypto.randomUUID();
  const secrets = { bob: "" };
  {
    await using peer = await scripted.accept();
    await peer.welcomes({ lobby: 0 }, { epoch: store.epoch, session });
    ids.push((await peer.hears("Broadcast")).id, (await peer.hears("Whisper")).id);
    // Nobody listens there for a while.
    scripted[Symbol.dispose]();
  }
  {
    // A server takes two of the three, and its answers are lost.
    await using server = startServer({ store });
    await using bob = await server.frames("Bob");
    secrets.bob = bob.session;
    await using raw = await server.frames("Alice", session);
    await raw.send(
      { type: "Broadcast", content: "room", id: ids[0] },
      { type: "Whisper", to: "Bob", content: "whisper", id: ids[1] },
    );
    await bob.nextOf("PrivateMessage");
  }
  // This one remembers no ids.
  await using server = startServer({ port, store });
  await using bob = await server.frames("Bob", secrets.bob);
  await within(Promise.all(said), "All of them");
  const room = await everything(bob, { room: "lobby" });
  assertEquals(room.map(({ content }) => content), ["room", "never arrived"]);
  const { messages } = await page(bob, { with: "Alice" });
  assertEquals(messages.map(({ content }) => content), ["whisper"]);
});

Deno.test("what was whispered into a dying connection is asked for, and told once and in order", async () => {
  using server = new ScriptedServer();
  await using alice = connect({ port: server.port, name: "Alice" });
  const events = new Events(alice);
  const whisper = (seq: number, from = "Bob") => {
    const content = `${from} ${seq}`;
    return { type: "PrivateMessage", from, to: "Alice", content, at: 1, seq } as const;
  };
  const told: string[] = [];
  const next = async () => {
    const event = await events.next();
    if (event?.type === "PrivateMessage") told.push(event.content);
  };
  {
    await using peer = await server.accept();
    await peer.welcomes();
    await peer.says(whisper(1), whisper(5, "Carol"));
    for (let n = 0; n < 3; n++) await next();
  }
  {
    // What comes here before the answer is not told, and so asked for again.
    await using peer = await server.accept();
    await peer.welcomes();
    await peer.hears("History");
    await peer.says(whisper(4));
    await peer.hears("History");
  }
  await events.status("offline");
  await using peer = await server.accept();
  await peer.welcomes();
  const asked = [await peer.hears("History"), await peer.hears("History")];
  assertEquals(asked.map(({ with: partner, after }) => [partner, after]), [["carol", 5], [
    "bob",
    1,
  ]]);
  const [carol, bob] = asked;
  // It comes while the missed ones are read, and is among them already.
  await peer.says(whisper(4), whisper(5));
  const page = { type: "HistoryPage", more: false } as const;
  await peer.says({ ...page, with: "Carol", re: carol?.id ?? "", messages: [] });
  await peer.says(whisper(6, "Carol"));
  const missed = [whisper(2), whisper(3), whisper(4)];
  await peer.says({ ...page, with: "Bob", re: bob?.id ?? "", messages: missed });
  await peer.says(whisper(6));
  while (told.length < 8) await next();
  assertEquals(
    told.filter((one) => one.startsWith("B")),
    [1, 2, 3, 4, 5, 6].map((n) => `Bob ${n}`),
  );
  assertEquals(told.filter((one) => one.startsWith("C")), ["Carol 5", "Carol 6"]);
});
