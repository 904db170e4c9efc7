/**
 * A segment that a copy of the store has written, back in the directory of the store, which had gone on by itself: its
 * number is higher than those of the store, and its records contradict none of them.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DamageError } from "../../../db/errors.ts";
import { openReadOnly, openStore } from "../../../db/open.ts";
import { repairStore } from "../../../db/repair.ts";
import { verifyStore } from "../../../db/verify.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { mount } from "../../db/sim/mount.ts";
import { simWorld } from "../../db/sim/world.ts";

type Files = ReadonlyMap<string, Uint8Array>;

/** The files behind some more messages, each durable by itself; closed, or killed. */
async function said(files: Files, seed: number, count: number, ends: "closed" | "killed") {
  const disk = new SimDisk(files);
  const process = mount(disk);
  const options = { autoCompact: false, storage: process.storage, world: simWorld(seed) };
  const store = await openStore("s", options);
  for (let i = 0; i < count; i++) {
    await store.append("a", bytesOf(`message ${seed} ${i}`), { at: i }).done;
  }
  if (ends === "closed") await store.close();
  process.kill();
  return disk.contents();
}

/** Holds that the store is refused, loses no file by that, and that repair has every message. */
async function assertRefused(files: Files, messages: number): Promise<void> {
  const disk = new SimDisk(files);
  const { damages } = await verifyStore("s", { storage: disk });
  assert.match(damages[0]?.reason ?? "", /of a copy that went on by itself/);
  await assert.rejects(openReadOnly("s", { storage: disk, world: simWorld(50) }), DamageError);
  await assert.rejects(openStore("s", { storage: disk, world: simWorld(51) }), DamageError);
  assert.deepEqual([...disk.contents().keys()].sort(), [...files.keys()].sort());
  const target = new SimDisk(new Map(), "repaired");
  disk.at = () => target;
  const report = await repairStore("s", "repaired", { storage: disk, world: simWorld(52) });
  assert.ok(report.damages.some(({ reason }) => /of a copy that went on/.test(reason)));
  assert.ok(report.messages >= messages, `${report.messages} of ${messages}`);
}

/** The segments that only a copy has. */
function newIn(copy: Files, files: Files): [string, Uint8Array][] {
  return [...copy].filter(([name]) => name.endsWith(".segment") && !files.has(name));
}

Deno.test("a segment of a copy that begins below the end of the store's is damage, not the store's end", async () => {
  const base = await said(new Map(), 1, 5, "closed");
  let copy: Files = base;
  for (let seed = 10; seed < 18; seed++) copy = await said(copy, seed, 1, "closed");
  const files = await said(await said(base, 2, 50, "closed"), 3, 100, "killed");
  const [, , ...late] = newIn(copy, base);
  assert.ok(late.length > 2);
  for (const one of late) await assertRefused(new Map([...files, one]), 155);
});

Deno.test("a segment of a copy that begins within a closed store and goes on behind it is damage, not what comes next", async () => {
  const base = await said(new Map(), 1, 5, "closed");
  let copy: Files = base;
  for (let seed = 10; seed < 18; seed++) copy = await said(copy, seed, 1, "closed");
  const before = copy;
  copy = await said(copy, 18, 100, "killed");
  const files = await said(base, 2, 50, "closed");
  const added = newIn(copy, before).filter(([name, { length }]) => length > 64 && !files.has(name));
  assert.ok(added.length > 0);
  await assertRefused(new Map([...files, ...added]), 55);
});

Deno.test("a segment of a copy that ends below the end of the store's is damage, though both say the same", async () => {
  const running = await said(new Map(), 1, 10, "killed");
  const copy = await said(running, 2, 0, "closed");
  // The original was not killed when it was copied: it went on in the same segment.
  const original = await said(new Map(), 1, 500, "killed");
  const [added, ...others] = newIn(copy, running).filter(([, bytes]) => bytes.length > 64);
  assert.ok(added !== undefined && others.length === 0);
  await assertRefused(new Map([...original, added]), 500);
});

Deno.test("the end that recovery wrote again is no copy's, however often recovery was killed", async () => {
  let files = await said(new Map(), 1, 10, "killed");
  for (let seed = 2; seed < 6; seed++) {
    const disk = new SimDisk(files);
    const process = mount(disk);
    // Killed when it has made the segment, and before a manifest names the one before it.
    disk.fault = ({ kind, name }) => {
      if (kind !== "create" || !name.endsWith(".manifest")) return undefined;
      process.kill();
      return { kind: "error", code: "EIO" };
    };
    await assert.rejects(
      openStore("s", { autoCompact: false, storage: process.storage, world: simWorld(seed) }),
    );
    files = disk.contents();
    assert.deepEqual((await verifyStore("s", { storage: new SimDisk(files) })).damages, []);
  }
  const storage = new SimDisk(files);
  await using store = await openStore("s", { storage, world: simWorld(9) });
  assert.equal(store.stream("a")?.last, 10);
});
