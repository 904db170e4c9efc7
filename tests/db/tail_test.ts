/**
 * The moment in which a segment ends, as a manifest, a backup and a reader see it: none of them may skip it.
 *
 * The moment is short: the last group of a segment is written, the next segment is the active one already, and the
 * sync that completes the old one has not returned. Here the disk waits at that place until the test goes on.
 *
 * @module
 */

import assert from "node:assert/strict";
import { openStore } from "../../db/open.ts";
import { load } from "../../db/load.ts";
import { memoryStorage } from "../../db/memory.ts";
import type { Storage, StorageFile } from "../../db/storage.ts";
import { turns } from "../within.ts";

const [FIRST, SECOND] = ["00000001.segment", "00000002.segment"];
/** With the second of these a segment of 1,000 bytes is due to end, and the next one is ready. */
const BODY = new Uint8Array(500);

/** A disk whose reads and syncs of some files wait. */
function slowStorage(disk: Storage, waits: Map<string, Promise<void>>): Storage {
  const slow = (name: string, file: StorageFile): StorageFile => ({
    ...file,
    read: async (into, at) => {
      await waits.get(`read ${name}`);
      return await file.read(into, at);
    },
    sync: async () => {
      await waits.get(`sync ${name}`);
      await file.sync();
    },
  });
  return {
    ...disk,
    create: (name) => slow(name, disk.create(name)),
    open: (name) => slow(name, disk.open(name)),
  };
}

/** What a directory holds now. */
async function copyOf(disk: Storage): Promise<Storage> {
  const copy = memoryStorage("copy");
  void copy.make();
  for (const name of (await disk.list())) {
    using from = disk.open(name);
    using to = copy.create(name);
    const bytes = new Uint8Array(from.size());
    from.readNow(bytes, 0);
    to.write(bytes, 0);
  }
  return copy;
}

/** A disk on which something happens behind the back of whoever reads the first time. */
function surprising(disk: Storage, surprise: () => Promise<void>): Storage {
  let left = 1;
  return {
    ...disk,
    open: (name) => {
      const file = disk.open(name);
      if (!name.endsWith(".segment")) return file;
      return {
        ...file,
        read: async (into, at) => {
          const got = await file.read(into, at);
          if (left-- > 0) await surprise();
          return got;
        },
      };
    },
  };
}

/** Lets everything happen that waits for nothing: the disk is memory. */
const calm = (): Promise<void> => turns(50);

Deno.test("a manifest that is written while a segment ends does not skip it", async () => {
  const disk = memoryStorage("s");
  const waits = new Map<string, Promise<void>>();
  const storage = slowStorage(disk, waits);
  const store = await openStore("s", { storage, segmentBytes: 1000, autoCompact: false });
  const append = async (): Promise<void> => {
    await store.append("a", BODY, { at: 1 }).done;
    await calm();
  };
  // The first segment ends. Its manifest waits for its hint, and that for reading it.
  const hint = Promise.withResolvers<void>();
  waits.set(`read ${FIRST}`, hint.promise);
  await append();
  await append();
  await append();
  const before = await disk.list();
  // The second one is ending.
  const sync = Promise.withResolvers<void>();
  waits.set(`sync ${SECOND}`, sync.promise);
  const last = append();
  await calm();
  hint.resolve();
  await calm();
  assert.notDeepEqual(await disk.list(), before, "There is a new manifest");
  {
    await using crashed = await openStore("copy", {
      storage: await copyOf(disk),
      autoCompact: false,
    });
    assert.ok((crashed.stream("a")?.count ?? 0) >= 3, "Three messages were acknowledged");
  }
  sync.resolve();
  await last;
  await store.close();
});

Deno.test("ending a segment while one is being ended waits for both", async () => {
  const disk = memoryStorage("s");
  const waits = new Map<string, Promise<void>>();
  const storage = slowStorage(disk, waits);
  const store = await openStore("s", { storage, segmentBytes: 1000, autoCompact: false });
  store.append("a", BODY, { at: 1 });
  await store.flush();
  await calm();
  const sync = Promise.withResolvers<void>();
  waits.set(`sync ${FIRST}`, sync.promise);
  const { done } = store.append("a", BODY, { at: 1 });
  await calm();
  const backup = store.backup("b");
  await calm();
  sync.resolve();
  await done;
  const { lsn } = await backup;
  assert.equal(lsn, store.stat().lsn);
  assert.equal(lsn, 3, "The stream's name and two messages");
  await store.close();
});

Deno.test("a segment that ends while a reader is at the end of the log leaves no gap", async () => {
  const disk = memoryStorage("s");
  await using store = await openStore("s", { storage: disk, segmentBytes: 1000 });
  const append = async (): Promise<void> => {
    await store.append("a", BODY, { at: 1 }).done;
    await calm();
  };
  await append();
  const storage = surprising(disk, async () => {
    await append();
    await append();
  });
  const loaded = await load({ storage, forWriting: false });
  using _ = loaded?.segments;
  assert.deepEqual(loaded?.damages, []);
  assert.ok(loaded.lastLsn >= 2);
});
