/**
 * Attack: ever new streams. Names come from strangers (rooms, pairs who whisper), so a store must be able to have
 * enough of them without harm to those that it has, and without a byte for those that it refuses.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { StoreError } from "../../../db/errors.ts";
import { memoryStorage } from "../../../db/memory.ts";
import { type OpenOptions, openStore } from "../../../db/open.ts";
import { BLOCK_ENTRIES, STREAMS_MAX } from "../../../db/limits.ts";
import type { Store } from "../../../db/store.ts";
import { Catalog } from "../../../db/catalog.ts";
import { repairStore } from "../../../db/repair.ts";
import { verifyStore } from "../../../db/verify.ts";
import { pictureOf } from "../../db/sim/model.ts";
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

Deno.test("ever new streams leave nothing behind once their messages are too old, and seqs never come again", async () => {
  const storage = memoryStorage("attacked");
  const options: OpenOptions = { ...OPTIONS, storage, segmentBytes: 20_000, streamsMax: 1_000 };
  const seqs = new Map<string, number>();
  let now = 0;
  let most = 0;
  for (let round = 0; round < 12; round++) {
    await using store = await openStore("attacked", options);
    for (let i = 0; i < 900; i++) {
      const stream = i < 10 ? `room ${i}` : `attack ${round} ${i}`;
      const { seq } = store.append(stream, BODY, { at: ++now });
      assert.ok(seq > (seqs.get(stream) ?? 0), `seq ${seq} came again in '${stream}'`);
      seqs.set(stream, seq);
      if (i % 100 === 0) await store.flush();
    }
    await store.flush();
    if (round % 3 === 2) await store.append("stays", BODY, { at: ++now }).done;
    const since = now - 20;
    await store.retain(() => since);
    assert.ok(store.stat().streams <= 30, `${store.stat().streams} streams are left`);
    await store.compact({ reach: "all" });
    most = Math.max(most, bytesOf(store));
  }
  assert.ok(most < 150_000, `${most} bytes at most, though ${12 * 900} streams were begun`);
  await using store = await openStore("attacked", options);
  assert.deepEqual(await store.read("attack 3 500"), []);
});

Deno.test("an ended stream begins anew above what it had, whatever is written, ended, lost and compacted between", async () => {
  const steps = fc.array(
    fc.record({
      stream: fc.nat(4),
      count: fc.nat(3),
      retain: fc.boolean(),
      compact: fc.boolean(),
      shrink: fc.boolean(),
      reopen: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const storage = memoryStorage("attacked");
      const options: OpenOptions = { ...OPTIONS, storage, segmentBytes: 600 };
      let store = await openStore("attacked", options);
      const seqs = new Map<string, number>();
      let now = 0;
      for (const { stream, count, retain, compact, shrink, reopen } of steps) {
        const name = `stream ${stream}`;
        for (let i = 0; i < count; i++) {
          const next = store.nextSeq(name);
          const { seq } = store.append(name, BODY, { at: ++now });
          assert.equal(seq, next);
          assert.ok(seq > (seqs.get(name) ?? 0), `seq ${seq} came again`);
          seqs.set(name, seq);
        }
        await store.flush();
        // Without waiting: what is said while a stream ends begins the next one.
        const retaining = retain ? store.retain(() => now) : undefined;
        if (retain && count === 3) {
          const { seq } = store.append(name, BODY, { at: ++now });
          assert.ok(seq > (seqs.get(name) ?? 0));
          seqs.set(name, seq);
        }
        await retaining;
        await store.flush();
        if (shrink) await store.shrink(1_500);
        if (compact) await store.compact({ reach: "all" });
        const before = await pictureOf(store);
        if (reopen) {
          await store.close();
          store = await openStore("attacked", options);
          assert.equal(await pictureOf(store), before);
        }
      }
      await store.close();
      assert.deepEqual((await verifyStore("attacked", { storage })).damages, []);
    }),
    { numRuns: 150 },
  );
});

Deno.test("repair saves what stands beside ended streams, and does not bring these back", async () => {
  const storage = memoryStorage("attacked");
  {
    await using store = await openStore("attacked", { ...OPTIONS, storage, segmentBytes: 1_000 });
    for (let i = 1; i <= 40; i++) store.append(`attack ${i}`, BODY, { at: i });
    await store.append("again", BODY, { at: 41 }).done;
    await store.append("stays", BODY, { at: 1_000 }).done;
    await store.retain(() => 500);
    await store.append("again", BODY, { at: 1_001 }).done;
  }
  const report = await repairStore("attacked", "saved", { storage, world: simWorld(2) });
  assert.equal(report.messages, 2);
  await using saved = await openStore("saved", { ...OPTIONS, storage: storage.at("saved") });
  assert.deepEqual([...saved.streams()].map(({ name }) => name).sort(), ["again", "stays"]);
  assert.equal(saved.nextSeq("again"), 3, "its seqs go on");
});
