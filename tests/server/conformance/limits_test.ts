/**
 * Limits from outside: rate, silence, and how many may be here at once.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";

function says(count: number): object[] {
  return Array.from(
    { length: count },
    (_, n) => ({ type: "Broadcast", content: `${n}`, id: `${n}` }),
  );
}

Deno.test("rate_limited answers what comes too fast, with the time to wait; the rest was taken", async () => {
  // So slow a rate that no token comes back while the test runs.
  await using server = startServer({ limits: { messagesPerSecond: 0.01, messagesBurst: 40 } });
  await using alice = await server.frames("Alice");
  await alice.send(...says(60));
  const acks = new Set<string>();
  const refused = new Set<string>();
  while (acks.size + refused.size < 60) {
    const message = await alice.message();
    if (message.type === "Ack") acks.add(message.re ?? "");
    if (message.type !== "Error") continue;
    assertEquals(message.code, "rate_limited");
    assert((message.wait ?? 0) > 1_000, `wait: ${message.wait}`);
    refused.add(message.re ?? "");
  }
  assertEquals([...acks], Array.from({ length: 40 }, (_, n) => `${n}`), "the burst, in order");
  assertEquals(refused.size, 20);
});

Deno.test("an answer again costs as much as the first: one id is no free question", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 1, messagesBurst: 1 } });
  await using alice = await server.frames("Alice");
  const [first, second] = says(2);
  assert(first && second);
  await alice.send(first);
  const ack = await alice.next("Ack");
  await alice.next("NewMessage");
  await alice.send(first, second);
  const { code, wait = 0 } = await alice.next("Error");
  assertEquals(code, "rate_limited");
  await alice.nextError("rate_limited");
  assert(wait >= 1_000, `wait: ${wait}`);
  assertEquals(ack.seq, 1);
});

Deno.test("an id that is known is answered again when there is a token for it", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 1, messagesBurst: 2 } });
  await using alice = await server.frames("Alice");
  const [first] = says(1);
  assert(first);
  await alice.send(first);
  const ack = await alice.next("Ack");
  await alice.next("NewMessage");
  await alice.send(first);
  assertEquals(await alice.next("Ack"), ack);
});

Deno.test("rate_limited answers whispers and requests too, and spares the others", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 1, messagesBurst: 1 } });
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await alice.next("UserJoined");
  const whisper = { type: "Whisper", to: "Alice", content: "x", id: "w" };
  await alice.send(whisper, { ...whisper, id: "w2" });
  await alice.nextOf("Error");
  await bob.send({ type: "Broadcast", content: "not my bucket", id: "1" });
  await bob.next("Ack");
  await bob.next("NewMessage");
  await bob.send(...Array.from({ length: 300 }, () => ({ type: "ListRooms" })));
  await bob.nextOf("Error");
});

Deno.test("a text client is slowed instead of refused: nothing of what it said is lost", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 20, messagesBurst: 5 } });
  await using alice = await server.frames("Alice");
  await using bob = await server.text("Bob");
  await alice.next("UserJoined");
  await bob.write(Array.from({ length: 12 }, (_, n) => `${n}\n`).join(""));
  for (let n = 0; n < 12; n++) assertEquals((await alice.next("NewMessage")).content, `${n}`);
  await bob.expectNothing();
});

Deno.test("a silent peer is pinged, and cut off when it does not answer", async () => {
  const limits = { silenceMsBeforePing: 50, silenceMsMax: 2_500 };
  await using server = startServer({ limits });
  await using watcher = await server.frames("Watcher");
  await using silent = await server.frames("Silent");
  await watcher.next("UserJoined");
  await silent.next("Ping");
  // Whoever answers goes on living: any frame will do.
  for (let alive = true, pings = 0; alive; pings++) {
    assert(pings < 10, "The silent one is still there");
    const message = await watcher.message();
    if (message.type === "Ping") await watcher.send({ type: "Pong" });
    else alive = message.type !== "UserLeft";
  }
  await silent.expectEnd();
  await watcher.send({ type: "ListUsers" });
  assertEquals((await watcher.nextOf("UserList")).users, ["Watcher"]);
});

Deno.test("a silent text client is not cut off: it may be somebody who reads", async () => {
  const limits = { silenceMsBeforePing: 20, silenceMsMax: 60 };
  await using server = startServer({ limits });
  await using reader = await server.text("Reader");
  await using silent = await server.frames("Silent");
  await reader.expectLines("[Server] Silent has joined.", "[Server] Silent has left.");
  await silent.nextOf("Ping").catch(() => {});
  await reader.expectNothing();
});

/** Fills a server of `count` places. */
async function fill(connect: () => Promise<RawClient>, count: number): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let n = 0; n < count; n++) clients.push(await connect());
  return clients;
}

