/**
 * Damage that once cost more than it hit: repair gives back everything that is whole.
 *
 * @module
 */

import assert from "node:assert/strict";
import { isAhead } from "../../../db/ahead.ts";
import { blockOf, readHeader, RECORD_HEADER_BYTES } from "../../../db/format.ts";
import { DamageError } from "../../../db/errors.ts";
import { openStore } from "../../../db/open.ts";
import { type RepairReport, repairStore } from "../../../db/repair.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { simWorld } from "../../db/sim/world.ts";
import { type Content, contentOf, streamOfBody } from "./small_store.ts";

type Files = Map<string, Uint8Array>;

/** The files of a store of 30 messages, two of them edited, as `prepare` has left it before it was closed or killed. */
async function filesOf(options: {
  readonly killed?: boolean;
  readonly compacted?: boolean;
  readonly segmentBytes?: number;
}): Promise<{ files: Files; content: Content }> {
  const disk = new SimDisk();
  const { killed = false, compacted = false, segmentBytes = 1 << 20 } = options;
  const store = await openStore("x", {
    storage: disk,
    world: simWorld(1),
    segmentBytes,
    autoCompact: false,
  });
  for (let i = 1; i <= 30; i++) {
    await store.append("room/a", bytesOf(`room/a|message ${i}`), { at: i }).done;
  }
  for (const seq of [4, 9]) await store.edit("room/a", seq, bytesOf(`room/a|edited ${seq}`));
  if (compacted) await store.compact({ reach: "all" });
  const content = await contentOf(store);
  if (killed) {
    const files = disk.contents();
    await store.close();
    return { files, content };
  }
  await store.close();
  return { files: disk.contents(), content };
}

/** Repairs files, and gives the report and what is in the new store. */
async function repaired(files: Files): Promise<{ report: RepairReport; content: Content }> {
  const disk = new SimDisk(files);
  const target = new SimDisk(new Map(), "repaired");
  disk.at = () => target;
  const report = await repairStore("x", "repaired", {
    storage: disk,
    world: simWorld(2),
    nameOf: streamOfBody,
  });
  await using store = await openStore("repaired", { storage: target, world: simWorld(3) });
  return { report, content: await contentOf(store) };
}

/** The highest file of an ending. */
function newest(files: Files, ending: string): [string, Uint8Array] {
  const [found] = [...files].filter(([name]) => name.endsWith(ending)).sort().reverse();
  assert.ok(found !== undefined);
  return found;
}

/** Where the records of a segment stand. */
function placesOf(bytes: Uint8Array): number[] {
  const places: number[] = [];
  const block = blockOf(bytes);
  // Room that was made ahead may follow the last one.
  for (
    let at = 64;
    at < bytes.length && !isAhead(bytes, at);
    at += readHeader(block.view, at).bytes
  ) {
    places.push(at);
  }
  return places;
}

function assertNothingIsLost({ lost, lostKeys, maybe }: RepairReport): void {
  assert.deepEqual({ lost, lostKeys, maybe }, {
    lost: [],
    lostKeys: [],
    maybe: { records: 0, unknown: [] },
  });
}

Deno.test("one changed byte in the newest manifest after a compaction costs no message", async () => {
  for (const killed of [false, true]) {
    const { files, content } = await filesOf({ compacted: true, killed });
    const [, manifest] = newest(files, ".manifest");
    // In the row of the compacted segment: its end.
    manifest[56 + 25] = (manifest[56 + 25] ?? 0) ^ 1;
    const outcome = await repaired(files);
    assert.deepEqual(outcome.content, content);
    assertNothingIsLost(outcome.report);
  }
});

Deno.test("one changed bit in the header of the active segment costs no message", async () => {
  const { files, content } = await filesOf({ killed: true });
  const [, segment] = newest(files, ".segment");
  for (let bit = 0; bit < 64 * 8; bit += 7) {
    const damaged = segment.slice();
    damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
    const [name] = newest(files, ".segment");
    const outcome = await repaired(new Map([...files, [name, damaged]]));
    assert.deepEqual(outcome.content, content, `bit ${bit}`);
    assertNothingIsLost(outcome.report);
  }
});

