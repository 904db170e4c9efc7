/**
 * Attack: ever new streams. Names come from strangers (rooms, pairs who whisper), so a store must be able to have
 * enough of them without harm to those that it has, and without a byte for those that it refuses.
 *
 * @module
 */

import assert from "node:assert/strict";
import { StoreError } from "../../../db/errors.ts";
import { memoryStorage } from "../../../db/memory.ts";
import { type OpenOptions, openStore } from "../../../db/open.ts";
import { BLOCK_ENTRIES, STREAMS_MAX } from "../../../db/limits.ts";
import type { Store } from "../../../db/store.ts";
import { Catalog } from "../../../db/catalog.ts";
import { simWorld } from "../../db/sim/world.ts";

const BODY = new TextEncoder().encode("hello");
const OPTIONS: OpenOptions = { world: simWorld(1), autoCompact: false, streamsMax: 100 };

/** Bytes of all segments. */
function bytesOf(store: Store): number {
  return store.stat().segments.reduce((sum, { bytes }) => sum + bytes, 0);
}

function isTooMany(error: unknown): boolean {
  return error instanceof StoreError && error.code === "too_many" &&
    error.outcome === "not_written";
}

Deno.test("a stream too many is refused before a byte of it is written, and the others go on", async () => {
  const storage = memoryStorage("attacked");
  {
    await using store = await openStore("attacked", { ...OPTIONS, storage });
    for (let i = 0; i < 100; i++) store.append(`stream ${i}`, BODY, { at: 1 });
    await store.flush();
    const before = bytesOf(store);
    for (let i = 0; i < 1000; i++) {
      assert.throws(() => store.append(`attack ${i}`, BODY, { at: 2 }), isTooMany);
    }
    assert.throws(
      () =>
        store.batch([
          { kind: "append", stream: "stream 1", body: BODY, at: 2 },
          { kind: "append", stream: "attack", body: BODY, at: 2 },
        ]),
      isTooMany,
    );
    await assert.rejects(store.skip("attack", 5), isTooMany);
    await store.flush();
    assert.equal(bytesOf(store), before);
    assert.equal(store.append("stream 1", BODY, { at: 3 }).seq, 2, "nothing was given out in vain");
    await store.flush();
  }
  await using again = await openStore("attacked", { ...OPTIONS, storage });
  assert.equal(again.stat().streams, 100);
  assert.equal(again.stat().messages, 101);
});

Deno.test("a store that has more streams than may be begun opens with all of them", async () => {
  const storage = memoryStorage("attacked");
  {
    await using store = await openStore("attacked", { ...OPTIONS, storage });
    for (let i = 0; i < 100; i++) store.append(`stream ${i}`, BODY, { at: 1 });
  }
  await using store = await openStore("attacked", { ...OPTIONS, storage, streamsMax: 50 });
  assert.equal(store.stat().streams, 100);
  assert.equal(store.append("stream 99", BODY, { at: 2 }).seq, 2);
  assert.throws(() => store.append("one more", BODY, { at: 2 }), isTooMany);
});

Deno.test("a log in which somebody has begun 4,194,305 streams is read to its end", () => {
  const catalog = new Catalog();
  assert.equal(catalog.streams.learn(4_194_304, "the one too many"), undefined);
  assert.equal(catalog.streams.learn(4_194_305, "and the next"), undefined);
  assert.equal(catalog.streams.size(), 2);
});

Deno.test("streams whose writes failed leave nothing in memory", () => {
  const { streams } = new Catalog();
  const first = streams.obtain("stays");
  streams.learn(first.slot, "stays");
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 1000; i++) streams.obtain(`attack ${round} ${i}`).announced = true;
    streams.rollBack();
    assert.equal(streams.size(), 1);
  }
  assert.equal(streams.obtain("next").slot, 1, "no number was used up");
});

Deno.test("a million streams of one message each take no more of the index than is said", () => {
  const { streams } = new Catalog();
  const count = STREAMS_MAX / 64;
  for (let i = 0; i < count; i++) {
    const stream = streams.obtain(`pair/alice${i}/bob${i}`);
    streams.learn(stream.slot, stream.name);
    streams.place(stream, 1, 0, i);
  }
  assert.ok(
    streams.locations.bytes() / count < 80,
    `${streams.locations.bytes() / count} bytes each`,
  );
  const one = streams.obtain("pair/alice0/bob0");
  for (let seq = 2; seq <= 2 * BLOCK_ENTRIES; seq++) streams.place(one, seq, 0, seq * 10);
  for (let seq = 2; seq <= 2 * BLOCK_ENTRIES; seq++) {
    assert.equal(streams.offset(one, seq), seq * 80, "also when it has outgrown the small block");
  }
  assert.equal(streams.offset(one, 1), 0);
});
