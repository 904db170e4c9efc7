/**
 * Damaged files: whatever is cut or flipped, a store shows the truth or names the damage.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DamageError, LockedError, StoreError } from "../../db/errors.ts";
import { openStore } from "../../db/open.ts";
import { repairStore } from "../../db/repair.ts";
import { verifyStore } from "../../db/verify.ts";
import { SimDisk } from "./sim/disk.ts";
import { Model, pictureOf } from "./sim/model.ts";
import { Session } from "./sim/session.ts";
import { simWorld } from "./sim/world.ts";

type Files = Map<string, Uint8Array>;

/** A store with everything in it, and what it shows. `tail`: whether its last segment is not complete. */
async function smallStore(tail: boolean): Promise<{ files: Files; pictures: string[] }> {
  const session = new Session({ segmentBytes: 700 });
  await session.open();
  const pictures: string[] = [];
  const note = async (): Promise<void> => {
    await session.settle();
    pictures.push(session.model().picture());
  };
  for (let i = 1; i <= 9; i++) {
    session.append("a", `m${i}`);
    await note();
  }
  session.put("k", "v");
  await note();
  await session.edit("a", 2, "edited");
  await note();
  await session.remove("a", 4);
  await note();
  session.batch([["b", "x"], ["a", "m10"]], "k");
  await note();
  for (let i = 1; i <= 3; i++) {
    session.append("b", `tail ${i}`);
    await note();
  }
  if (!tail) await session.store().close();
  else await session.settle();
  const files = session.disk.contents();
  if (tail) await session.store().close();
  return { files, pictures };
}

