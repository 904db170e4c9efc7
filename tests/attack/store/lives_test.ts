/**
 * Stores that lose their power again and again, with any part of what was being written: whatever is left, repair gives at
 * least what opening gives, and says that all is well only where it gives nothing else.
 *
 * @module
 */

import assert from "node:assert/strict";
import { openStore } from "../../../db/open.ts";
import { isComplete, repairStore } from "../../../db/repair.ts";
import { verifyStore } from "../../../db/verify.ts";
import { crash, randomLuck } from "../../db/sim/crash.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { mount } from "../../db/sim/mount.ts";
import { seeded, simWorld } from "../../db/sim/world.ts";
import { type Content, contentOf } from "./small_store.ts";

/** So many stores: a torn group in front of a longer life comes up in about every tenth. */
const STORES = 60;
const LIVES_MAX = 4;
const GROUPS_MAX = 4;
const GROUP_RECORDS_MAX = 25;

/** One life of a store: some groups in three streams and three keys, and what the power failure leaves. */
async function live(
  files: Map<string, Uint8Array>,
  life: number,
  random: () => number,
): Promise<Map<string, Uint8Array>> {
  const below = (limit: number): number => Math.floor(random() * limit);
  const disk = new SimDisk(files);
  const origins = disk.origins();
  const { storage, kill } = mount(disk);
  const store = await openStore("s", { ...OPTIONS, storage, world: simWorld(life) });
  for (let groups = below(GROUPS_MAX + 1); groups > 0; groups--) {
    const group = Array.from({ length: 1 + below(GROUP_RECORDS_MAX) }, (_, i) => {
      const what = bytesOf(`${life} ${groups} ${i}`.padEnd(20 + below(90)));
      const which = below(3);
      switch (below(12)) {
        case 0:
          return store.put(`k${which}`, what).done;
        case 1:
          return store.delete(`k${which}`).done;
        default:
          return store.append(`s${which}`, what, { at: i }).done;
      }
    });
    await Promise.all(group);
  }
  kill();
  const { trace } = disk;
  return crash(files, origins, trace, Math.max(0, trace.length - below(4)), randomLuck(random));
}

const OPTIONS = { autoCompact: false, segmentBytes: 64 << 10 } as const;

async function opened(disk: SimDisk): Promise<Content> {
  await using store = await openStore("s", { ...OPTIONS, storage: disk, world: simWorld(7) });
  return await contentOf(store);
}

/** Repairs, and holds the outcome against what opening shows. @returns Whether all is saved, as repair says. */
async function repairHolds(disk: SimDisk, truth: Content, which: string): Promise<boolean> {
  const target = new SimDisk(new Map(), "to");
  disk.at = () => target;
  const report = await repairStore("s", "to", { storage: disk, world: simWorld(8) });
  await using store = await openStore("to", { storage: target, world: simWorld(9) });
  const saved = await contentOf(store);
  for (const [place, what] of truth) {
    if (!place.startsWith("last of")) assert.equal(saved.get(place), what, `${which}: ${place}`);
  }
  if (isComplete(report)) assert.deepEqual(saved, truth, which);
  else assert.deepEqual(report.lost, [], `${which}: nothing that was acknowledged is lost`);
  return isComplete(report);
}

Deno.test("whatever power failures leave, repair gives what opening gives, and calls no more than that whole", async () => {
  for (let seed = 1; seed <= STORES; seed++) {
    const random = seeded(seed);
    let files = new Map<string, Uint8Array>();
    for (let life = 1 + Math.floor(random() * LIVES_MAX); life > 0; life--) {
      files = await live(files, seed * LIVES_MAX + life, random);
    }
    const disk = new SimDisk(files);
    const truth = await opened(disk);
    // Where nothing was left, opening has begun a store.
    if ([...files.keys()].some((name) => name.endsWith(".manifest"))) {
      await repairHolds(new SimDisk(files), truth, `store ${seed}`);
    }
    assert.deepEqual((await verifyStore("s", { storage: disk })).damages, []);
    assert.ok(await repairHolds(disk, truth, `store ${seed}, opened again`), `store ${seed}`);
  }
});
