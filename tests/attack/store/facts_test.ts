/**
 * Rooms by the thousand, each with a topic and without a word said in it: they fill the store, and go again.
 *
 * @module
 */

import { memoryStorage } from "../../../db/memory.ts";
import { STORE_BYTES_MIN } from "../../../server/durable/limits.ts";
import { durableStore } from "../../../server/mod.ts";
import type { MessageStore, StorageError } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { eventually } from "../../server/durable/place.ts";

const TOPIC = "一".repeat(200);

function remember(store: MessageStore, name: string): Promise<StorageError | undefined> {
  return new Promise((resolve) => store.rememberRoom({ name, topic: TOPIC }, resolve));
}

function say(store: MessageStore, stream: string): Promise<StorageError | undefined> {
  return new Promise((settled) =>
    store.append({ stream, at: 1, encode: () => new Uint8Array(100), settled })
  );
}

Deno.test("topics of rooms without a word make room again when the store is full of them, those of others stay", async () => {
  await using store = await durableStore("topics", {
    durability: "os",
    storage: memoryStorage("topics"),
    bytesMax: STORE_BYTES_MIN,
  });
  assertEquals(await remember(store, "spoken"), undefined);
  assertEquals(await remember(store, "held"), undefined);
  let rooms = 0;
  while ((await remember(store, `r${rooms}`)) === undefined) {
    if (++rooms === 1_500) assertEquals(await say(store, "room/spoken"), undefined);
  }
  assert(rooms > 2_000, `${rooms} rooms filled the store`);
  const mayForget = (key: string): boolean => key !== "held";
  await eventually(async () => {
    store.tend?.(mayForget);
    await new Promise((turn) => setImmediate(turn));
    return (await say(store, "room/spoken")) === undefined ? true : undefined;
  }, "Words are taken again");
  for (const name of ["spoken", "held"]) assertEquals(store.room(name)?.topic, TOPIC);
  assertEquals(store.room("r0"), undefined, "The oldest goes first");
  assertEquals(store.room(`r${rooms - 1}`)?.topic, TOPIC, "The newest stays");
});

Deno.test("a server whose store is full of topics goes on, and keeps the topic of a room that somebody is in", async () => {
  await using store = await durableStore("topics", {
    durability: "os",
    storage: memoryStorage("topics"),
    bytesMax: STORE_BYTES_MIN,
  });
  await using server = await startServer({ store, limits: { messagesPerSecond: 0 } });
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Join", room: "here" });
  await alice.send({ type: "Topic", room: "here", topic: "we are here", id: "t" });
  await alice.nextOf("Ack");
  let rooms = 0;
  while ((await remember(store, `r${rooms}`)) === undefined) rooms++;
  // The server looks after its store by itself.
  await eventually(async () => {
    await alice.send({ type: "Broadcast", room: "here", content: "room again", id: "w" });
    for (;;) {
      const message = await alice.message();
      if (!("re" in message) || message.re !== "w") continue;
      return message.type === "Ack" && store.room("r0") === undefined ? true : undefined;
    }
  }, "Words are taken again");
  assertEquals(store.room("here")?.topic, "we are here");
});
