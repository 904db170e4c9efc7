/**
 * What is kept beside messages: rooms with their topics, and nothing of who came and went.
 *
 * The store is looked into from outside, read-only and beside the server that writes it.
 *
 * @module
 */

import { openReadOnly, openStore } from "../../../db/mod.ts";
import { ROOMS_AT_START_MAX } from "../../../server/durable/limits.ts";
import { assertEquals } from "../../assert.ts";
import type { RawClient } from "../../harness.ts";
import { eventually, folder, startOn } from "./place.ts";
import { say } from "./talk.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The value of a key, as it is on the disk now. */
async function valueOf(path: string, key: string): Promise<unknown> {
  using store = await openReadOnly(path);
  const value = await store.get(key);
  return value === undefined ? undefined : JSON.parse(decoder.decode(value));
}

async function rooms(client: RawClient): Promise<unknown> {
  const all: unknown[] = [];
  let from: { after?: string } = {};
  while (true) {
    await client.send({ type: "ListRooms", ...from });
    const { rooms, more } = await client.nextOf("RoomList");
    all.push(...rooms);
    if (!more) return all;
    from = { after: rooms.at(-1)?.name ?? "" };
  }
}

Deno.test("rooms survive a restart with their name as it was written and their topic", async () => {
  using place = folder();
  const topic = 'Ceylon, "Assam" & ü';
  for (let start = 0; start < 3; start++) {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    if (start === 0) {
      for (const room of ["Tea", "Quiet"]) await alice.send({ type: "Join", room });
      await say(alice, ["hello"], "tea");
      await alice.send({ type: "Topic", room: "TEA", topic, id: "t" });
      assertEquals((await alice.nextOf("Ack")).re, "t");
      await say(alice, ["the topic was before this"], "tea");
      const { topicTag, ...fact } = Object(await valueOf(place.path, "room/tea"));
      assertEquals([fact, typeof topicTag], [{ name: "Tea", topic }, "string"]);
    }
    const users = start === 0 ? 1 : 0;
    assertEquals(await rooms(alice), [
      // A room in which nothing was ever said is forgotten with its last member.
      ...(start === 0 ? [{ name: "Quiet", users }] : []),
      { name: "Tea", users, topic },
      { name: "lobby", users: 1 },
    ]);
    if (start === 1) {
      await alice.send({ type: "Join", room: "tea", id: "j" });
      assertEquals((await alice.nextOf("Ack")).room, "Tea");
    }
  }
});

Deno.test("a topic that is taken back stays so over a restart", async () => {
  using place = folder();
  for (const topics of [["Something", ""], []]) {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    for (const topic of topics) await alice.send({ type: "Topic", room: "lobby", topic });
    await say(alice, ["after it"]);
    assertEquals(await rooms(alice), [{ name: "lobby", users: 1 }]);
  }
});

Deno.test("who comes and goes leaves nothing in the store", async () => {
  using place = folder();
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  await say(alice, ["hello"]);
  const lsn = async () => {
    using store = await openReadOnly(place.path);
    return store.stat().lsn;
  };
  const before = await lsn();
  for (let i = 0; i < 5; i++) {
    const guest = await server.frames(`Guest${i}`);
    await guest.close();
    await server.event("left");
  }
  await say(alice, ["and again"]);
  assertEquals(await lsn(), before + 1);
});

Deno.test("what earlier versions wrote of users is not held, and compaction frees it", async () => {
  using place = folder();
  const users = 2_000;
  {
    await using store = await openStore(place.path, { segmentBytes: 64 << 10 });
    for (let i = 0; i < users; i++) {
      store.put(`user/${i}`, encoder.encode(`{"name":"${i}","first":1,"last":2}`));
      if (i % 20 === 0) await store.flush();
    }
    await store.put("room/tea", encoder.encode('{"name":"Tea","topic":"Assam"}')).done;
  }
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    assertEquals(await rooms(alice), [
      { name: "Tea", users: 0, topic: "Assam" },
      { name: "lobby", users: 1 },
    ]);
    await eventually(async () => {
      using store = await openReadOnly(place.path);
      // Without this the asking would keep the compaction from its turns.
      await new Promise((resolve) => setImmediate(resolve));
      return [...store.keys("user/")].length === 0 ? true : undefined;
    }, "Compaction has freed it");
  }
});

Deno.test("a room that is not listed from the start has its name and topic when somebody comes into it", async () => {
  using place = folder();
  {
    await using store = await openStore(place.path, { durability: "os" });
    for (let i = 0; i < ROOMS_AT_START_MAX + 50; i++) {
      store.append(`room/r${i}`, encoder.encode("{}"), { at: 1_000_000 + i });
      store.put(`room/r${i}`, encoder.encode(`{"name":"R${i}","topic":"t${i}"}`));
    }
    store.put("room/lobby", encoder.encode('{"name":"lobby","topic":"hi"}'));
  }
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  const listed = await rooms(alice) as { name: string; topic?: string }[];
  assertEquals(listed.length, ROOMS_AT_START_MAX + 1);
  assertEquals(listed.some(({ name }) => name === "R0"), false);
  assertEquals(listed.find(({ name }) => name === "lobby")?.topic, "hi");
  await alice.send({ type: "Join", room: "r0", id: "j" });
  const { room, seq } = await alice.nextOf("Ack");
  assertEquals([room, seq], ["R0", 1]);
  const now = await rooms(alice) as { name: string; topic?: string }[];
  assertEquals(now.find(({ name }) => name === "R0")?.topic, "t0");
});
