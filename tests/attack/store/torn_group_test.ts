/**
 * A power failure tears a group: one sector of it is lost, later ones are there. Nobody was told that any of it is safe, so
 * repair must not bring it back in the place of what was acknowledged since, nor say that all is well where it may.
 *
 * @module
 */

import assert from "node:assert/strict";
import { repairText } from "../../../cli/db/repair_view.ts";
import { openStore } from "../../../db/open.ts";
import { isComplete, type RepairReport, repairStore } from "../../../db/repair.ts";
import { verifyStore } from "../../../db/verify.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { mount } from "../../db/sim/mount.ts";
import { simWorld } from "../../db/sim/world.ts";
import { type Content, contentOf } from "./small_store.ts";

type Files = ReadonlyMap<string, Uint8Array>;

const FIRST = "00000001.segment";
const SECTOR_BYTES = 512;
/** Acknowledged before the power failed. */
const BEFORE = 20;
/** Of a group that was being written when it did. */
const TORN = 40;
/** Acknowledged by the next life. */
const AFTER = 8;

/**
 * What a power failure leaves of a store that was writing one group, some of which is for another stream: a whole sector
 * of the group holds zeros or what was there before, and all behind it has arrived.
 */
async function torn(others: number, fill: "zeros" | "before"): Promise<Files> {
  const disk = new SimDisk();
  const { storage, kill } = mount(disk);
  const store = await openStore("s", { autoCompact: false, storage, world: simWorld(1) });
  for (let i = 1; i <= BEFORE; i++) {
    await store.append("x", bytesOf(`before ${i}`.padEnd(60)), { at: i }).done;
  }
  const before = disk.contents().get(FIRST) ?? assert.fail("No segment");
  const group = Array.from(
    { length: TORN },
    (_, i) =>
      store.append(i < others ? "y" : "x", bytesOf(`torn ${i}`.padEnd(60)), { at: 100 + i }),
  );
  await Promise.all(group.map(({ done }) => done));
  kill();
  const files = disk.contents();
  const after = files.get(FIRST) ?? assert.fail("No segment");
  const begins = after.findIndex((byte, i) => byte !== before[i]);
  const lost = Math.ceil((begins + 1) / SECTOR_BYTES) * SECTOR_BYTES;
  if (fill === "zeros") after.fill(0, lost, lost + SECTOR_BYTES);
  else after.set(before.subarray(lost, lost + SECTOR_BYTES), lost);
  return files;
}

/** The next life: what it leaves when it is killed, and what was acknowledged by then. */
async function goneOn(files: Files): Promise<{ files: Map<string, Uint8Array>; content: Content }> {
  const disk = new SimDisk(files);
  assert.deepEqual((await verifyStore("s", { storage: disk })).damages, []);
  const { storage, kill } = mount(disk);
  const store = await openStore("s", { autoCompact: false, storage, world: simWorld(2) });
  for (let i = 1; i <= AFTER; i++) {
    await store.append("x", bytesOf(`after ${i}`), { at: 1_000 + i }).done;
  }
  const content = await contentOf(store);
  kill();
  return { files: disk.contents(), content };
}

async function repaired(files: Files): Promise<{ report: RepairReport; content: Content }> {
  const disk = new SimDisk(files);
  const target = new SimDisk(new Map(), "repaired");
  disk.at = () => target;
  const report = await repairStore("s", "repaired", { storage: disk, world: simWorld(3) });
  await using store = await openStore("repaired", { storage: target, world: simWorld(4) });
  return { report, content: await contentOf(store) };
}

for (
  const [others, fill] of [[0, "before"], [0, "zeros"], [20, "zeros"], [20, "before"]] as const
) {
  const name = `${others} of ${TORN} for another stream, ${fill} in the lost sector`;

  Deno.test(`repair takes nothing of a torn group behind which the store went on (${name})`, async () => {
    const { files, content } = await goneOn(await torn(others, fill));
    const outcome = await repaired(files);
    assert.deepEqual(outcome.content, content);
    assert.ok(isComplete(outcome.report));
    assert.equal(outcome.report.doubtful.records, 0);
    assert.match(repairText(outcome.report, "out"), /Nothing was damaged or lost/);
  });

  Deno.test(`nor where something else is damaged, or the manifests are lost (${name})`, async () => {
    const { files, content } = await goneOn(await torn(others, fill));
    const flipped = files.get(FIRST)?.slice() ?? assert.fail("No segment");
    const at = Buffer.from(flipped).indexOf("before 6");
    flipped[at] = 0;
    const one = await repaired(new Map([...files, [FIRST, flipped]]));
    assert.deepEqual(one.report.lost, [{ stream: "x", from: 6, to: 6 }]);
    assert.equal(one.report.lostMost, 1);
    assert.equal(one.report.maybe.records, 0);
    content.forEach((what, place) => {
      if (place !== "x 6") assert.equal(one.content.get(place), what, place);
    });
    assert.ok([...one.content.keys()].every((place) => content.has(place)));
    const unnamed = new Map([...files].filter(([file]) => !/manifest|hint/.test(file)));
    assert.deepEqual((await repaired(unnamed)).content, content);
  });

  Deno.test(`what nobody went on behind is saved as doubtful, and none of it called lost (${name})`, async () => {
    const { report, content } = await repaired(await torn(others, fill));
    assert.equal(isComplete(report), false);
    assert.ok(report.doubtful.records > 0 && report.doubtful.messages.length > 0);
    assert.deepEqual(report.lost, []);
    for (let seq = 1; seq <= BEFORE; seq++) {
      assert.match(content.get(`x ${seq}`) ?? "", new RegExp(`before ${seq} `));
    }
    assert.ok([...content.values()].some((what) => what.includes(`torn ${TORN - 1} `)));
    assert.match(repairText(report, "out"), /May never have been acknowledged/);
    assert.match(repairText(report, "out"), /doubtful in stream/);
    assert.doesNotMatch(repairText(report, "out"), /Nothing is lost|Lost for certain/);
  });

  Deno.test(`what may never have been acknowledged takes the place of nothing (${name})`, async () => {
    const left = await torn(others, fill);
    const { files, content } = await goneOn(left);
    // Nothing tells any more where the first segment ended: the next one has lost its beginning.
    const [next, bytes] = [...files].filter(([file, { length }]) =>
      file.endsWith(".segment") && file !== FIRST && length > 64
    )[0] ?? assert.fail("No next segment");
    const begun = bytes.slice();
    begun[64] = (begun[64] ?? 0) ^ 1;
    const unnamed = [...files].filter(([file]) =>
      !/manifest|hint/.test(file)
    );
    const outcome = await repaired(new Map([...unnamed, [next, begun]]));
    assert.equal(isComplete(outcome.report), false);
    content.forEach((what, place) => {
      // That one is what was lost, if it is the first of the next segment.
      if (!place.startsWith("last of") && !/after 1$/.test(what)) {
        assert.equal(outcome.content.get(place), what, place);
      }
    });
  });
}
