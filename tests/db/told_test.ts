/**
 * What the disk is told before it is read: nothing as long as reads come from memory, and all that is left of a page as soon as
 * one of them has waited.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fstatSync, statSync } from "node:fs";
import { diskStorage } from "../../db/disk.ts";
import { READS_TOLD_MAX } from "../../db/limits.ts";
import { memoryStorage } from "../../db/memory.ts";
import { openStore } from "../../db/open.ts";
import type { Storage, StorageFile } from "../../db/storage.ts";
import { realWorld, type World } from "../../db/world.ts";

/** So large that no two lie close enough to be read at once. */
const BODY = new Uint8Array(20_000);

/** A disk whose reads on the event loop take so many milliseconds, and what was told and read of it. */
function timed(disk: Storage, tookMs: number) {
  const calls: { readonly kind: "told" | "read"; readonly at: number; readonly bytes: number }[] =
    [];
  let nowMs = 0;
  const watched = (file: StorageFile): StorageFile => ({
    ...file,
    willNeed: (at, bytes) => void calls.push({ kind: "told", at, bytes }),
    readNow: (into, at) => {
      nowMs += tookMs;
      calls.push({ kind: "read", at, bytes: into.length });
      return file.readNow(into, at);
    },
  });
  const storage: Storage = { ...disk, open: (name) => watched(disk.open(name)) };
  const world: World = { ...realWorld, now: () => nowMs };
  return { storage, world, calls };
}

/** Reads a page of a store that holds so many messages. @returns What was done on the event loop for it. */
async function pageOf(count: number, tookMs: number) {
  const { storage, world, calls } = timed(memoryStorage("told"), tookMs);
  await using store = await openStore("told", { storage, world });
  for (let n = 0; n < count; n++) await store.append("a", BODY, { at: n }).done;
  calls.length = 0;
  const page = await store.read("a", { limit: count });
  assert.equal(page.filter(({ kind }) => kind === "message").length, count);
  return calls;
}

Deno.test("a disk that gives a page at once is told nothing of it", async () => {
  const calls = await pageOf(20, 0.01);
  assert.deepEqual(calls.filter(({ kind }) => kind === "told"), []);
});

Deno.test("as soon as a read has waited, the disk is told of the others, once and as they are read", async () => {
  const calls = await pageOf(20, 0.06);
  const [first, ...others] = calls;
  assert.equal(first?.kind, "read");
  const told = others.slice(0, 19);
  assert.ok(told.every(({ kind }) => kind === "told"));
  const read = others.slice(19).filter(({ kind }) => kind === "read");
  assert.ok(read.length > 5, "what was told of is read on the event loop");
  assert.deepEqual(
    read.map(({ at, bytes }) => ({ at, bytes })),
    told.slice(0, read.length).map(({ at, bytes }) => ({ at, bytes })),
  );
  assert.equal(calls.filter(({ kind }) => kind === "told").length, 19);
});

Deno.test("of a very long page the disk is told no more at once than holds nobody up", async () => {
  const calls = await pageOf(READS_TOLD_MAX * 2, 0.06);
  assert.equal(calls.filter(({ kind }) => kind === "told").length, READS_TOLD_MAX);
});

Deno.test("a file of the real disk is told of by its descriptor", async () => {
  const path = await Deno.makeTempDir();
  try {
    const told: (readonly number[])[] = [];
    const disk = diskStorage(path, (...call) => void told.push(call));
    disk.create("a").close();
    using file = disk.open("a");
    file.willNeed?.(8, 16);
    const [[descriptor = -1, ...place] = []] = told;
    assert.equal(fstatSync(descriptor).ino, statSync(`${path}/a`).ino);
    assert.deepEqual(place, [8, 16]);
    // Who can tell nothing, does not.
    using other = diskStorage(path).open("a");
    other.willNeed?.(8, 16);
    assert.equal(told.length, 1);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
