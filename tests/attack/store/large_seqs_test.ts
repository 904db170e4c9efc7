/**
 * Numbers of messages near the end of all numbers: they cost no memory, and a dump with them is refused before it is
 * written.
 *
 * @module
 */

import assert from "node:assert/strict";
import { memoryStorage } from "../../../db/memory.ts";
import { SEQ_MAX } from "../../../db/limits.ts";
import { FLOORS_KEY, openStore, type Storage, type Store, StoreError } from "../../../db/mod.ts";
import { Conflict, Importer } from "../../../cli/db/importer.ts";
import { bytesOf } from "../../db/sim/model.ts";

const open = (storage: Storage = memoryStorage()): Promise<Store> =>
  openStore("large", { storage, autoCompact: false });

/** Bytes of the index that a store takes, as far as they are told apart from others: by what the process holds. */
const held = (): number => {
  const { external, heapUsed } = Deno.memoryUsage();
  return external + heapUsed;
};

const MANY = 100 << 20;

Deno.test("a stream that begins near the end of all numbers takes no memory for those before, also when it is opened", async () => {
  const ways: readonly ((store: Store) => Promise<unknown>)[] = [
    (store) => store.skip("s", SEQ_MAX - 1),
    async (store) => {
      for (let to = 1; to < SEQ_MAX - 1; to += 50_000_000) await store.skip("s", to);
      await store.skip("s", SEQ_MAX - 1);
    },
    async (store) => {
      for (let i = 1; i <= 3; i++) store.append("s", bytesOf("x"), { at: i });
      await store.flush();
      await store.compact({ reach: "all" });
      await store.trim("s", 4);
      await store.skip("s", SEQ_MAX - 1);
    },
  ];
  for (const way of ways) {
    const storage = memoryStorage();
    const before = held();
    {
      await using store = await open(storage);
      await way(store);
      assert.equal(store.append("s", bytesOf("last but one"), { at: 4 }).seq, SEQ_MAX - 1);
      await store.flush();
    }
    for (const all of [false, true]) {
      await using store = await open(storage);
      assert.ok(held() - before < MANY, "Memory is taken by numbers, not by messages");
      const [entry] = await store.read("s", { after: 0 });
      assert.equal(entry?.seq, SEQ_MAX - 1);
      if (all) await store.compact({ reach: "all" });
    }
    await using store = await open(storage);
    assert.equal(store.append("s", bytesOf("last"), { at: 5 }).seq, SEQ_MAX);
    assert.throws(
      () => store.append("s", bytesOf("one more"), { at: 6 }),
      (error) => error instanceof StoreError && error.code === "too_many",
    );
    await store.flush();
    assert.equal(store.stream("s")?.last, SEQ_MAX);
  }
});

Deno.test("a dump whose numbers are too high or leave out too many is refused before the store is changed", async () => {
  await using store = await open();
  const first = { kind: "message", stream: "s", seq: 1, at: 1, edited: false } as const;
  const bodies = { body: bytesOf("x") };
  const importer = new Importer(store, { replace: false, asIs: true });
  await importer.take({ ...first, ...bodies });
  await importer.settle();
  const { lsn } = store.stat();
  const floors = new Uint8Array(new Uint32Array(1024).fill(0xffff_ffff).buffer);
  for (
    const line of [
      { ...first, ...bodies, seq: 4_294_967_293 },
      { ...first, ...bodies, stream: "other", seq: 4_294_967_293 },
      { ...first, ...bodies, seq: 1_000_000_000 },
      { kind: "lost", stream: "s", seq: 3_000_000_000, reason: "" },
      { kind: "stream", stream: "new", next: 4_294_967_295 },
      { kind: "key", key: FLOORS_KEY, body: floors },
    ] as const
  ) {
    const one = new Importer(store, { replace: false, asIs: true });
    await assert.rejects(one.take(line), Conflict);
  }
  assert.equal(store.stat().lsn, lsn, "Nothing was written");
  assert.equal(store.nextSeq("other"), 1);
});

Deno.test("gaps between messages are taken up to a bound over the whole dump", async () => {
  await using store = await open();
  const importer = new Importer(store, { replace: false, asIs: true });
  const line = { kind: "message", stream: "s", at: 1, edited: false, body: bytesOf("x") } as const;
  await importer.take({ ...line, seq: 1_000_000 });
  await importer.take({ ...line, seq: 1_100_000 });
  await assert.rejects(importer.take({ ...line, seq: 18_000_000 }), Conflict);
  await importer.settle();
  assert.equal(store.stream("s")?.count, 2);
});
