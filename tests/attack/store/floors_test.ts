/**
 * Which numbers a store has given out, damaged or made up: nothing is given out again, and nothing is written that could
 * not be read again.
 *
 * @module
 */

import assert from "node:assert/strict";
import { memoryStorage } from "../../../db/memory.ts";
import {
  DamageError,
  FLOORS_KEY,
  openStore,
  repairStore,
  type Storage,
  type Store,
  StoreError,
  verifyStore,
} from "../../../db/mod.ts";
import { SEQ_MAX } from "../../../db/limits.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { copyOf } from "./copy.ts";

const open = (storage: Storage): Promise<Store> =>
  openStore("floors", { storage, autoCompact: false });

/** A store that has given out the numbers 1 to 50 in a room of which nothing is left. */
async function ended(storage: Storage): Promise<Store> {
  const store = await open(storage);
  for (let at = 1; at <= 50; at++) store.append("room/a", bytesOf(`old ${at}`), { at });
  await store.flush();
  await store.retain(() => 1_000);
  assert.equal(store.nextSeq("room/a"), 51);
  return store;
}

/** Turns one bit of the floors over, wherever they stand. */
async function damageFloors(storage: Storage): Promise<void> {
  const needle = bytesOf(FLOORS_KEY);
  let found = 0;
  for (const name of await storage.list()) {
    if (!name.endsWith(".segment")) continue;
    using file = storage.open(name);
    const bytes = new Uint8Array(file.size());
    file.readNow(bytes, 0);
    for (let at = 0; at + needle.length < bytes.length; at++) {
      if (!needle.every((byte, i) => bytes[at + i] === byte)) continue;
      file.write(new Uint8Array([(bytes[at + 1_000] ?? 0) ^ 1]), at + 1_000);
      found++;
    }
  }
  assert.ok(found > 0);
}

/** Both refuse to write it and `verify` finds it; what repair makes of it can be written. */
async function mustBeDamage(storage: Storage): Promise<void> {
  const { damages } = await verifyStore("floors", { storage });
  assert.equal(damages.length, 1, "verify() names it");
  await assert.rejects(
    open(storage),
    (error) => error instanceof DamageError && /\.segment$/.test(error.damages[0]?.file ?? ""),
  );
  await repairStore("floors", "repaired", { storage });
  await using repaired = await open(storage.at("repaired"));
  await repaired.append("room/new", bytesOf("goes on"), { at: 2_000 }).done;
}

Deno.test("a store whose floors are damaged is not written, and gives no number out again", async () => {
  const storage = memoryStorage();
  const store = await ended(storage);
  await store.compact({ reach: "all" });
  await store.compact({ reach: "all" });
  await store.close();
  await damageFloors(storage);
  await mustBeDamage(storage);
});

Deno.test("floors that no store writes are damage, also where only the end of the log has them", async () => {
  const whole = new Uint8Array(new Uint32Array(1024).fill(0xffff_ffff).buffer);
  for (const floors of [whole, new Uint8Array(4_095), new Uint8Array(0)]) {
    const storage = memoryStorage();
    await using store = await open(storage);
    await store.put(FLOORS_KEY, floors).done;
    await mustBeDamage(await copyOf(storage));
    await store.close();
    await mustBeDamage(storage);
  }
});

Deno.test("floors are known again after a kill, with each durability", async () => {
  for (const durability of ["durable", "os"] as const) {
    const storage = memoryStorage();
    const store = await ended(storage);
    const left = await copyOf(storage);
    await store.close();
    await using again = await openStore("floors", { storage: left, durability });
    assert.equal(again.nextSeq("room/a"), 51);
  }
});

Deno.test("a room is not begun where the floors leave no number for it, and the refusal leaves nothing behind", async () => {
  const storage = memoryStorage();
  {
    await using store = await open(storage);
    await store.put(FLOORS_KEY, new Uint8Array(new Uint32Array(1024).fill(SEQ_MAX).buffer)).done;
  }
  await using store = await open(storage);
  const { lsn } = store.stat();
  const isUsedUp = (error: unknown): boolean =>
    error instanceof StoreError && error.code === "too_many";
  assert.throws(() => store.append("room/a", bytesOf("x"), { at: 1 }), isUsedUp);
  assert.throws(() => {
    store.batch([{ kind: "append", stream: "room/a", body: bytesOf("x"), at: 1 }]);
  }, isUsedUp);
  await assert.rejects(store.skip("room/a", 5), isUsedUp);
  await store.put("key", bytesOf("goes on")).done;
  assert.deepEqual([store.stat().lsn, [...store.streams()]], [lsn + 1, []]);
});
