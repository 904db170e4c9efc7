/**
 * The segment that is written to is missing: whatever else lies about, repair must not say that all is saved.
 *
 * @module
 */

import assert from "node:assert/strict";
import { openStore } from "../../../db/open.ts";
import { isComplete, repairStore } from "../../../db/repair.ts";
import { segmentIdOf } from "../../../db/segment_header.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { mount } from "../../db/sim/mount.ts";
import { simWorld } from "../../db/sim/world.ts";

/** The files behind a number of messages when the process was killed, with an empty segment in reserve. */
async function killedBehind(files: ReadonlyMap<string, Uint8Array>, seed: number, count: number) {
  const disk = new SimDisk(files);
  const process = mount(disk);
  const store = await openStore("s", {
    autoCompact: false,
    segmentBytes: 1024,
    storage: process.storage,
    world: simWorld(seed),
  });
  for (let i = 0; i < count; i++) {
    await store.append("a", bytesOf(`message ${seed} ${i}`), { at: i }).done;
  }
  process.kill();
  return disk.contents();
}

Deno.test("repair does not say that all is saved when the last segment with records is missing", async () => {
  // Its last message stands behind the end of the first segment, too: recovery has written it again.
  const files = await killedBehind(await killedBehind(new Map(), 1, 5), 2, 11);
  const segments = [...files].filter(([name]) => segmentIdOf(name) !== undefined).sort();
  const [spare, tail] = segments.reverse();
  assert.equal(spare?.[1].length, 64, "an empty one in reserve");
  assert.ok(tail !== undefined && tail[1].length > 64);
  const left = new Map([...files].filter(([name]) => name !== tail[0]));
  const disk = new SimDisk(left);
  const target = new SimDisk(new Map(), "repaired");
  disk.at = () => target;
  const report = await repairStore("s", "repaired", { storage: disk, world: simWorld(3) });
  assert.ok(report.messages < 16);
  assert.equal(isComplete(report), false, JSON.stringify(report));
  assert.ok(report.maybe.unknown.some((what) => what.includes(tail[0])));
});