Deno.test("busy tells who comes above connectionsMax, in both ways of speaking, and closes", async () => {
  await using server = startServer({ limits: { connectionsMax: 3 } });
  await using alice = await server.frames("Alice");
  const others = await fill(() => server.connect(), 2);
  await using frames = await server.connect();
  await frames.send({ type: "Login", username: "Bob" });
  await frames.nextError("busy");
  await frames.expectEnd();
  await using text = await server.connect();
  await text.write("Carol\n");
  await text.expectLines("[Server] The server is full. Try again later.");
  await text.expectEnd();
  await server.event("full");
  await alice.expectNothing();
  await Promise.all(others.map((client) => client.close()));
});

Deno.test("a full server says nothing before the first byte, and does not wait for it for long", async () => {
  await using server = startServer({ limits: { connectionsMax: 1 } });
  await using alice = await server.frames("Alice");
  await using silent = await server.connect();
  await silent.expectEnd();
  await alice.expectNothing();
});

Deno.test("a full server recovers when somebody leaves", async () => {
  await using server = startServer({ limits: { connectionsMax: 2 } });
  await using alice = await server.frames("Alice");
  const bob = await server.frames("Bob");
  await using refused = await server.connect();
  await refused.send({ type: "Login", username: "Carol" });
  await refused.nextError("busy");
  await refused.expectEnd();
  await refused.close();
  await bob.close();
  await server.event("left");
  await alice.nextOf("UserLeft");
  for (let tries = 0;; tries++) {
    assert(tries < 1_000, "It does not recover");
    await using carol = await server.connect();
    await carol.send({ type: "Login", username: "Carol" });
    if ((await carol.message()).type === "Welcome") break;
  }
});

Deno.test("a place that is free is given, although somebody is still being turned away", async () => {
  await using server = startServer({ limits: { connectionsMax: 2 } });
  await using alice = await server.frames("Alice");
  const bob = await server.frames("Bob");
  await alice.next("UserJoined");
  await using turnedAway = await server.connect();
  await server.event("full");
  await bob.close();
  await alice.next("UserLeft");
  // Bob's connection itself ends a moment after he has left.
  await alice.expectNothing();
  await using carol = await server.connect();
  await carol.send({ type: "Login", username: "Carol" });
  await carol.next("Welcome");
  await turnedAway.close();
});

Deno.test("a crowd that is turned away harms nobody", async () => {
  await using server = startServer({ limits: { connectionsMax: 5 } });
  await using alice = await server.frames("Alice");
  const crowd = await fill(() => server.connect(), 100);
  await alice.expectNothing();
  await Promise.all(crowd.map((client) => client.close()));
});

Deno.test("who never reads its answers is not read from any more, and holds no memory for them", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using alice = await server.frames("Alice");
  for (let n = 0; n < 60; n++) {
    await alice.send({ type: "Broadcast", content: "x".repeat(8_000) });
    await alice.next("NewMessage");
  }
  await using greedy = await server.connect({ reading: false });
  const before = Deno.memoryUsage().external;
  await greedy.send({ type: "Login", username: "Greedy" });
  await alice.next("UserJoined");
  // A busy connection is read in large pieces, and one of them can hold 1,000 questions whose
  // answers are 400 MB in all.
  const busy = { type: "Ping", padding: "x".repeat(1 << 19) };
  await greedy.send(busy, busy);
  const asked = greedy.send(...Array.from({ length: 1_000 }, () => ({ type: "History" })));
  await asked;
  for (let n = 0; n < 50; n++) await alice.expectNothing();
  const grown = Deno.memoryUsage().external - before;
  assert(grown < 64 << 20, `${Math.round(grown / 1e6)} MB were taken for one who does not read`);
});
