/**
 * Room ahead of the log: it saves the file system work, and means nothing.
 *
 * @module
 */

import assert from "node:assert/strict";
import { isAhead } from "../../db/ahead.ts";
import { load } from "../../db/load.ts";
import { openReadOnly, openStore } from "../../db/open.ts";
import { isComplete, repairStore } from "../../db/repair.ts";
import type { Storage } from "../../db/storage.ts";
import { verifyStore } from "../../db/verify.ts";
import { crash, EVERYTHING, FIXED_LUCKS, randomLuck } from "./sim/crash.ts";
import { SimDisk } from "./sim/disk.ts";
import { bytesOf, pictureOf } from "./sim/model.ts";
import { mount } from "./sim/mount.ts";
import { seeded, simWorld } from "./sim/world.ts";

const OPTIONS = { autoCompact: false, segmentBytes: 64 << 10 } as const;
const FIRST = "00000001.segment";

/** The first segment of a store. */
function segmentIn(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return files.get(FIRST) ?? assert.fail("No segment");
}

/** What a killed store leaves, and what stood in it. */
async function killed(): Promise<{ files: Map<string, Uint8Array>; picture: string }> {
  const disk = new SimDisk();
  const { storage, kill } = mount(disk);
  const store = await openStore("s", { ...OPTIONS, storage, world: simWorld(1) });
  for (let i = 1; i <= 9; i++) await store.append("a", new Uint8Array(i * 30), { at: i }).done;
  const picture = await pictureOf(store);
  kill();
  const { trace } = disk;
  return { files: crash(new Map(), new Map(), trace, trace.length, EVERYTHING), picture };
}

/** Whether repair says of these files that it has saved all. */
async function repairedWhole(files: ReadonlyMap<string, Uint8Array>): Promise<boolean> {
  const storage = new SimDisk(files);
  const target = new SimDisk(new Map(), "to");
  storage.at = () => target;
  return isComplete(await repairStore("s", "to", { storage, world: simWorld(3) }));
}

Deno.test("a segment grows once for many groups, and that of a closed store ends with its last record", async () => {
  const disk = new SimDisk();
  const sizes = new Set<number>();
  {
    await using store = await openStore("s", { ...OPTIONS, storage: disk, world: simWorld(1) });
    for (let i = 1; i <= 300; i++) {
      await store.append("a", bytesOf(`message ${i}`), { at: i }).done;
      sizes.add(segmentIn(disk.contents()).length);
    }
  }
  assert.ok(sizes.size <= 10, `${sizes.size} sizes for 300 groups`);
  const bytes = segmentIn(disk.contents());
  assert.ok(!isAhead(bytes, bytes.length - 8));
});

Deno.test("a killed store that ends with room is whole for whoever opens, reads, verifies or repairs it", async () => {
  const { files, picture } = await killed();
  const bytes = segmentIn(files);
  assert.ok(isAhead(bytes, bytes.length - 1_000), "there is room");
  const disk = new SimDisk(files);
  assert.deepEqual((await verifyStore("s", { storage: disk })).damages, []);
  {
    using reader = await openReadOnly("s", { storage: disk, world: simWorld(2) });
    assert.equal(await pictureOf(reader), picture);
  }
  assert.ok(await repairedWhole(files));
  await using again = await openStore("s", { ...OPTIONS, storage: disk, world: simWorld(4) });
  assert.equal(await pictureOf(again), picture);
});

Deno.test("zeros where there should be room are what a disk has lost: repair does not say that all is saved", async () => {
  const { files } = await killed();
  const bytes = segmentIn(files);
  const end = bytes.findIndex((_, i) => isAhead(bytes, i));
  for (const from of [end - 512, end - 8, end]) {
    const changed = bytes.slice().fill(0, from, from + 512);
    assert.ok(!await repairedWhole(new Map([...files, [FIRST, changed]])), `at ${from - end}`);
  }
});

