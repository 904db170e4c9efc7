/**
 * Coming back after a break: what was missed, without a gap and without a double.
 *
 * @module
 */

import { memoryStore, type MessageStore } from "../../../server/mod.ts";
import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";

const FREE = { messagesPerSecond: 0 };

async function say(client: RawClient, count: number, room = "lobby"): Promise<void> {
  await client.send(
    ...Array.from({ length: count }, () => ({ type: "Broadcast", content: "x", room })),
  );
  for (let n = 0; n < count; n++) await client.nextOf("NewMessage");
}

async function seqs(client: RawClient, count: number): Promise<number[]> {
  const heard: number[] = [];
  while (heard.length < count) heard.push((await client.nextOf("NewMessage")).seq);
  return heard;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}

Deno.test("resume sends what came after the last seq seen, and then what is new", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await say(alice, 10);
  await using bob = await server.connect();
  await bob.send({ type: "Login", username: "Bob", resume: { lobby: 7 } });
  assertEquals((await bob.next("Welcome")).heads, { lobby: 10 });
  assertEquals(await seqs(bob, 3), [8, 9, 10]);
  await bob.expectNothing();
  await say(alice, 2);
  assertEquals(await seqs(bob, 2), [11, 12]);
});

Deno.test("resume at the newest seq sends nothing, and without resume nothing is sent", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await say(alice, 3);
  for (const resume of [{ lobby: 3 }, {}, undefined]) {
    await using bob = await server.connect();
    await bob.send({ type: "Login", username: "Bob", resume });
    await bob.next("Welcome");
    await bob.expectNothing();
    await bob.close();
    await alice.nextOf("UserLeft");
  }
});

Deno.test("resume enters its rooms, each with its own gap", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Join", room: "Tea" });
  await say(alice, 4, "tea");
  await say(alice, 2, "lobby");
  await using bob = await server.connect();
  await bob.send({ type: "Login", username: "Bob", resume: { TEA: 2, "not a room": 5 } });
  const { rooms, heads } = await bob.next("Welcome");
  assertEquals([rooms, heads], [["lobby", "Tea"], { lobby: 2, Tea: 4 }]);
  assertEquals(await seqs(bob, 2), [3, 4]);
  await bob.expectNothing();
  const joined = [await alice.nextOf("UserJoined"), await alice.nextOf("UserJoined")];
  assertEquals(joined.map(({ room }) => room), ["lobby", "Tea"]);
});

Deno.test("resume of another epoch, or beyond the newest, begins at the beginning", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await say(alice, 3);
  for (const extra of [{ resume: { lobby: 2 }, epoch: "another" }, { resume: { lobby: 99 } }]) {
    await using bob = await server.connect();
    await bob.send({ type: "Login", username: "Bob", ...extra });
    await bob.next("Welcome");
    assertEquals(await seqs(bob, 3), [1, 2, 3]);
    await bob.close();
    await alice.nextOf("UserLeft");
  }
});

Deno.test("resume of more than the store kept begins with the oldest that is there", async () => {
  const store = memoryStore({ messagesMax: 5, bytesMax: 1_000_000 });
  await using server = startServer({ store, limits: FREE });
  await using alice = await server.frames("Alice");
  await say(alice, 20);
  await using bob = await server.connect();
  await bob.send({ type: "Login", username: "Bob", resume: { lobby: 3 } });
  await bob.next("Welcome");
  assertEquals(await seqs(bob, 5), range(16, 20));
  await bob.expectNothing();
});

/** A memory store whose every read lets somebody speak before it answers. */
function interrupted(speak: () => Promise<void>): MessageStore {
  const store = memoryStore();
  return {
    ...store,
    async read(stream, range) {
      const page = await store.read(stream, range);
      await speak();
      return page;
    },
  };
}

Deno.test("resume has no gap and no double while others keep talking between its pages", async () => {
  let speak = () => Promise.resolve();
  await using server = startServer({ store: interrupted(() => speak()), limits: FREE });
  await using alice = await server.frames("Alice");
  await say(alice, 1_200);
  let spoken = 1_200;
  speak = async () => {
    if (spoken >= 1_900) return;
    await say(alice, 100);
    spoken += 100;
  };
  await using bob = await server.connect();
  await bob.send({ type: "Login", username: "Bob", resume: { lobby: 100 } });
  await bob.next("Welcome");
  assertEquals(await seqs(bob, 1_800), range(101, 1_900));
  await alice.nextOf("UserJoined");
  await say(alice, 1);
  assertEquals(await seqs(bob, 1), [1_901]);
  await bob.expectNothing();
});

Deno.test("a client that leaves in the middle of its resume has left", async () => {
  let hangUp = () => Promise.resolve();
  await using server = startServer({ store: interrupted(() => hangUp()), limits: FREE });
  await using alice = await server.frames("Alice");
  await say(alice, 1_200);
  await using bob = await server.connect();
  hangUp = () => bob.close();
  await bob.send({ type: "Login", username: "Bob", resume: { lobby: 0 } });
  await server.event("left", ({ user }) => user === "Bob");
  await alice.send({ type: "ListUsers", id: "1" });
  assertEquals((await alice.nextOf("UserList")).users, ["Alice"]);
});
