/**
 * Small values beside the messages: kept when they were acknowledged, gone when they were removed, in both stores.
 *
 * @module
 */

import { durableStore, memoryStore, type MessageStore } from "../../../server/mod.ts";
import { assertEquals } from "../../assert.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value);

function write(store: MessageStore, key: string, value?: string): Promise<Error | undefined> {
  const { promise, resolve } = Promise.withResolvers<Error | undefined>();
  store.values.write(key, value === undefined ? undefined : bytes(value), resolve);
  return promise;
}

async function fill(store: MessageStore): Promise<void> {
  const all = [["a/1", "one"], ["a/2", "two"], ["b/1", "other"], ["a/2"], ["a/1", "new"]] as const;
  for (const [key, value] of all) assertEquals(await write(store, key, value), undefined);
}

function prove(store: MessageStore): void {
  assertEquals([...store.values.keys("a/")].sort(), ["a/1"]);
  assertEquals(text(store.values.value("a/1")), "new");
  assertEquals(text(store.values.value("b/1")), "other");
  assertEquals(store.values.value("a/2"), undefined);
}

Deno.test("a store in memory keeps values by their keys", async () => {
  await using store = memoryStore();
  await fill(store);
  prove(store);
});

Deno.test("a durable store has after a restart the values that it acknowledged, and not those that were removed", async () => {
  const directory = await Deno.makeTempDir();
  try {
    {
      await using store = await durableStore(directory, { durability: "durable" });
      await fill(store);
      prove(store);
    }
    await using store = await durableStore(directory, { durability: "durable" });
    prove(store);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