Deno.test("whatever a power failure leaves of records and room, all that was acknowledged is there", async () => {
  const disk = new SimDisk();
  const { storage, kill } = mount(disk);
  const store = await openStore("s", { ...OPTIONS, storage, world: simWorld(1) });
  for (let i = 1; i <= 12; i++) {
    // Each third one takes more than the room that is there.
    await store.append("a", new Uint8Array(i % 3 === 0 ? 5_000 : 50).fill(i), { at: i }).done;
    disk.note(i);
  }
  kill();
  const { trace } = disk;
  const random = seeded(1);
  let acknowledged = 0;
  for (let end = 0; end <= trace.length; end++) {
    const op = trace[end - 1];
    if (op?.kind === "note") acknowledged = op.value;
    for (const luck of [...FIXED_LUCKS, randomLuck(random), randomLuck(random)]) {
      const left = new SimDisk(crash(new Map(), new Map(), trace, end, luck));
      await using again = await openStore("s", { ...OPTIONS, storage: left, world: simWorld(2) });
      const entries = await again.read("a", { after: 0, limit: 100 });
      assert.ok(entries.length >= acknowledged, `${entries.length} behind ${end} calls`);
      assert.ok(entries.every((one, i) => one.kind === "message" && one.body[0] === i + 1));
    }
  }
  assert.equal(acknowledged, 12);
});

Deno.test("where the disk has no place for room the segment grows as it is written to", async () => {
  const disk = new SimDisk();
  let refused = 0;
  const { storage: plain } = mount(disk);
  const storage: Storage = {
    ...plain,
    create: (name) => {
      const file = plain.create(name);
      const write = (bytes: Uint8Array, at: number): number => {
        if (at === 0 || bytes[0] !== 0xff) return file.write(bytes, at);
        refused++;
        throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
      };
      return { ...file, write };
    },
  };
  await using store = await openStore("s", { ...OPTIONS, storage, world: simWorld(1) });
  for (let i = 1; i <= 20; i++) await store.append("a", bytesOf("m"), { at: i }).done;
  assert.ok(refused > 0);
  assert.equal(store.stream("a")?.count, 20);
});

Deno.test("a disk that takes room piece by piece, and then no more, leaves a whole store", async () => {
  const disk = new SimDisk();
  const { storage: plain, kill } = mount(disk);
  let left = 3_000;
  const storage: Storage = {
    ...plain,
    create: (name) => {
      const file = plain.create(name);
      const write = (bytes: Uint8Array, at: number): number => {
        if (at === 0 || bytes[0] !== 0xff) return file.write(bytes, at);
        const taken = Math.min(1_000, left, bytes.length);
        if (taken === 0) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        left -= taken;
        return file.write(bytes.subarray(0, taken), at);
      };
      return { ...file, write };
    },
  };
  const store = await openStore("s", { ...OPTIONS, storage, world: simWorld(1) });
  await store.append("a", bytesOf("m"), { at: 1 }).done;
  assert.equal(left, 0, "it was asked again after it had taken a part");
  const picture = await pictureOf(store);
  kill();
  const files = disk.contents();
  assert.deepEqual((await verifyStore("s", { storage: new SimDisk(files) })).damages, []);
  await using again = await openStore("s", {
    ...OPTIONS,
    storage: new SimDisk(files),
    world: simWorld(2),
  });
  assert.equal(await pictureOf(again), picture);
});

Deno.test("what is damaged in a killed store is named once, and the room behind it is none of it", async () => {
  const { files } = await killed();
  const bytes = segmentIn(files).slice();
  const end = bytes.findIndex((_, i) => isAhead(bytes, i));
  bytes[64 + 100] = (bytes[64 + 100] ?? 0) ^ 1;
  const disk = new SimDisk(new Map([...files, [FIRST, bytes]]));
  const { damages } = await verifyStore("s", { storage: disk });
  const places = damages.filter(({ file }) => file === FIRST);
  assert.equal(places.length, 1, JSON.stringify(places));
  const loaded = await load({ storage: disk, forWriting: false });
  using _ = loaded?.segments;
  const [found] = loaded?.damages.filter(({ file }) => file === FIRST) ?? [];
  assert.ok(found !== undefined && found.offset + found.bytes <= end, JSON.stringify(found));
});
