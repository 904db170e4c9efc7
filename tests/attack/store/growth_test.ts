/**
 * A disk that takes bytes and no more files: inodes or descriptors are used up, or the directory may not be written.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  FILE_NUMBER_STEP_MAX,
  SEGMENT_FILE_BYTES_MAX,
  SEGMENT_OVER_BYTES_MAX,
  SPARE_TRY_MS,
} from "../../../db/limits.ts";
import { memoryStorage } from "../../../db/memory.ts";
import { openStore, type Storage, type Store, StoreError, verifyStore } from "../../../db/mod.ts";
import { segmentIdOf } from "../../../db/segment_header.ts";
import { realWorld, type World } from "../../../db/world.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { copyOf } from "./copy.ts";

const SEGMENT_BYTES = 1 << 20;
const BODY = new Uint8Array(1 << 20);

/** A storage in memory, whose directory takes no more files while `refuses` is true. */
class Crowded {
  refuses = false;
  tries = 0;
  readonly storage: Storage;

  constructor() {
    const inner = memoryStorage();
    this.storage = {
      ...inner,
      create: (name) => {
        if (!this.refuses) return inner.create(name);
        this.tries++;
        throw Object.assign(new Error("ENOSPC: no inode"), { code: "ENOSPC" });
      },
    };
  }

  async largest(): Promise<number> {
    let most = 0;
    for (const name of await this.storage.list()) {
      using file = this.storage.open(name);
      most = Math.max(most, file.size());
    }
    return most;
  }
}

/** A world with a clock to be set. */
function clocked(): World & { ms: number } {
  return {
    ...realWorld,
    ms: 0,
    now() {
      return this.ms;
    },
  };
}

/** Says large things until one is refused. @returns How many were acknowledged, and the refusal. */
async function fill(store: Store, most: number): Promise<{ said: number; refusal: unknown }> {
  for (let said = 0; said < most; said++) {
    try {
      await store.append("room/lobby", BODY, { at: said }).done;
    } catch (refusal) {
      return { said, refusal };
    }
  }
  return { said: most, refusal: undefined };
}

const isFull = (error: unknown): boolean =>
  error instanceof StoreError && error.code === "full" && error.outcome === "not_written";

Deno.test("where no next segment can be made, the last one grows no further than opening takes, and all of it is there after a kill", async () => {
  const disk = new Crowded();
  const world = clocked();
  const troubles: unknown[] = [];
  const options = { storage: disk.storage, world, segmentBytes: SEGMENT_BYTES };
  const store = await openStore("x", { ...options, onTrouble: (error) => troubles.push(error) });
  disk.refuses = true;
  const { said, refusal } = await fill(store, 200);
  assert.ok(isFull(refusal), `Said ${said}: ${refusal}`);
  assert.ok(await disk.largest() <= SEGMENT_BYTES + SEGMENT_OVER_BYTES_MAX);
  assert.ok(SEGMENT_BYTES + SEGMENT_OVER_BYTES_MAX <= SEGMENT_FILE_BYTES_MAX);
  assert.equal(troubles.length, 1, "One sentence of a row of failures");
  assert.equal(disk.tries, 1, "It is not tried with each write");
  // What is small still fits, and what is refused has taken no number.
  const { seq, done } = store.append("room/lobby", bytesOf("small"), { at: 999 });
  assert.equal(seq, said + 1);
  await done;
  assert.equal(store.stream("room/lobby")?.count, said + 1);

  const left = await copyOf(disk.storage);
  assert.deepEqual((await verifyStore("x", { storage: left })).damages, []);
  await using again = await openStore("x", { storage: left, segmentBytes: SEGMENT_BYTES });
  assert.equal(again.stream("room/lobby")?.count, said + 1);
  await again.append("room/lobby", bytesOf("goes on"), { at: 1000 }).done;
  await store.close();
});

Deno.test("writing goes on by itself when there can be files again, in a segment near the one before", async () => {
  const disk = new Crowded();
  const world = clocked();
  await using store = await openStore("x", {
    storage: disk.storage,
    world,
    segmentBytes: SEGMENT_BYTES,
    autoCompact: false,
    onTrouble: () => {},
  });
  disk.refuses = true;
  const { said } = await fill(store, 200);
  // Hours of it.
  for (let i = 0; i < FILE_NUMBER_STEP_MAX + 10; i++) {
    world.ms += SPARE_TRY_MS;
    assert.throws(() => store.append("room/lobby", BODY, { at: 1 }), isFull);
    await Promise.resolve();
  }
  assert.ok(disk.tries > FILE_NUMBER_STEP_MAX / 2, `${disk.tries} tries`);
  disk.refuses = false;
  world.ms += SPARE_TRY_MS;
  assert.throws(() => store.append("room/lobby", BODY, { at: 1 }), isFull);
  while (store.stat().segments.length === 1) await new Promise((turn) => setImmediate(turn));
  const { said: more, refusal } = await fill(store, 3);
  assert.deepEqual([more, refusal], [3, undefined]);
  assert.equal(store.stream("room/lobby")?.count, said + 3);
  const ids = (await disk.storage.list()).map(segmentIdOf).filter((id) => id !== undefined);
  assert.ok(Math.max(...ids) < 100, `${ids}`);
});

Deno.test("a segment that was left larger than is asked for now is no reason to refuse", async () => {
  const storage = memoryStorage();
  const large = await openStore("x", { storage, segmentBytes: 128 << 20, durability: "os" });
  const { refusal } = await fill(large, 80);
  assert.equal(refusal, undefined);
  const left = await copyOf(storage);
  await large.close();
  await using store = await openStore("x", { storage: left, segmentBytes: SEGMENT_BYTES });
  assert.deepEqual(await fill(store, 3), { said: 3, refusal: undefined });
});
