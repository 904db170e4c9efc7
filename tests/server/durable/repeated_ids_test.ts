/**
 * An id that was used before a restart is known after it: the message is not taken twice.
 *
 * @module
 */

import { durableStore } from "../../../server/mod.ts";
import { RECENT_ID_MS } from "../../../server/limits.ts";
import { assertEquals } from "../../assert.ts";
import { startServer, utf8 } from "../../harness.ts";
import { folder, startOn } from "./place.ts";
import { everything, range } from "./talk.ts";

const BROADCAST = { type: "Broadcast", content: "once", id: "b" };
const WHISPER = { type: "Whisper", to: "Bob", content: "psst", id: "w" };

Deno.test("a Broadcast repeated after a restart gets the first one's Ack, and nobody hears it", async () => {
  using place = folder();
  const acks = [];
  for (let start = 0; start < 3; start++) {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await using bob = await server.text("Bob");
    await alice.next("UserJoined");
    await alice.send(BROADCAST);
    acks.push(await alice.nextOf("Ack"));
    if (start > 0) {
      await alice.expectNothing();
      await bob.expectNothing();
    }
    assertEquals((await everything(alice, { room: "lobby" })).length, 1);
  }
  assertEquals(acks[1], acks[0]);
  assertEquals(acks[2], acks[0]);
});

Deno.test("a Whisper repeated after a restart gets the first one's PrivateSent, and is not sent twice", async () => {
  using place = folder();
  const sent = [];
  let secret: string | undefined;
  for (let start = 0; start < 3; start++) {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await using bob = await server.frames("Bob", secret);
    secret = bob.session;
    await alice.next("UserJoined");
    await alice.send(WHISPER);
    sent.push(await alice.next("PrivateSent"));
    if (start === 0) await bob.next("PrivateMessage");
    await bob.expectNothing();
    assertEquals((await everything(bob, { with: "Alice" })).length, 1);
  }
  assertEquals(sent[1], sent[0]);
  assertEquals(sent[2], sent[0]);
});

Deno.test("ids are each user's own, also over a restart", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await alice.send(BROADCAST);
    await alice.nextOf("Ack");
  }
  await using server = await startOn(place.path);
  await using bob = await server.frames("Bob");
  await bob.send(BROADCAST);
  assertEquals((await bob.nextOf("Ack")).seq, 2);
  await using alice = await server.frames("ALICE");
  await alice.send(BROADCAST);
  assertEquals((await alice.nextOf("Ack")).seq, 1);
});

Deno.test("an id is known after a restart however long the server was away", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await using _bob = await server.frames("Bob");
    await alice.send(BROADCAST, WHISPER);
    await alice.nextOf("Ack");
  }
  const now = Date.now() + 30 * 24 * 3_600_000;
  let passed = 0;
  await using server = await startOn(place.path, {
    serve: { clock: () => now + passed, steady: () => passed },
  });
  await using alice = await server.frames("Alice");
  await alice.send(BROADCAST, WHISPER);
  assertEquals((await alice.next("Ack")).seq, 1);
  assertEquals((await alice.next("PrivateSent")).seq, 1);
  // From here on its time passes.
  passed += RECENT_ID_MS;
  await alice.send(BROADCAST);
  assertEquals((await alice.nextOf("Ack")).seq, 2);
});

Deno.test("ten minutes of ids count back from the newest message, not from the start", async () => {
  using place = folder();
  const start = Date.now() - 3 * RECENT_ID_MS;
  // Somebody speaks every half a minute.
  const ids = ["old", ...range(1, 9).map(String), "young", ...range(11, 19).map(String), "last"];
  await append(
    place.path,
    ids.map((id, i) => ({ user: "Alice", id, at: start + i * RECENT_ID_MS / 20 })),
  );
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  await alice.send({ ...BROADCAST, id: "young" }, { ...BROADCAST, id: "old" });
  assertEquals((await alice.nextOf("Ack")).seq, 11);
  assertEquals((await alice.nextOf("Ack")).seq, 22);
});

