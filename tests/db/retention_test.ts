/**
 * Retention: the oldest goes, by age or by size, all of it and nothing else, and its space is freed while serving.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { memoryStorage } from "../../db/memory.ts";
import { type OpenOptions, openStore } from "../../db/open.ts";
import type { Store } from "../../db/store.ts";
import type { Storage } from "../../db/storage.ts";
import { simWorld } from "./sim/world.ts";

function open(storage: Storage, segmentBytes: number, autoCompact = false): Promise<Store> {
  const options: OpenOptions = { storage, world: simWorld(1), segmentBytes, autoCompact };
  return openStore("kept", options);
}

/** Times of what a stream holds. */
async function timesOf(store: Store, stream: string): Promise<number[]> {
  const times: number[] = [];
  for (let after = 0;;) {
    const page = await store.read(stream, { after, limit: 1000 });
    const last = page.at(-1);
    if (last === undefined) return times;
    for (const entry of page) times.push(entry.kind === "message" ? entry.at : NaN);
    after = last.seq;
  }
}

const BODY = new Uint8Array(100);

Deno.test("retain() deletes an edited message in its time, though compaction has put it behind younger ones", async () => {
  for (const useHints of [true, false]) {
    const storage = memoryStorage("kept");
    {
      await using store = await open(storage, 4_000);
      for (const at of [10, 1_000, 2_000]) store.append("s", BODY, { at });
      await store.flush();
      await store.edit("s", 1, BODY);
      await store.compact({ reach: "all" });
    }
    const hints = (await storage.list()).filter((name) => name.endsWith(".hint"));
    assert.ok(hints.length > 0);
    if (!useHints) { for (const name of hints) storage.remove(name); }
    await using store = await open(storage, 4_000);
    assert.equal(await store.seqAt("s", 500), 2);
    assert.equal(await store.retain(() => 500), 1);
    assert.deepEqual(await timesOf(store, "s"), [1_000, 2_000]);
  }
});

