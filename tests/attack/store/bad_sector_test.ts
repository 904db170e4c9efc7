/**
 * A place of the disk that cannot be read: what stands in it is lost and named, what stands beside it is neither.
 *
 * @module
 */

import assert from "node:assert/strict";
import { openReadOnly, openStore } from "../../../db/open.ts";
import { repairStore } from "../../../db/repair.ts";
import { verifyStore } from "../../../db/verify.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { simWorld } from "../../db/sim/world.ts";
import { BadDisk, type BadPlace } from "./bad_sector.ts";

const MESSAGES = 300;
const SECTOR = 4096;

/** The files of a closed store of one long segment, and the places of its messages. */
async function filesOf() {
  const disk = new SimDisk();
  const store = await openStore("s", { storage: disk, world: simWorld(1), autoCompact: false });
  for (let i = 1; i <= MESSAGES; i++) {
    store.append("a", bytesOf(`message ${i} ${"x".repeat(100)}`), { at: i });
  }
  await store.flush();
  await store.close();
  const files = disk.contents();
  const [file] = [...files].filter(([, bytes]) => bytes.length > 8 * SECTOR).map(([name]) => name);
  assert.ok(file !== undefined);
  return { files, file, size: files.get(file)?.length ?? 0 };
}

/** The sectors at the beginning, in the middle and at the end of the segment. */
async function places(): Promise<{ files: Map<string, Uint8Array>; bad: BadPlace }[]> {
  const { files, file, size } = await filesOf();
  const last = Math.floor((size - 1) / SECTOR) * SECTOR;
  return [0, 2 * SECTOR, last].map((from) => ({ files, bad: { file, from, to: from + SECTOR } }));
}

Deno.test("verify names the place that the disk cannot read, and counts what stands beside it", async () => {
  for (const { files, bad } of await places()) {
    const report = await verifyStore("s", { storage: new BadDisk(files, bad) });
    const there = report.damages.find(({ file, reason }) =>
      file === bad.file && reason === "the disk failed to read it"
    );
    assert.ok(there !== undefined, JSON.stringify(report.damages));
    assert.ok(there.offset + there.bytes > bad.from && there.offset < bad.to);
    // Some 27 messages stand in a sector, and the name of the stream in the first one.
    assert.ok(report.messages >= MESSAGES - 30, `${report.messages}`);
  }
});

Deno.test("repair loses of a place that the disk cannot read what stands in it, and nothing beside it", async () => {
  for (const { files, bad } of await places()) {
    const disk = new BadDisk(files, bad);
    const target = new SimDisk(new Map(), "repaired");
    disk.at = () => target;
    const report = await repairStore("s", "repaired", { storage: disk, world: simWorld(2) });
    const count = MESSAGES - report.messages;
    assert.ok(count > 0 && count <= 30, `${report.messages} of ${MESSAGES}`);
    const told = report.lost.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    // The last ones leave no trace in a stream: they are counted as records.
    assert.ok(told === count || report.maybe.records >= count, JSON.stringify(report));
    assert.equal(report.lostMost, told, "nothing was ever deleted");
    assert.ok(report.lost.length <= 1, "one row for all of them");
  }
});

Deno.test("what the disk does not give a second time counts as missing, too", async () => {
  const { files, file } = await filesOf();
  const disk = new BadDisk(files, { file, from: 2 * SECTOR, to: 3 * SECTOR });
  const target = new SimDisk(new Map(), "repaired");
  let reads = 0;
  // Whole at first, so that all is found; then the sector goes.
  const whole = new SimDisk(files);
  const bad = disk.open.bind(disk);
  disk.open = (name) => name === file && reads++ < 2 ? whole.open(name) : bad(name);
  disk.at = () => target;
  const report = await repairStore("s", "repaired", { storage: disk, world: simWorld(3) });
  const [lost] = report.lost;
  assert.ok(lost !== undefined && report.lost.length === 1, JSON.stringify(report.lost));
  assert.equal(lost.to - lost.from + 1, MESSAGES - report.messages);
  assert.equal(report.lostMost, MESSAGES - report.messages);
  assert.ok(report.damages.some((one) => one.file === file), JSON.stringify(report.damages));
});

Deno.test("opening refuses a segment without a hint of which the disk does not give all, and says where", async () => {
  const { files, file } = await filesOf();
  const left = new Map([...files].filter(([name]) => !name.endsWith(".hint")));
  const disk = new BadDisk(left, { file, from: 2 * SECTOR, to: 3 * SECTOR });
  for (const open of [openReadOnly, openStore]) {
    await assert.rejects(
      Promise.resolve(open("s", { storage: disk, world: simWorld(4) })),
      new RegExp(`${file} at byte \\d+: the disk failed to read it`),
    );
  }
});
