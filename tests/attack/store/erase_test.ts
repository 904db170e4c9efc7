/**
 * What was deleted is in no file after everything was compacted, wherever a kill had left a copy of it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { memoryStorage } from "../../../db/memory.ts";
import { openStore, type Storage, type Store } from "../../../db/mod.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { copyOf } from "./copy.ts";

const SECRET = "THE-SECRET";

const open = (storage: Storage): Promise<Store> =>
  openStore("erase", { storage, segmentBytes: 4_096, autoCompact: false });

async function filesWith(storage: Storage, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await storage.list()) {
    using file = storage.open(name);
    const bytes = new Uint8Array(file.size());
    file.readNow(bytes, 0);
    if (new TextDecoder("latin1").decode(bytes).includes(text)) found.push(name);
  }
  return found;
}

async function say(store: Store, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await store.append("room/a", bytesOf(`public ${"p".repeat(50)}`), { at: 1 }).done;
  }
}

Deno.test("what was deleted is gone for good, also the copy behind the end of a segment that a kill cut short", async () => {
  const first = memoryStorage();
  const killed = await open(first);
  await say(killed, 35);
  const { seq, done } = killed.append("room/a", bytesOf(SECRET), { at: 1 });
  await done;
  const storage = await copyOf(first);
  await killed.close();

  const store = await open(storage);
  assert.equal((await filesWith(storage, SECRET)).length, 2, "Opening has written it again");
  await store.remove("room/a", seq);
  await say(store, 60);
  const { runs } = await store.compact({ reach: "all" });
  assert.ok(runs > 0);
  assert.deepEqual(await filesWith(storage, SECRET), []);
  await store.close();
  await using again = await open(storage);
  assert.equal(again.stream("room/a")?.count, 95);
});

Deno.test("values that keys had are gone for good, also when the store was closed and opened again before that", async () => {
  const storage = memoryStorage();
  {
    await using store = await open(storage);
    await say(store, 3);
    store.put("removed", bytesOf(SECRET));
    store.put("changed", bytesOf(SECRET));
    await store.put("changed", bytesOf("something else")).done;
    await store.delete("removed").done;
  }
  assert.equal((await filesWith(storage, SECRET)).length, 1);
  {
    await using store = await open(storage);
    await store.compact({ reach: "dead" });
    assert.deepEqual(await filesWith(storage, SECRET), []);
    assert.deepEqual([...store.keys("")], ["changed"]);
  }
});