Deno.test("a segment without header, hint and manifest tells its salt by its records", async () => {
  const { files, content } = await filesOf({ killed: true });
  const [name, segment] = newest(files, ".segment");
  segment.fill(0, 0, 64);
  const outcome = await repaired(new Map([[name, segment]]));
  assert.deepEqual(outcome.content, content);
  assert.deepEqual(outcome.report.lost, []);
  assert.ok(outcome.report.maybe.unknown.length > 0, "Nothing says that this was the last segment");
});

Deno.test("one bit in the record that names a stream: its messages tell the name", async () => {
  const { files, content } = await filesOf({ killed: true });
  const [, segment] = newest(files, ".segment");
  segment[64 + RECORD_HEADER_BYTES] = (segment[64 + RECORD_HEADER_BYTES] ?? 0) ^ 1;
  const outcome = await repaired(files);
  assert.deepEqual(outcome.content, content);
  assert.deepEqual(outcome.report.renamed, [{ stream: "room/a", from: "messages" }]);
  assertNothingIsLost(outcome.report);
});

Deno.test("a record that stands a second time, too early or too late, costs only what it covers", async () => {
  for (const segmentBytes of [1 << 20, 600]) {
    const { files, content } = await filesOf({ segmentBytes });
    const [name] = [...files.keys()].filter((one) => one.endsWith(".segment")).sort();
    const segment = files.get(name ?? "") ?? new Uint8Array();
    const places = placesOf(segment);
    for (const [from, to] of [[places.length - 2, 3], [2, places.length - 3]]) {
      const damaged = segment.slice();
      const start = places[from ?? 0] ?? 0;
      const copy = segment.slice(start, places[(from ?? 0) + 1]);
      damaged.set(copy, places[to ?? 0]);
      const { report, content: saved } = await repaired(new Map([...files, [name ?? "", damaged]]));
      const lost = [...content.keys()].filter((place) => !saved.has(place));
      assert.ok(lost.length >= 1 && lost.length <= 2, `${lost} are lost`);
      const told = report.lost.reduce((sum, one) => sum + one.to - one.from + 1, 0);
      assert.equal(told, lost.length);
    }
  }
});

Deno.test("an edited message is edited when it was saved", async () => {
  const { files, content } = await filesOf({});
  const outcome = await repaired(files);
  assert.match(outcome.content.get("room/a 9") ?? "", /edited 9 edited$/);
  assert.deepEqual(outcome.content, content);
});

Deno.test("a key that was removed stays removed, though what compaction has replaced still lies there", async () => {
  const disk = new SimDisk();
  const store = await openStore("x", {
    storage: disk,
    world: simWorld(1),
    segmentBytes: 300,
    autoCompact: false,
  });
  await store.put("k", bytesOf("v")).done;
  for (let i = 0; i < 8; i++) await store.append("a", new Uint8Array(100), { at: i }).done;
  await store.delete("k").done;
  for (let i = 0; i < 8; i++) await store.append("a", new Uint8Array(100), { at: i }).done;
  // What is left fits into one segment, so that compaction makes one and needs no note of the removal.
  await store.trim("a", 17);
  const old = disk.contents();
  await store.compact({ reach: "all" });
  await store.close();
  const files = disk.contents();
  const [first] = [...old.keys()].filter((name) => name.endsWith(".segment")).sort();
  files.set(first ?? "", old.get(first ?? "") ?? new Uint8Array());
  const { content } = await repaired(files);
  assert.equal(content.has("key k"), false);
});

Deno.test("the seqs of a stream that was ended are not given out again after repair, whatever is lost", async () => {
  const disk = new SimDisk();
  const store = await openStore("x", { storage: disk, world: simWorld(1), autoCompact: false });
  for (let i = 0; i < 9; i++) await store.append("room/old", bytesOf("x"), { at: 0 }).done;
  await store.retain(() => 1);
  await store.append("room/new", bytesOf("y"), { at: 5 }).done;
  const files = disk.contents();
  await store.close();
  const [, segment] = newest(files, ".segment");
  for (const at of [0, ...placesOf(segment)]) {
    const damaged = segment.slice();
    if (at > 0) damaged[at + 9] = 77;
    const target = new SimDisk(new Map(), "repaired");
    const source = new SimDisk(new Map([...files, [newest(files, ".segment")[0], damaged]]));
    source.at = () => target;
    await repairStore("x", "repaired", { storage: source, world: simWorld(2) });
    await using saved = await openStore("repaired", { storage: target, world: simWorld(3) });
    const { seq } = saved.append("room/old", bytesOf("z"), { at: 6 });
    if (at !== placesOf(segment)[0]) assert.ok(seq > 9, `${seq} after damage at ${at}`);
  }
});

