/**
 * Rooms under attack: whoever makes many takes none from others, and no room is lost on the way.
 *
 * @module
 */

import { ROOMS_PER_USER_MAX } from "../../../server/limits.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { folder, startOn } from "../../server/durable/place.ts";

async function joinAll(client: RawClient, names: readonly string[]): Promise<void> {
  await client.send(...names.map((room) => ({ type: "Join", room, id: room })));
  for (const name of names) {
    const answer = await client.message();
    assert(answer.type === "Ack" && answer.re === name, JSON.stringify(answer));
  }
}

function names(start: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${start}-${n}`);
}

Deno.test("51 connections that are in as many rooms as they may be leave room for others", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using clients = new AsyncDisposableStack();
  for (let n = 0; n < 51; n++) {
    const mallory = clients.use(await server.frames(`mal${n}`));
    await mallory.send({ type: "Leave", room: "lobby", id: "out" });
    await mallory.nextOf("Ack");
    await joinAll(mallory, names(`r${n}`, ROOMS_PER_USER_MAX));
  }
  await using anna = await server.frames("Anna");
  await joinAll(anna, ["kitchen"]);
});

Deno.test("all users of one address have so many places in rooms together, and leaving gives them back", async () => {
  const limits = { messagesPerSecond: 0, addressPlacesMax: 5 };
  await using server = startServer({ limits, exempt: [] });
  await using anna = await server.frames("Anna");
  await using ben = await server.frames("Ben");
  await anna.nextOf("UserJoined");
  await joinAll(anna, names("a", 3));
  await ben.send({ type: "Join", room: "b", id: "b" });
  assert(/your address/.test((await ben.nextError("busy")).msg));
  await using cleo = await server.connect();
  await cleo.send({ type: "Login", username: "Cleo", resume: { c: 0, d: 0 } });
  assertEquals((await cleo.next("Welcome")).rooms, ["lobby"], "it comes in all the same");
  await anna.close();
  await ben.nextOf("UserLeft");
  await joinAll(ben, ["b"]);
});

async function topicOfTea(client: RawClient): Promise<string | undefined> {
  await client.send({ type: "ListRooms" });
  const { rooms } = await client.nextOf("RoomList");
  return rooms.find(({ name }) => name === "tea")?.topic;
}

Deno.test("a topic that was acknowledged stays, though nothing was ever said in its room and nobody is there", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path);
    await using anna = await server.frames("Anna");
    await joinAll(anna, ["tea"]);
    await anna.send({ type: "Topic", room: "tea", topic: "leaves", id: "t" });
    await anna.nextOf("Ack");
    await anna.send({ type: "Leave", room: "tea", id: "l" });
    await anna.nextOf("Ack");
    assertEquals(await topicOfTea(anna), "leaves");
  }
  await using server = await startOn(place.path);
  await using ben = await server.frames("Ben");
  assertEquals(await topicOfTea(ben), "leaves", "also over a restart");
});

Deno.test("who enters a room before its first message is durable hears that message, though its speaker has left", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage });
  await using anna = await server.frames("Anna");
  await using ben = await server.frames("Ben");
  await anna.nextOf("UserJoined");
  await joinAll(anna, ["tea"]);
  const sync = disk.hold("first");
  await anna.send({ type: "Broadcast", room: "tea", content: "first", id: "1" });
  await sync.arrived();
  await anna.send({ type: "Leave", room: "tea", id: "l" });
  await anna.nextOf("Ack");
  await ben.send({ type: "Join", room: "tea", id: "j" });
  assertEquals((await ben.nextOf("Ack")).seq, 0);
  sync.release();
  const { seq, content } = await ben.nextOf("NewMessage");
  assertEquals([seq, content], [1, "first"]);
  assertEquals((await anna.nextOf("Ack")).re, "1");
});

Deno.test("a message is answered by Ack or Error, whatever became of the rooms of a resume", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using anna = await server.connect();
  const resume = Object.fromEntries(
    [...names("r", 60), "R-1", "r-1", "-"].map((name) => [name, 0]),
  );
  await anna.send({ type: "Login", username: "Anna", resume });
  const { rooms } = await anna.next("Welcome");
  assertEquals(rooms.length, 61, "each once, and no name that is none");
  for (const room of [...rooms, "-"]) {
    await anna.send({ type: "Broadcast", room, content: "x", id: room });
    for (let answer = await anna.message();; answer = await anna.message()) {
      if (answer.type === "NewMessage") continue;
      assertEquals(answer.type === "Ack", room !== "-", JSON.stringify(answer));
      break;
    }
  }
});
