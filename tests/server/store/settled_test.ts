/**
 * Waiting for all that a store was given: it ends when that is durable or refused, however the store goes on.
 *
 * @module
 */

import { durableStore, memoryStore, type MessageStore } from "../../../server/mod.ts";
import type { StorageError } from "../../../server/store/store_port.ts";
import { assertEquals } from "../../assert.ts";
import { within } from "../../harness.ts";
import { HandDisk } from "../durable/hand_disk.ts";
import { folder } from "../durable/place.ts";

/** Gives a store something, and notes what becomes of it. */
function give(store: MessageStore, words: string, told: string[]): void {
  const settled = (error?: StorageError): void => void told.push(error?.outcome ?? "kept");
  const encode = () => new TextEncoder().encode(words);
  store.append({ stream: "room/tea", at: 1, encode, settled });
  store.values.write("key", encode(), settled);
}

function settled(store: MessageStore): Promise<void> {
  return within(store.settled(), "All is settled");
}

Deno.test("in memory all is settled at once", async () => {
  await using store = memoryStore();
  const told: string[] = [];
  give(store, "words", told);
  await settled(store);
  assertEquals(told, ["kept", "kept"]);
});

Deno.test("on a disk it is waited for what it was given up to then, and for nothing that comes later", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using store = await durableStore(place.path, {
    durability: "durable",
    storage: disk.storage,
  });
  const told: string[] = [];
  await settled(store);
  const first = disk.hold("first");
  give(store, "first", told);
  await first.arrived();
  const waiting = settled(store);
  give(store, "second", told);
  const behindBoth = settled(store);
  assertEquals(told, []);
  first.release();
  const second = disk.hold("second");
  await waiting;
  assertEquals(told, ["kept", "kept"]);
  second.release();
  await behindBoth;
  assertEquals(told.length, 4);
});

Deno.test("a disk that breaks, and a store that is closed, end it", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  const store = await durableStore(place.path, { durability: "durable", storage: disk.storage });
  const told: string[] = [];
  const words = disk.hold("words");
  give(store, "words", told);
  await words.arrived();
  give(store, "more", told);
  const waiting = settled(store);
  disk.broken = true;
  words.release();
  await waiting;
  assertEquals(told, Array(4).fill("unknown"));
  give(store, "nothing", told);
  await settled(store);
  assertEquals(told.slice(4), ["refused", "refused"]);
  await store[Symbol.asyncDispose]();
  await settled(store);
});