Deno.test("messages that were deleted are not called lost for certain when the record of it is lost", async () => {
  const disk = new SimDisk();
  const store = await openStore("x", { storage: disk, world: simWorld(1), autoCompact: false });
  for (let i = 0; i < 30; i++) await store.append("room/a", bytesOf("x"), { at: i }).done;
  await store.trim("room/a", 21);
  await store.compact({ reach: "all" });
  await store.close();
  const files = disk.contents();
  for (const name of files.keys()) if (name.endsWith(".hint")) files.delete(name);
  const [, segment] =
    [...files].filter(([name, bytes]) => name.endsWith(".segment") && bytes.length > 64)[0] ?? [];
  assert.ok(segment !== undefined);
  const { view } = blockOf(segment);
  const drop = placesOf(segment).find((at) => readHeader(view, at).kind === 3) ?? 0;
  segment[drop + RECORD_HEADER_BYTES] = 99;
  const { report } = await repaired(files);
  assert.deepEqual(report.lost, [{ stream: "room/a", from: 1, to: 20 }]);
  assert.equal(report.lostMost, 1);
});

Deno.test("a complete segment that was cut is noticed by its hint when the manifest that names it is lost, too", async () => {
  const { files } = await filesOf({});
  const [name, segment] = newest(files, ".segment");
  files.delete(newest(files, ".manifest")[0]);
  const open = (): Promise<AsyncDisposable> =>
    openStore("x", { storage: new SimDisk(files), world: simWorld(4), autoCompact: false });
  for (const places = placesOf(segment); places.length > 0;) {
    files.set(name, segment.slice(0, places.pop()));
    await assert.rejects(open(), DamageError, `cut at ${files.get(name)?.length}`);
  }
  files.set(name, segment);
  await using _ = await open();
});

Deno.test("text that imitates records behind damage holds repair up no longer than its bytes", async () => {
  const disk = new SimDisk();
  const store = await openStore("x", { storage: disk, world: simWorld(1), autoCompact: false });
  // Each 40 bytes look like the header of a record that reaches to the end of the text.
  const length = 1 << 20;
  const text = new Uint8Array(length);
  for (let at = 0; at + 40 <= length; at += 40) {
    text.set([1, 2, 3, 4, 0, 0, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0], at);
  }
  await store.append("room/a", text, { at: 1 }).done;
  await store.append("room/a", bytesOf("room/a|behind"), { at: 2 }).done;
  await store.close();
  const files = disk.contents();
  const [, segment] = newest(files, ".segment");
  const [, second = 0] = placesOf(segment);
  segment[second + RECORD_HEADER_BYTES + 30] = 7;
  const { report, content } = await repaired(files);
  assert.equal(content.get("room/a 2"), "2 room/a|behind");
  assert.deepEqual(report.lost, [{ stream: "room/a", from: 1, to: 1 }]);
});

Deno.test("a sector that the disk does not give costs what stood in it, and the rest is saved", async () => {
  const { files, content } = await filesOf({ killed: true });
  const disk = new SimDisk(files);
  const [name, segment] = newest(files, ".segment");
  const at = placesOf(segment)[10] ?? 0;
  const target = new SimDisk(new Map(), "repaired");
  disk.at = () => target;
  const open = disk.open.bind(disk);
  disk.open = (file) => {
    const real = open(file);
    const guarded = (into: Uint8Array, from: number): number => {
      if (file === name && from <= at && at < from + into.length) {
        throw Object.assign(new Error("EIO"), { code: "EIO" });
      }
      return real.readNow(into, from);
    };
    return {
      ...real,
      readNow: guarded,
      read: (into: Uint8Array, from: number) => Promise.try(guarded, into, from),
    };
  };
  // Everything in the first 4 KiB is given up, so the store is lost; but that is said, and nothing else.
  const report = await repairStore("x", "repaired", {
    storage: disk,
    world: simWorld(2),
  });
  assert.ok(report.messages < content.size);
  assert.ok(report.damages.some(({ reason }) => /disk failed/.test(reason)));
  assert.ok(report.maybe.unknown.length > 0);
});
