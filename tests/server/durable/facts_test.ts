/**
 * What is kept beside messages: rooms with their topics, and users with the first and last time they were seen.
 *
 * The store is looked into from outside, read-only and beside the server that writes it.
 *
 * @module
 */

import { openReadOnly } from "../../../db/mod.ts";
import { assertEquals } from "../../assert.ts";
import type { RawClient } from "../../harness.ts";
import { eventually, folder, startOn } from "./place.ts";
import { say } from "./talk.ts";

const decoder = new TextDecoder();

/** The value of a key, as it is on the disk now. */
async function valueOf(path: string, key: string): Promise<unknown> {
  using store = await openReadOnly(path);
  const value = await store.get(key);
  return value === undefined ? undefined : JSON.parse(decoder.decode(value));
}

async function rooms(client: RawClient): Promise<unknown> {
  await client.send({ type: "ListRooms" });
  return (await client.nextOf("RoomList")).rooms;
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
      assertEquals(await valueOf(place.path, "room/tea"), { name: "Tea", topic });
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

Deno.test("users survive with their name as written, first and last seen, also over a restart", async () => {
  using place = folder();
  let now = 1_000;
  const clock = () => now;
  for (const [name, first] of [["Zoë", 1_000], ["zoë", 1_000]] as const) {
    await using server = await startOn(place.path, { clock });
    await using zoe = await server.frames(name);
    const user = (last: number) =>
      eventually(async () => {
        const found = await valueOf(place.path, "user/zoë") as { last?: number } | undefined;
        return found?.last === last ? found : undefined;
      }, `Last seen at ${last}`);
    assertEquals(await user(now), { name, first, last: now });
    now += 500;
    await zoe.close();
    assertEquals(await user(now), { name, first, last: now });
    now += 10_000;
  }
});
