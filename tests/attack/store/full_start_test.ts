/**
 * A store that is opened on a full disk: it is read, refuses to be written, and is written again when there is room,
 * at whatever call the disk is found to be full.
 *
 * @module
 */

import assert from "node:assert/strict";
import { StoreError } from "../../../db/errors.ts";
import { FULL_TRY_MS } from "../../../db/limits.ts";
import { openStore } from "../../../db/open.ts";
import type { Store } from "../../../db/store.ts";
import { crash, EVERYTHING } from "../../db/sim/crash.ts";
import { type Call, SimDisk } from "../../db/sim/disk.ts";
import { bytesOf, pictureOf } from "../../db/sim/model.ts";
import { mount } from "../../db/sim/mount.ts";
import { simWorld } from "../../db/sim/world.ts";

const OPTIONS = { segmentBytes: 600, autoCompact: false };

/** What a killed store leaves: complete segments, and a group that is acknowledged and not proved. */
async function killed(): Promise<{ files: Map<string, Uint8Array>; picture: string }> {
  const disk = new SimDisk();
  const process = mount(disk);
  const store = await openStore("s", { ...OPTIONS, storage: process.storage, world: simWorld(1) });
  for (let i = 1; i <= 20; i++) await store.append("a", bytesOf(`m${i}`), { at: i }).done;
  await store.remove("a", 3);
  await store.put("k", bytesOf("v")).done;
  const picture = await pictureOf(store);
  process.kill();
  const { trace } = disk;
  return { files: crash(new Map(), new Map(), trace, trace.length, EVERYTHING), picture };
}

/** A world whose clock is led by the test. */
function handWorld() {
  const world = simWorld(7);
  let now = 0;
  return { world: { ...world, now: () => now }, pass: (ms: number) => now += ms };
}

/** Lets all that is under way happen: everything is microtasks here. */
async function settle(): Promise<void> {
  for (let i = 0; i < 2_000; i++) await Promise.resolve();
}

function isFullError(error: unknown): boolean {
  return error instanceof StoreError && error.code === "full" && error.outcome === "not_written";
}

const TAKES_ROOM: readonly Call["kind"][] = ["create", "write", "sync", "syncDirectory", "rename"];

/** How many calls opening makes that take room. */
async function callsOfOpening(files: Map<string, Uint8Array>): Promise<number> {
  const disk = new SimDisk(files);
  let calls = 0;
  disk.fault = ({ kind }) => void (TAKES_ROOM.includes(kind) && calls++);
  const process = mount(disk);
  await openStore("s", { ...OPTIONS, storage: process.storage, world: simWorld(2) });
  process.kill();
  return calls;
}

async function append(store: Store, body: string): Promise<void> {
  await store.append("a", bytesOf(body), { at: 99 }).done;
}

Deno.test("a store that finds its disk full at any call of its opening is read, refuses, and goes on by itself", async () => {
  const { files, picture } = await killed();
  const most = await callsOfOpening(files);
  assert.ok(most > 5, `${most} calls`);
  for (let nth = 0; nth < most; nth++) {
    const disk = new SimDisk(files);
    let calls = 0;
    disk.fault = ({ kind }) => {
      if (!TAKES_ROOM.includes(kind) || calls++ < nth) return undefined;
      return { kind: "error", code: "ENOSPC" };
    };
    const { world, pass } = handWorld();
    const troubles: unknown[] = [];
    const onTrouble = (error: unknown): void => void troubles.push(error);
    const store = await openStore("s", { ...OPTIONS, storage: disk, world, onTrouble });
    assert.equal(await pictureOf(store), picture, `full from call ${nth} on`);
    assert.throws(() => store.append("a", bytesOf("x"), { at: 99 }), isFullError);
    assert.equal(store.nextSeq("a"), 21);
    await assert.rejects(store.remove("a", 1), isFullError);
    assert.equal(await store.retain(() => 1e9), 0);
    pass(FULL_TRY_MS);
    assert.throws(() => store.append("a", bytesOf("x"), { at: 99 }), isFullError);
    await settle();
    assert.throws(() => store.append("a", bytesOf("x"), { at: 99 }), isFullError, "Still full");
    assert.equal(await pictureOf(store), picture);

    disk.fault = () => undefined;
    assert.throws(() => store.append("a", bytesOf("x"), { at: 99 }), isFullError, "Not yet again");
    pass(FULL_TRY_MS);
    // A look is enough; nobody need be refused.
    store.bytes();
    await settle();
    await append(store, "after");
    assert.equal(store.stream("a")?.last, 21);
    await store.close();
    assert.deepEqual(troubles, [], "A full disk is told by what it refuses");
    await using again = await openStore("s", { ...OPTIONS, storage: disk, world: simWorld(3) });
    assert.equal(
      await pictureOf(again),
      picture.replace("a 20:", "a 21:").replace("\n", " 21@99=after\n"),
    );
  }
});

Deno.test("a store on a full disk keeps other writers out until it is closed, and then lets them in", async () => {
  const { files } = await killed();
  const disk = new SimDisk(files);
  disk.fault = ({ kind }) => kind === "write" ? { kind: "error", code: "ENOSPC" } : undefined;
  const store = await openStore("s", { ...OPTIONS, storage: disk, world: simWorld(2) });
  assert.equal(disk.lock().kind, "taken");
  await store.close();
  await store.close();
  assert.throws(() => store.stat(), (error: StoreError) => error.code === "closed");
  const outcome = disk.lock();
  assert.equal(outcome.kind, "held");
});

Deno.test("reads that begin before there is room and end after it get what they asked for", async () => {
  const { files } = await killed();
  const disk = new SimDisk(files);
  disk.fault = ({ kind }) => kind === "write" ? { kind: "error", code: "ENOSPC" } : undefined;
  const { world, pass } = handWorld();
  await using store = await openStore("s", { ...OPTIONS, storage: disk, world });
  disk.fault = () => undefined;
  pass(FULL_TRY_MS);
  store.bytes();
  const pages = [];
  for (let i = 0; i < 200; i++) {
    pages.push(store.read("a", { after: 0, limit: 100 }), store.get("k"));
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }
  for (const page of await Promise.all(pages)) {
    if (page instanceof Uint8Array) assert.deepEqual(page, bytesOf("v"));
    else assert.equal(page?.length, 19);
  }
  await append(store, "and on");
});

Deno.test("a store that cannot be begun for want of room says so, and leaves nothing that is in the way", async () => {
  const disk = new SimDisk();
  disk.fault = ({ kind }) => kind === "write" ? { kind: "error", code: "ENOSPC" } : undefined;
  await assert.rejects(
    openStore("s", { storage: disk, world: simWorld(1) }),
    (error: StoreError) => error.code === "full" && /the disk is full/.test(error.message),
  );
  disk.fault = () => undefined;
  await using store = await openStore("s", { storage: disk, world: simWorld(2) });
  await append(store, "first");
});