Deno.test("retain() leaves of every stream exactly what is young enough, also after a restart", async () => {
  const writes = fc.array(fc.tuple(fc.nat(3), fc.nat(20)), { minLength: 1, maxLength: 400 });
  const cuts = fc.array(fc.nat(5_000), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(writes, cuts, async (writes, cuts) => {
      const storage = memoryStorage("kept");
      const model = new Map<string, number[]>();
      let now = 0;
      {
        await using store = await open(storage, 4_000);
        for (const [stream, ms] of writes) {
          now += ms;
          store.append(`s${stream}`, BODY, { at: now });
          model.set(`s${stream}`, [...model.get(`s${stream}`) ?? [], now]);
          if (ms === 0) await store.flush();
        }
        await store.flush();
      }
      for (const cut of cuts) {
        await using store = await open(storage, 4_000);
        let gone = 0;
        for (const [stream, times] of model) {
          const kept = stream === "s0" ? times : times.filter((at) => at >= cut);
          gone += times.length - kept.length;
          model.set(stream, kept);
        }
        assert.equal(await store.retain((stream) => stream === "s0" ? undefined : cut), gone);
        assert.equal(await store.retain((stream) => stream === "s0" ? undefined : cut), 0);
        for (const [stream, times] of model) {
          assert.deepEqual(await timesOf(store, stream), times, stream);
        }
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("a stream goes on with its seqs when everything in it became too old", async () => {
  const storage = memoryStorage("kept");
  {
    await using store = await open(storage, 4_000);
    for (let i = 1; i <= 200; i++) store.append("s", BODY, { at: i });
    await store.flush();
    assert.equal(await store.retain(() => 1_000), 200);
    await store.compact({ reach: "all" });
    assert.ok(store.bytes() < 6_000, `${store.bytes()} bytes are left`);
    assert.equal(store.append("s", BODY, { at: 1_000 }).seq, 201);
  }
  await using store = await open(storage, 4_000);
  assert.equal(store.nextSeq("s"), 202);
});

Deno.test("a look that finds nothing too old reads nothing", async () => {
  const inner = memoryStorage("kept");
  let reads = 0;
  const storage: Storage = {
    ...inner,
    open: (name) => {
      const file = inner.open(name);
      return { ...file, readNow: (into, at) => (reads++, file.readNow(into, at)) };
    },
  };
  await using store = await open(storage, 1 << 20);
  for (let stream = 0; stream < 50; stream++) {
    for (let i = 1; i <= 100; i++) store.append(`s${stream}`, BODY, { at: i });
    await store.flush();
  }
  assert.equal(await store.retain(() => 31), 50 * 30);
  reads = 0;
  assert.equal(await store.retain(() => 31), 0);
  assert.equal(reads, 0);
});

Deno.test("shrink() frees what is dead before it deletes anything", async () => {
  await using store = await open(memoryStorage("kept"), 16_000);
  for (let i = 1; i <= 1_000; i++) store.append(i % 4 === 0 ? "dies" : "stays", BODY, { at: i });
  await store.flush();
  await store.trim("dies", Infinity);
  const before = store.bytes();
  assert.equal(await store.shrink(before * 0.8), 0);
  assert.ok(store.bytes() <= before * 0.8);
  assert.equal((await timesOf(store, "stays")).length, 750);
});

Deno.test("shrink() deletes the oldest of all streams until the files are small enough, also after a restart", async () => {
  const storage = memoryStorage("kept");
  let left: Map<string, number[]>;
  {
    await using store = await open(storage, 16_000);
    for (let i = 1; i <= 3_000; i++) {
      store.append(`s${i % 7}`, BODY, { at: i });
      if (i % 500 === 0) store.put(`key ${i}`, BODY);
      if (i % 50 === 0) await store.flush();
    }
    const gone = await store.shrink(200_000);
    assert.ok(store.bytes() <= 200_000, `${store.bytes()} bytes are left`);
    assert.ok(store.bytes() > 150_000, "and no more went than had to");
    left = new Map();
    for (const { name } of store.streams()) left.set(name, await timesOf(store, name));
    const times = [...left.values()].flat().sort((a, b) => a - b);
    assert.deepEqual(times, Array.from({ length: 3_000 - gone }, (_, i) => gone + 1 + i));
    assert.equal([...store.keys()].length, 6);
    assert.equal(await store.shrink(200_000), 0);
  }
  await using store = await open(storage, 16_000);
  for (const [name, times] of left) assert.deepEqual(await timesOf(store, name), times);
  assert.equal(store.nextSeq("s1"), Math.ceil(3_000 / 7) + 1);
});

Deno.test("shrink() to nothing ends, and writing goes on meanwhile", async () => {
  await using store = await open(memoryStorage("kept"), 16_000);
  for (let i = 1; i <= 500; i++) store.append("s", BODY, { at: i });
  const shrinking = store.shrink(0);
  for (let i = 501; i <= 600; i++) await store.append("s", BODY, { at: i }).done;
  await shrinking;
  assert.ok(store.bytes() < 40_000, `${store.bytes()} bytes are left`);
  const times = await timesOf(store, "s");
  assert.equal(times.at(-1), 600);
  assert.deepEqual(times, times.map((_, i) => 600 - times.length + 1 + i));
});

Deno.test("retain() does with times that cannot be true what a plain list does, look after look", async () => {
  const stretch = fc.record({
    count: fc.integer({ min: 1, max: 90 }),
    passMs: fc.integer({ min: 0, max: 5 }),
    /** How far the clock is ahead meanwhile, beyond all that may be true. */
    aheadMs: fc.constantFrom(0, 0, 0, 1_000_000),
  });
  const looks = fc.array(fc.integer({ min: 0, max: 1_500 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.array(stretch, { maxLength: 8 }), looks, async (stretches, sinces) => {
      await using store = await openStore("times", { durability: "none" });
      const list: { seq: number; at: number }[] = [];
      let now = 100;
      for (const { count, passMs, aheadMs } of stretches) {
        for (let i = 0; i < count; i++) {
          now += passMs;
          const latest = now + 500_000;
          const { seq } = store.append("s", BODY, { at: now + aheadMs, latest });
          list.push({ seq, at: now + aheadMs });
        }
      }
      await store.flush();
      for (const since of sinces) {
        const latest = 500_000;
        let cut = 0;
        for (const [i, { at }] of list.entries()) {
          if (at >= since && at <= latest) break;
          if (at < since) cut = i + 1;
        }
        assert.equal(await store.retain(() => since, { latest }), cut);
        list.splice(0, cut);
        const there = await store.read("s", { limit: 10_000 });
        assert.deepEqual(
          there.map(({ seq, kind }) => ({ seq, kind })),
          list.map(({ seq }) => ({ seq, kind: "message" })),
        );
        assert.deepEqual(
          there.map((entry) => entry.kind === "message" ? entry.at : -1),
          list.map(({ at }) => at),
        );
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("retain() writes what stands beside a deletion with it, once, and nothing when nothing goes", async () => {
  const storage = memoryStorage("kept");
  {
    await using store = await open(storage, 4_000);
    for (const stream of ["a", "b"]) for (const at of [10, 20]) store.append(stream, BODY, { at });
    await store.flush();
    let asked = 0;
    const beside = (): [string, Uint8Array] => ["noted", Uint8Array.of(++asked)];
    assert.equal(await store.retain(() => 5, { beside }), 0);
    assert.equal(store.getNow("noted"), undefined);
    assert.equal(await store.retain(() => 15, { beside }), 2);
    assert.deepEqual([asked, store.getNow("noted")], [1, Uint8Array.of(1)]);
    assert.equal(await store.retain(() => 30, { beside: () => undefined }), 2);
  }
  await using store = await open(storage, 4_000);
  assert.deepEqual(store.getNow("noted"), Uint8Array.of(1));
});
