/**
 * Somebody speaks in a room just while retention ends it, or two look after the same store at once.
 *
 * @module
 */

import assert from "node:assert/strict";
import { SLICE_ENTRIES } from "../../../db/limits.ts";
import { memoryStorage } from "../../../db/memory.ts";
import { openStore, type Storage, type Store, verifyStore } from "../../../db/mod.ts";
import { realWorld } from "../../../db/world.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { copyOf } from "./copy.ts";

/** One that is among the first to be ended, just before retention lets the event loop turn. */
const TARGET = `room/${SLICE_ENTRIES - 2}`;

/** A store with more streams than retention looks at in one turn, and something to do in its pauses. */
async function crowd(storage: Storage, inPause: (store: Store) => Promise<void>): Promise<Store> {
  let paused = false;
  const pause = async (): Promise<void> => {
    if (paused || store.stream(TARGET) !== undefined) return;
    paused = true;
    await inPause(store);
  };
  const store: Store = await openStore("x", {
    storage,
    autoCompact: false,
    world: { ...realWorld, pause },
  });
  for (let at = 0; at < SLICE_ENTRIES + 10; at += 8_000) {
    const names = Array.from({ length: 8_000 }, (_, i) => `room/${at + i}`);
    const body = bytesOf("m");
    await store.batch(
      names.map((stream) => ({ kind: "append", stream, body, at: 1_000 } as const)),
    ).done;
  }
  return store;
}

const isOld = (name: string): boolean => Number(name.slice("room/".length)) < SLICE_ENTRIES;
const keepSince = (name: string): number | undefined => isOld(name) ? 2_000 : undefined;

Deno.test("what is said in a room that retention is ending is there, also after a kill in that moment", async () => {
  const storage = memoryStorage();
  let left: Storage | undefined;
  await using store = await crowd(storage, async (store) => {
    await store.append(TARGET, bytesOf("said just now"), { at: 3_000 }).done;
    left = await copyOf(storage);
  });
  await store.retain(keepSince);
  assert.equal((await store.read(TARGET)).length, 1);
  assert.ok(left !== undefined, "Something was said in a pause");
  assert.deepEqual((await verifyStore("x", { storage: left })).damages, []);
  await using again = await openStore("x", { storage: left, autoCompact: false });
  assert.equal((await again.read(TARGET)).length, 1);
});

Deno.test("what is said in a room that retention is ending is there, though the disk was full just before", async () => {
  const inner = memoryStorage();
  let isFull = false;
  const create = (name: string) => {
    const file = inner.create(name);
    const write = (bytes: Uint8Array, at: number): number => {
      if (isFull) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
      return file.write(bytes, at);
    };
    return { ...file, write };
  };
  const storage = { ...inner, create };
  let said = false;
  await using store = await crowd(storage, async (store) => {
    isFull = true;
    await assert.rejects(store.append("other", bytesOf("no room"), { at: 3_000 }).done);
    isFull = false;
    await store.append(TARGET, bytesOf("said just now"), { at: 3_000 }).done;
    said = true;
  });
  await store.retain(keepSince);
  assert.ok(said, "Something was said in a pause");
  assert.equal((await store.read(TARGET)).length, 1);
});

Deno.test("retention of a room that another retention has ended meanwhile writes nothing that cannot be read again", async () => {
  const storage = memoryStorage();
  let other: Promise<number> | undefined;
  const pause = async (): Promise<void> => {
    if (other !== undefined) return;
    other = Promise.resolve(0);
    other = store.retain((name) => name === "room/b" ? undefined : 2_000);
    await other;
  };
  const store: Store = await openStore("x", {
    storage,
    autoCompact: false,
    world: { ...realWorld, pause },
  });
  for (const name of ["room/a", "room/b"]) store.append(name, bytesOf("m"), { at: 1_000 });
  const names = Array.from({ length: SLICE_ENTRIES }, (_, i) => `key/${i}`);
  for (let at = 0; at < names.length; at += 8_000) {
    const body = bytesOf("m");
    const part = names.slice(at, at + 8_000);
    await store.batch(
      part.map((stream) => ({ kind: "append", stream, body, at: 3_000 } as const)),
    ).done;
  }
  await store.retain(() => 2_000);
  assert.ok(other !== undefined);
  await store.append("room/a", bytesOf("after"), { at: 4_000 }).done;
  assert.equal((await store.read("room/a")).length, 1);
  assert.equal(store.stream("room/b"), undefined);
  await store.close();
  await using again = await openStore("x", { storage, autoCompact: false });
  assert.equal((await again.read("room/a")).length, 1);
});