Deno.test("an id is known for ten minutes that pass, whatever the clock does meanwhile", async () => {
  let wrong = 0;
  let passed = 0;
  await using server = startServer({
    clock: () => 1_800_000_000_000 + passed + wrong,
    steady: () => passed,
  });
  await using alice = await server.frames("Alice");
  for (wrong of [0, 2 * RECENT_ID_MS, -100 * RECENT_ID_MS]) {
    await alice.send(BROADCAST);
    assertEquals((await alice.nextOf("Ack")).seq, 1, `${wrong} ms ahead`);
  }
  passed += RECENT_ID_MS;
  await alice.send(BROADCAST);
  assertEquals((await alice.nextOf("Ack")).seq, 2);
});

Deno.test("messages of a wrong clock make a restarted server forget no other id", async () => {
  const start = Date.now();
  const year = 365 * 24 * 3_600_000;
  for (const wrong of [year, -year]) {
    for (const place of [2, 5, 9]) {
      using dir = folder();
      const room = (i: number) => i % 2 === 0 ? "lobby" : "tea";
      const at = (i: number) => start + i * 1_000 + (i === place ? wrong : 0);
      await append(
        dir.path,
        range(0, 9).map((i) => ({ user: "Alice", id: `${i}`, room: room(i), at: at(i) })),
      );
      await using server = await startOn(dir.path);
      await using alice = await server.frames("Alice");
      await alice.send({ type: "Join", room: "tea" });
      for (const i of range(0, 9)) {
        await alice.send({ type: "Broadcast", room: room(i), content: "once", id: `${i}` });
        assertEquals((await alice.nextOf("Ack")).seq, Math.floor(i / 2) + 1, `${i} of ${place}`);
      }
    }
  }
});

Deno.test("a message that was stored is known again although its sender never heard of it", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path);
    await using bob = await server.frames("Bob");
    await using alice = await server.frames("Alice");
    await alice.send(BROADCAST, { ...BROADCAST, id: "c" });
    await alice.close();
    await bob.nextOf("NewMessage");
    await bob.nextOf("NewMessage");
  }
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  await alice.send(BROADCAST, { ...BROADCAST, id: "c" }, { ...BROADCAST, id: "d" });
  const seqs = [];
  while (seqs.length < 3) seqs.push((await alice.nextOf("Ack")).seq);
  assertEquals(seqs, [1, 2, 3]);
});

/** A message as a server would have stored it. */
interface Past {
  readonly user: string;
  readonly id: string;
  readonly at: number;
  readonly room?: string;
}

/** Puts messages of the past into a store. */
async function append(path: string, messages: Iterable<Past>): Promise<void> {
  await using store = await durableStore(path, { durability: "os" });
  let count = 0;
  for (const { user: from, id, at, room = "lobby" } of messages) {
    const kept = Promise.withResolvers<void>();
    store.append({
      stream: `room/${room}`,
      at,
      encode: (seq) =>
        utf8(JSON.stringify({ type: "NewMessage", room, seq, from, content: "once", at, id })),
      settled: (error) => error === undefined ? kept.resolve() : kept.reject(error),
    });
    if (++count % 10_000 === 0) await kept.promise;
  }
}

Deno.test("a repetition is known among 111,000 messages of few users, in every room", async () => {
  using place = folder();
  const count = 111_000;
  const start = Date.now() - 325_000;
  const roomOf = (n: number) => n % 1_000 === 0 ? "quiet" : "lobby";
  const messages = range(1, count).map((n) => ({
    user: `User${n % 3}`,
    id: `${n}`,
    room: roomOf(n),
    at: start + Math.floor(n * 300_000 / count),
  }));
  await append(place.path, messages);
  await using server = await startOn(place.path);
  await using user = await server.frames("User0");
  await user.send({ type: "Join", room: "quiet" });
  // The first of all, and the last ten.
  const asked = [3, ...range(count - 29, count)].filter((n) => n % 3 === 0);
  for (const n of asked) {
    await user.send({ type: "Broadcast", room: roomOf(n), content: "once", id: `${n}` });
    const quiet = Math.floor(n / 1_000);
    assertEquals((await user.nextOf("Ack")).seq, roomOf(n) === "quiet" ? quiet : n - quiet, `${n}`);
  }
});
