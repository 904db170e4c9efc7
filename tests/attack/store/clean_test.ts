/**
 * What opening removes: nothing that holds what no other file holds, and nothing of another store.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DamageError } from "../../../db/errors.ts";
import { openReadOnly, openStore } from "../../../db/open.ts";
import { repairStore } from "../../../db/repair.ts";
import { decodeSegmentHeader, segmentName } from "../../../db/segment_header.ts";
import { verifyStore } from "../../../db/verify.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf, pictureOf } from "../../db/sim/model.ts";
import { simWorld } from "../../db/sim/world.ts";

const SMALL = { segmentBytes: 512, autoCompact: false };

type Files = Map<string, Uint8Array>;

/** The files behind another twenty messages, three of which are deleted; compacted if asked for. */
async function say(files: Files, seed: number, compacts = true): Promise<Files> {
  const disk = new SimDisk(files);
  await using store = await openStore("s", { ...SMALL, storage: disk, world: simWorld(seed) });
  for (let i = 0; i < 20; i++) {
    await store.append("a", bytesOf(`message ${seed} ${i}`), { at: i }).done;
  }
  const { last } = store.stream("a") ?? { last: 0 };
  for (const seq of [last - 3, last - 5, last - 7]) await store.remove("a", seq);
  if (compacts) await store.compact({ reach: "all" });
  await store.close();
  return disk.contents();
}

function namesOf(files: Files, ending: string): string[] {
  return [...files.keys()].filter((name) => name.endsWith(ending)).sort();
}

/** The name of a segment that has gone, of all that were ever there. */
function freeIn(files: Files): string {
  const name = Array.from({ length: 99 }, (_, id) => segmentName(id + 1))
    .find((name) => !files.has(name)) ?? "";
  assert.ok(name < (namesOf(files, ".segment").at(-1) ?? ""), name);
  return name;
}

function compactedOf(files: Files): string[] {
  return namesOf(files, ".segment").filter((name) => {
    const outcome = decodeSegmentHeader(files.get(name) ?? new Uint8Array());
    return outcome.kind === "header" && outcome.header.compacted;
  });
}

Deno.test("a compacted segment that the manifest has forgotten is damage, and is not removed", async () => {
  const early = await say(new Map(), 1);
  const late = await say(early, 2);
  // What a backup tool that knows no manifests makes of it: the old one, and the segments of today.
  const files: Files = new Map([...early, ...late]);
  for (const name of namesOf(late, ".manifest")) files.delete(name);
  const [old] = namesOf(early, ".manifest").reverse();
  assert.ok(old !== undefined);
  files.set(old, early.get(old) ?? new Uint8Array());
  const disk = new SimDisk(files);
  const options = () => ({ storage: disk, world: simWorld(3) });
  await assert.rejects(openStore("s", { ...SMALL, ...options() }), DamageError);
  await assert.rejects(openReadOnly("s", options()), DamageError);
  const { damages } = await verifyStore("s", options());
  assert.match(damages[0]?.reason ?? "", /no manifest names it/);
  for (const name of compactedOf(late)) assert.ok(disk.contents().has(name), name);
  const target = new SimDisk(new Map(), "repaired");
  disk.at = () => target;
  await repairStore("s", "repaired", options());
  await using repaired = await openStore("repaired", { storage: target, world: simWorld(4) });
  await using wanted = await openStore("s", { storage: new SimDisk(late), world: simWorld(5) });
  assert.equal(await pictureOf(repaired), await pictureOf(wanted));
});

Deno.test("what compaction has replaced is removed by the next opening, and no more than that", async () => {
  const before = await say(new Map(), 1, false);
  const after = await say(before, 2);
  const left: Files = new Map([...before, ...after]);
  for (const name of namesOf(before, ".manifest")) if (!after.has(name)) left.delete(name);
  const opened = await say(left, 3);
  const gone = namesOf(before, ".segment").filter((name) => !after.has(name));
  assert.ok(gone.length > 0);
  assert.deepEqual(gone.filter((name) => opened.has(name)), []);
});

Deno.test("a segment of another store, and one that nothing can be read of, stay where they are", async () => {
  const files = await say(await say(new Map(), 1), 2);
  const strange = await say(new Map(), 77, false);
  const [first] = namesOf(strange, ".segment");
  const segment = strange.get(first ?? "") ?? new Uint8Array();
  const unread = segment.slice();
  unread.fill(7, 0, 64);
  const name = freeIn(files);
  for (const bytes of [segment, unread]) {
    const opened = await say(new Map([...files, [name, bytes]]), 3);
    assert.deepEqual(opened.get(name), bytes);
  }
});

Deno.test("an own segment that holds later records than the log has is not removed", async () => {
  const one = await say(new Map(), 1, false);
  const two = await say(one, 2);
  // Later than all that the early store knows, under a number that it has passed already.
  const [late] = compactedOf(two).reverse();
  const early = await say(new Map(), 1);
  const name = freeIn(early);
  assert.ok(late !== undefined);
  const bytes = two.get(late) ?? new Uint8Array();
  const opened = await say(new Map([...early, [name, bytes]]), 3, false);
  assert.deepEqual(opened.get(name), bytes);
});