/** Opens files; gives what is shown, or the error. */
async function shown(files: Files): Promise<string | StoreError> {
  try {
    await using store = await openStore("x", {
      storage: new SimDisk(files),
      world: simWorld(5),
      autoCompact: false,
    });
    return await pictureOf(store);
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

function changed(files: Files, name: string, change: (bytes: Uint8Array) => Uint8Array): Files {
  return new Map(
    [...files].map(([other, bytes]) => [other, other === name ? change(bytes.slice()) : bytes]),
  );
}

function flip(at: number, mask: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    bytes[at] = (bytes[at] ?? 0) ^ mask;
    return bytes;
  };
}

/** Checks an outcome: the whole truth, or a named damage, or (if allowed) an earlier state. */
function judge(
  outcome: string | StoreError,
  pictures: readonly string[],
  earlier: boolean,
  what: string,
): void {
  if (outcome instanceof StoreError) {
    assert.ok(outcome instanceof DamageError, `${what}: ${outcome.message}`);
    assert.match(outcome.message, /chat db verify/, what);
    return;
  }
  const index = pictures.lastIndexOf(outcome);
  assert.ok(index >= 0, `${what}: the store shows what was never there:\n${outcome}`);
  if (!earlier) {
    assert.equal(index, pictures.length - 1, `${what}: something is missing and nothing is said`);
  }
}

for (const name of ["segment", "hint", "manifest"]) {
  Deno.test(`flipping any byte of a ${name} of a closed store changes nothing or is named`, async () => {
    const { files, pictures } = await smallStore(false);
    for (const [file, bytes] of files) {
      if (!file.endsWith(name)) continue;
      for (let at = 0; at < bytes.length; at++) {
        for (const mask of [1, 0xff]) {
          const outcome = await shown(changed(files, file, flip(at, mask)));
          judge(outcome, pictures, false, `${file}, byte ${at}, mask ${mask}`);
          if (name === "hint") assert.equal(outcome, pictures.at(-1), "A hint is never needed");
        }
      }
    }
  });

  Deno.test(`cutting a ${name} of a closed store at any length changes nothing or is named`, async () => {
    const { files, pictures } = await smallStore(false);
    for (const [file, bytes] of files) {
      if (!file.endsWith(name)) continue;
      for (let length = 0; length < bytes.length; length++) {
        const outcome = await shown(changed(files, file, (all) => all.slice(0, length)));
        judge(outcome, pictures, false, `${file}, cut at ${length}`);
      }
    }
  });
}

Deno.test("flipping any byte of the last segment after a kill leaves a prefix or is named", async () => {
  const { files, pictures } = await smallStore(true);
  const [file, bytes] = lastSegment(files);
  let refused = 0;
  for (let at = 0; at < bytes.length; at++) {
    for (const mask of [1, 0xff]) {
      const outcome = await shown(changed(files, file, flip(at, mask)));
      judge(outcome, pictures, true, `${file}, byte ${at}, mask ${mask}`);
      if (outcome instanceof StoreError) refused++;
    }
  }
  assert.ok(refused > bytes.length, "Damage before the last group must be proved, not cut off");
});

Deno.test("cutting the last segment after a kill at any length leaves a prefix", async () => {
  const { files, pictures } = await smallStore(true);
  const [file, bytes] = lastSegment(files);
  for (let length = 0; length < bytes.length; length++) {
    const outcome = await shown(changed(files, file, (all) => all.slice(0, length)));
    judge(outcome, pictures, true, `${file}, cut at ${length}`);
  }
});

Deno.test("a missing segment is named, and nothing is removed", async () => {
  const { files } = await smallStore(false);
  const disk = new SimDisk(files);
  disk.remove("00000001.segment");
  const before = (await disk.list()).sort();
  await assert.rejects(openStore("x", { storage: disk, world: simWorld(1) }), DamageError);
  assert.deepEqual((await disk.list()).sort(), before);
});

Deno.test("verifyStore() finds every flipped byte of every segment, by file and place", async () => {
  const { files } = await smallStore(false);
  for (const [file, bytes] of files) {
    if (!file.endsWith("segment")) continue;
    for (let at = 0; at < bytes.length; at += 3) {
      const storage = new SimDisk(changed(files, file, flip(at, 4)));
      const { damages } = await verifyStore("x", { storage, world: simWorld(2) });
      const [damage] = damages;
      assert.equal(damage?.file, file, `byte ${at}`);
      assert.ok(
        damage.offset <= at && at < damage.offset + damage.bytes,
        `byte ${at}: ${damage.offset}`,
      );
    }
  }
});

Deno.test("repairStore() saves all but the damaged record, and says which message is lost", async () => {
  const { files, pictures } = await smallStore(false);
  const [file] = [...files.keys()].filter((name) => name.endsWith("segment")).sort();
  assert.ok(file !== undefined);
  const { firstDamaged, whole } = await saved(files, file);
  assert.equal(whole, pictures.at(-1));
  const model = new Model();
  assert.equal(model.last("a"), 0);
  assert.deepEqual(firstDamaged.lost, [{ stream: "a", from: 1, to: 1 }]);
  assert.equal(firstDamaged.damages.length, 1);
});

/** Repairs a store without damage, and one whose first message (behind the name of its stream) is damaged. */
async function saved(files: Files, file: string): Promise<{
  firstDamaged: Awaited<ReturnType<typeof repairStore>>;
  whole: string;
}> {
  const disk = new SimDisk(files);
  const target = new SimDisk(new Map(), "repaired");
  disk.at = () => target;
  await repairStore("x", "repaired", { storage: disk, world: simWorld(3) });
  const whole = await shown(target.contents());
  const broken = new SimDisk(changed(files, file, flip(64 + 48 + 41, 1)));
  const other = new SimDisk(new Map(), "repaired");
  broken.at = () => other;
  const firstDamaged = await repairStore("x", "repaired", { storage: broken, world: simWorld(3) });
  const outcome = await shown(other.contents());
  assert.equal(typeof outcome, "string", "What was repaired opens");
  return { firstDamaged, whole: String(whole) };
}

Deno.test("repairStore() saves everything when only the manifests are lost", async () => {
  const { files, pictures } = await smallStore(false);
  const bare = new Map([...files].filter(([name]) => !name.endsWith("manifest")));
  assert.ok(await shown(bare) instanceof DamageError);
  const disk = new SimDisk(bare);
  const target = new SimDisk(new Map(), "repaired");
  disk.at = () => target;
  await repairStore("x", "repaired", { storage: disk, world: simWorld(3) });
  assert.equal(await shown(target.contents()), pictures.at(-1));
});

Deno.test("repairStore() refuses a store that a writer has open, and works beside none", async () => {
  const { files } = await smallStore(false);
  const disk = new SimDisk(new Map([...files, ["LOCK", new Uint8Array()]]));
  const target = new SimDisk(new Map(), "repaired");
  disk.at = () => target;
  const repair = () => repairStore("x", "repaired", { storage: disk, world: simWorld(3) });
  const writer = disk.lock();
  assert.ok(writer.kind === "held");
  await assert.rejects(repair(), LockedError);
  writer.lock[Symbol.dispose]();
  assert.deepEqual((await repair()).damages, []);
  assert.equal(disk.lock().kind, "held", "The lock was given back");
});

function lastSegment(files: Files): [string, Uint8Array] {
  const segments = [...files].filter(([name, bytes]) =>
    name.endsWith("segment") && bytes.length > 64
  );
  const last = segments.sort(([a], [b]) => a < b ? -1 : 1).at(-1);
  if (last === undefined) throw new Error("There is no segment");
  return last;
}
