/**
 * Segments of a store and of its backup, which both went on, put into one directory.
 *
 * @module
 */

import assert from "node:assert/strict";
import { isAhead } from "../../../db/ahead.ts";
import { DamageError } from "../../../db/errors.ts";
import { blockOf, bodyOf, encodeRecord, readHeader } from "../../../db/format.ts";
import { openReadOnly, openStore } from "../../../db/open.ts";
import { isComplete, type RepairReport, repairStore } from "../../../db/repair.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES } from "../../../db/segment_header.ts";
import { verifyStore } from "../../../db/verify.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { mount } from "../../db/sim/mount.ts";
import { simWorld } from "../../db/sim/world.ts";

/** What is on the disk when a store that began with these files was killed behind some messages. */
async function branch(files: Map<string, Uint8Array>, who: string, seed: number) {
  const disk = new SimDisk(files);
  const process = mount(disk);
  const store = await openStore("s", {
    autoCompact: false,
    storage: process.storage,
    world: simWorld(seed),
  });
  for (let i = 0; i < 9; i++) await store.append("a", bytesOf(`${who} ${i}`), { at: i }).done;
  process.kill();
  return disk.contents();
}

Deno.test("segments of two branches of one store are damage, not one log", async () => {
  const disk = await mixed();
  const { damages } = await verifyStore("s", { storage: disk });
  assert.match(damages[0]?.reason ?? "", /another one there/);
  await assert.rejects(openStore("s", { storage: disk, world: simWorld(5) }), DamageError);
});

/** The segments of one branch put over the files of another. */
async function mixed(): Promise<SimDisk> {
  const base = await branch(new Map(), "both", 1);
  const one = await branch(await branch(base, "one", 2), "one again", 3);
  const two = await branch(base, "two", 4);
  const segments = [...one].filter(([name]) => name.endsWith(".segment"));
  return new SimDisk(new Map([...segments, ...two]));
}

async function repaired(disk: SimDisk): Promise<RepairReport> {
  const target = new SimDisk(new Map(), "repaired");
  disk.at = () => target;
  return await repairStore("s", "repaired", { storage: disk, world: simWorld(6) });
}

Deno.test("repair names both of two records that contradict each other, and is not complete", async () => {
  const report = await repaired(await mixed());
  assert.equal(isComplete(report), false);
  assert.ok(report.rivalCount > 0);
  const [first] = report.rivals;
  assert.match(first?.saved.what ?? "", /^message \d+ of 'a'$/);
  assert.notDeepEqual(
    [first?.saved.file, first?.saved.offset],
    [first?.left.file, first?.left.offset],
  );
});

Deno.test("two messages of one seq, and two names of one stream, contradict each other under any LSNs", async () => {
  const begun = async (seed: number, words: readonly [string, string][]) => {
    const disk = new SimDisk();
    const process = mount(disk);
    const store = await openStore("s", { storage: process.storage, world: simWorld(seed) });
    for (const [stream, text] of words) {
      await store.append(stream, bytesOf(text), { at: 1 }).done;
    }
    process.kill();
    return disk.contents();
  };
  // Of one store's id and salt, so that each takes the other's segment for its own.
  const one = await begun(1, [["a", "one"]]);
  const two = await begun(1, [["a", "two"]]);
  const named = await begun(1, [["b", "one"]]);
  for (const [first, second] of [[one, two], [one, named]] as const) {
    const other = second.get("00000001.segment") ?? new Uint8Array();
    const files = new Map([...first, ["00000001.segment.part", moved(other)]]);
    const report = await repaired(new SimDisk(files));
    assert.ok(report.rivalCount > 0, JSON.stringify(report));
    assert.equal(isComplete(report), false);
  }
});

Deno.test("copies of a record that recovery and compaction have made contradict nothing", async () => {
  const base = await branch(new Map(), "both", 1);
  const next = await branch(base, "next", 2);
  // The end of the first segment stands in the second one, too.
  const report = await repaired(new SimDisk(new Map([...next, ...segmentsOf(base)])));
  assert.deepEqual([report.rivalCount, report.rivals], [0, []]);
});

function segmentsOf(files: Map<string, Uint8Array>): [string, Uint8Array][] {
  return [...files].filter(([name]) => name.endsWith(".segment"));
}

/** The segment with its records under other LSNs: far behind those of the first one. */
function moved(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const block = blockOf(copy);
  const header = decodeSegmentHeader(copy);
  assert.ok(header.kind === "header");
  // Room that was made ahead may follow the last one.
  for (let at = SEGMENT_HEADER_BYTES; at < copy.length && !isAhead(copy, at);) {
    const record = readHeader(block.view, at);
    const body = bodyOf(block, at, record).slice();
    at = encodeRecord(block, at, { ...record, lsn: record.lsn + 50 }, body, header.header.salt);
  }
  return copy;
}

Deno.test("a copy that is to live on is another store: repair takes nothing of it for the first one's", async () => {
  const base = await branch(new Map(), "both", 1);
  const disk = new SimDisk(base);
  const target = new SimDisk(new Map(), "copy");
  disk.at = () => target;
  using store = await openReadOnly("s", { storage: disk, world: simWorld(7) });
  await store.backup("copy", { anew: true });
  const { damages, messages } = await verifyStore("copy", { storage: target });
  assert.deepEqual([damages, messages], [[], 9]);
  const copy = await branch(await branch(target.contents(), "copy", 2), "copy again", 3);
  const mine = await branch(base, "mine", 4);
  const files = new Map([...segmentsOf(copy), ...mine]);
  const report = await repaired(new SimDisk(files));
  assert.equal(report.messages, 18);
  assert.ok(report.damages.some(({ reason }) => /belongs to another store/.test(reason)));
  await assert.rejects(openStore("s", { storage: new SimDisk(files) }), DamageError);
});

Deno.test("repair gives what opening gives, though a branch's compacted segment lies about, with a wider deletion", async () => {
  const options = (files: Map<string, Uint8Array>, seed: number) => ({
    autoCompact: false,
    segmentBytes: 512,
    storage: new SimDisk(files),
    world: simWorld(seed),
  });
  const left = async (files: Map<string, Uint8Array>, seed: number, seqs: readonly number[]) => {
    const parts = options(files, seed);
    await using store = await openStore("s", parts);
    // The branch that says more has the longer log.
    if (seqs.length < 2) {
      for (let i = 0; i < 9; i++) await store.append("a", bytesOf(`${seed} ${i}`), { at: i }).done;
    }
    for (const seq of seqs) await store.remove("a", seq);
    if (seqs.length > 1) await store.compact({ reach: "all" });
    const now = parts.storage.contents();
    await store.close();
    return now;
  };
  const base = await left(new Map(), 1, [5]);
  const one = await left(base, 2, [6, 7]);
  const two = await left(base, 3, []);
  const files = new Map([
    ...segmentsOf(one),
    ...[...one].filter(([name]) => name.endsWith(".hint")),
    ...two,
  ]);
  const disk = new SimDisk(files);
  const target = new SimDisk(new Map(), "repaired");
  disk.at = () => target;
  await repairStore("s", "repaired", { storage: disk, world: simWorld(4) });
  using opened = await openReadOnly("s", options(files, 5));
  using repaired = await openReadOnly("repaired", { storage: target, world: simWorld(6) });
  assert.equal(opened.stream("a")?.count, 17);
  assert.equal(repaired.stream("a")?.count, 17);
});
