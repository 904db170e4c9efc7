/**
 * Damaged manifests: verify names the one that is damaged, opening begins no new store in place of an old one, and what
 * only a power failure in the first start can leave is no damage.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DamageError } from "../../../db/errors.ts";
import { manifestName } from "../../../db/manifest.ts";
import { openReadOnly, openStore } from "../../../db/open.ts";
import { verifyStore } from "../../../db/verify.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { simWorld } from "../../db/sim/world.ts";

type Files = Map<string, Uint8Array>;

/** The files of a closed store that was opened so often, each time for some messages; the last time for none. */
async function filesOf(openings: number): Promise<Files> {
  const disk = new SimDisk();
  for (let seed = 1; seed <= openings; seed++) {
    await using store = await openStore("s", { storage: disk, world: simWorld(seed) });
    if (seed === openings) break;
    for (let i = 0; i < 5; i++) await store.append("a", bytesOf(`${seed} ${i}`), { at: i }).done;
  }
  return disk.contents();
}

function manifestsOf(files: Files): string[] {
  return [...files.keys()].filter((name) => name.endsWith(".manifest")).sort().reverse();
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 4;
  return copy;
}

Deno.test("a rotten bit of the newest manifest is named, and the one before it counts, also after an opening without a word", async () => {
  for (const openings of [2, 3, 4]) {
    const files = await filesOf(openings);
    const [newest = ""] = manifestsOf(files);
    const bytes = files.get(newest) ?? new Uint8Array();
    for (const at of [0, 9, 30, 46, bytes.length - 20, bytes.length - 1]) {
      const storage = new SimDisk(new Map([...files, [newest, flipped(bytes, at)]]));
      const { damages } = await verifyStore("s", { storage });
      assert.deepEqual(damages.map(({ file }) => file), [newest], JSON.stringify(damages));
      await using store = await openStore("s", { storage, world: simWorld(20) });
      assert.equal(store.stream("a")?.last, 5 * (openings - 1));
      // What was damaged is replaced by a whole one, and the one before that is whole, too.
      await store.close();
      assert.deepEqual((await verifyStore("s", { storage })).damages, []);
      const left = storage.contents();
      const [next = ""] = manifestsOf(left);
      left.set(next, flipped(left.get(next) ?? new Uint8Array(), 30));
      await using again = await openStore("s", {
        storage: new SimDisk(left),
        world: simWorld(21),
      });
      assert.equal(again.stream("a")?.last, 5 * (openings - 1));
    }
  }
});

Deno.test("where the manifest before a damaged one does not fit, the damaged one is named first", async () => {
  const files = await filesOf(3);
  const [newest = ""] = manifestsOf(files);
  files.set(newest, (files.get(newest) ?? new Uint8Array()).slice(0, 70));
  const [segment = ""] = [...files.keys()].filter((name) => name.endsWith(".segment")).sort();
  files.delete(segment);
  const storage = new SimDisk(files);
  const { damages } = await verifyStore("s", { storage });
  assert.equal(damages[0]?.file, newest);
  await assert.rejects(openStore("s", { storage, world: simWorld(20) }), (error) => {
    assert.ok(error instanceof DamageError);
    assert.equal(error.damages[0]?.file, newest);
    return true;
  });
});

Deno.test("a manifest that a power failure has torn is no damage", async () => {
  const files = await filesOf(3);
  const [newest = ""] = manifestsOf(files);
  const bytes = files.get(newest) ?? new Uint8Array();
  const next = manifestName(Number.parseInt(newest) + 1);
  const torn = [new Uint8Array(), new Uint8Array(bytes.length), bytes.slice(0, 60)];
  for (const half of torn) {
    const storage = new SimDisk(new Map([...files, [next, half]]));
    assert.deepEqual((await verifyStore("s", { storage })).damages, []);
    await using store = await openStore("s", { storage, world: simWorld(20) });
    assert.equal(store.stream("a")?.last, 10);
  }
});

Deno.test("no store is begun where one was, of which only damaged manifests or hints are left", async () => {
  const whole = await filesOf(3);
  const [newest = "", before = ""] = manifestsOf(whole);
  const [newer, older] = [newest, before].map((name) => whole.get(name) ?? new Uint8Array());
  assert.ok(newer !== undefined && older !== undefined);
  const [hint] = [...whole].filter(([name]) => name.endsWith(".hint"));
  assert.ok(hint !== undefined);
  const left: [string, Uint8Array][][] = [
    [[newest, older], [before, newer]],
    [[newest, flipped(newer, 30)]],
    [[newest, newer.slice(0, 40)]],
    [["00000001.manifest", flipped(newer, 30)]],
    [hint, ["00000001.manifest", new Uint8Array()]],
  ];
  for (const files of left) {
    const storage = new SimDisk(new Map(files));
    const names = [...storage.contents().keys()];
    assert.ok((await verifyStore("s", { storage })).damages.length > 0);
    await assert.rejects(openReadOnly("s", { storage, world: simWorld(20) }), DamageError);
    await assert.rejects(openStore("s", { storage, world: simWorld(21) }), DamageError);
    assert.deepEqual([...storage.contents().keys()], names);
  }
});

Deno.test("what a power failure in the first start leaves is no store, however often it comes", async () => {
  const first = new SimDisk();
  await using _ = await openStore("s", { storage: first, world: simWorld(1) });
  const manifest = first.trace.find((op) => op.kind === "write");
  assert.ok(manifest !== undefined);
  for (const bytes of [new Uint8Array(), new Uint8Array(60), manifest.bytes.slice(0, 30)]) {
    let files: Files = new Map([["00000001.manifest", bytes]]);
    for (let crashes = 0; crashes < 3; crashes++) {
      const storage = new SimDisk(files);
      const isNone = { code: "not_a_store" };
      await assert.rejects(verifyStore("s", { storage }), isNone);
      await assert.rejects(openReadOnly("s", { storage, world: simWorld(2) }), isNone);
      // The next start gets no further than to a torn manifest, either.
      storage.fault = ({ kind }) => kind === "sync" ? { kind: "error", code: "EIO" } : undefined;
      await assert.rejects(openStore("s", { storage, world: simWorld(3) }));
      const torn = storage.trace.filter((op) => op.kind === "create").map(({ name }) => name);
      files = new Map([...storage.contents(), ...torn.map((name) => [name, bytes] as const)]);
    }
    await using store = await openStore("s", { storage: new SimDisk(files), world: simWorld(4) });
    await store.append("a", bytesOf("the first"), { at: 1 }).done;
  }
});
