/**
 * Numbers that lie: files of a store's names whose numbers are not theirs, or none that a store could have.
 *
 * @module
 */

import assert from "node:assert/strict";
import { openStore } from "../../../db/open.ts";
import { verifyStore } from "../../../db/verify.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf, pictureOf } from "../../db/sim/model.ts";
import { simWorld } from "../../db/sim/world.ts";

const SMALL = { segmentBytes: 512, autoCompact: false };

/** Opens what is there, and adds some messages to it. */
async function say(disk: SimDisk, seed: number): Promise<string> {
  await using store = await openStore("s", { ...SMALL, storage: disk, world: simWorld(seed) });
  for (let i = 0; i < 20; i++) await store.append("a", bytesOf(`message ${i}`), { at: i }).done;
  // So that there is something to compact: only what compaction has written depends on being named.
  await store.remove("a", (store.stream("a")?.last ?? 0) - 5);
  await store.compact({ reach: "all" });
  return await pictureOf(store);
}

for (
  const name of [
    "9999999999.segment",
    "4294967295.segment",
    "9999999999.segment.part",
    "9999999999.manifest",
    "4294967295.manifest",
    "9999999999.hint",
  ]
) {
  Deno.test(`a stray ${name} costs nothing`, async () => {
    for (const bytes of [new Uint8Array(), bytesOf("junk".repeat(30))]) {
      const disk = new SimDisk();
      await say(disk, 1);
      const stray = new SimDisk(new Map([...disk.contents(), [name, bytes]]));
      const picture = await say(stray, 2);
      await using store = await openStore("s", { ...SMALL, storage: stray, world: simWorld(3) });
      assert.equal(await pictureOf(store), picture);
    }
  });
}

Deno.test("an old manifest under a higher number does not count", async () => {
  const disk = new SimDisk();
  await say(disk, 1);
  const old = [...disk.contents()].find(([name]) => name.endsWith(".manifest"));
  assert.ok(old !== undefined);
  const picture = await say(disk, 2);
  const files = new Map([...disk.contents(), ["00000099.manifest", old[1]]]);
  const swapped = new SimDisk(files);
  assert.deepEqual((await verifyStore("s", { storage: swapped })).damages, []);
  for (const seed of [3, 4]) {
    await using store = await openStore("s", {
      ...SMALL,
      storage: swapped,
      world: simWorld(seed),
    });
    assert.equal(await pictureOf(store), picture);
  }
});

for (const name of ["4278190079.segment", "4278190079.manifest", "4278190078.hint"]) {
  Deno.test(`an empty ${name} uses no numbers up`, async () => {
    const disk = new SimDisk();
    await say(disk, 1);
    const stray = new SimDisk(new Map([...disk.contents(), [name, new Uint8Array()]]));
    for (const seed of [2, 3]) await say(stray, seed);
    const others = [...stray.contents().keys()].filter((one) => one !== name);
    assert.deepEqual(others.filter((one) => Number.parseInt(one) > 1_000), []);
    // It must not come to count later, when its number is the next one.
    await using _ = await openStore("s", { ...SMALL, storage: stray, world: simWorld(4) });
    assert.equal(stray.contents().has(name), false);
  });
}

Deno.test("a new store begins beside an empty manifest of the last number", async () => {
  const disk = new SimDisk(new Map([["4278190079.manifest", new Uint8Array()]]));
  const picture = await say(disk, 1);
  await using store = await openStore("s", { ...SMALL, storage: disk, world: simWorld(2) });
  assert.equal(await pictureOf(store), picture);
});
