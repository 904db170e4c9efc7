/**
 * A bit rots in a segment of a store that is open: what is beside it is freed as ever.
 *
 * @module
 */

import assert from "node:assert/strict";
import { memoryStorage } from "../../../db/memory.ts";
import { DamageError, openStore, type Storage, type Store } from "../../../db/mod.ts";
import { bytesOf } from "../../db/sim/model.ts";

const SEGMENT_BYTES = 4_096;

/** A store of many small segments, in the first of which a message of a stream of its own is rotten. */
async function rotten(troubles: unknown[]): Promise<{ store: Store; storage: Storage }> {
  const storage = memoryStorage();
  const store = await openStore("rot", {
    storage,
    segmentBytes: SEGMENT_BYTES,
    autoCompact: false,
    onTrouble: (error) => troubles.push(error),
  });
  await store.put("key", bytesOf("stays")).done;
  await store.append("room/rare", bytesOf("ROTTEN"), { at: 1 }).done;
  await say(store, 300);
  const [first] = store.stat().segments;
  assert.ok(first !== undefined && store.stat().segments.length > 5);
  using file = storage.open(first.file);
  const bytes = new Uint8Array(file.size());
  file.readNow(bytes, 0);
  const at = new TextDecoder("latin1").decode(bytes).indexOf("ROTTEN");
  file.write(new Uint8Array([(bytes[at] ?? 0) ^ 1]), at);
  return { store, storage };
}

async function say(store: Store, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await store.append("room/a", bytesOf("x".repeat(50)), { at: 2 }).done;
  }
}

Deno.test("a rotten message stops no shrinking: it goes in its turn, and all that is whole is freed", async () => {
  const troubles: unknown[] = [];
  const { store } = await rotten(troubles);
  const to = 3 * SEGMENT_BYTES;
  for (let round = 0; round < 5; round++) {
    const gone = await store.shrink(to);
    assert.ok(gone > 0, "Messages go");
    assert.ok(store.bytes() <= to, `${store.bytes()} bytes after round ${round}`);
    await say(store, 100);
  }
  assert.equal(store.stream("room/rare"), undefined, "The rotten one has gone in its turn");
  assert.equal(await store.get("key").then((value) => value?.length), 5);
  assert.ok((await store.read("room/a")).length > 0);
  assert.equal(troubles.length, 1, `${troubles}`);
  assert.ok(troubles[0] instanceof DamageError);
  await store.close();
});

Deno.test("a rotten message stops no compaction of what is beside it, and is named", async () => {
  for (const reach of ["all", "dead", "worthwhile"] as const) {
    const troubles: unknown[] = [];
    const { store } = await rotten(troubles);
    await store.trim("room/a", 290);
    const before = store.bytes();
    for (let i = 0; i < 2; i++) {
      await assert.rejects(store.compact({ reach }), (error) => {
        return error instanceof DamageError && error.damages.length === 1;
      });
    }
    assert.ok(store.bytes() < before / 4, `${store.bytes()} of ${before}`);
    const [entry] = await store.read("room/rare");
    assert.equal(entry?.kind, "damaged", "What nobody deleted stays, and is shown as damaged");
    assert.equal(troubles.length, 1);
    await store.close();
  }
});
