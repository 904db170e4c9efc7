/**
 * Names that lie: listings that fail or leave files out, files that stand where new ones are to go, and a lock,
 * a segment or a directory that is removed or replaced behind the writer's back.
 *
 * @module
 */

import assert from "node:assert/strict";
import { StoreError } from "../../../db/errors.ts";
import { diskStorage } from "../../../db/disk.ts";
import { openStore } from "../../../db/open.ts";
import type { Store } from "../../../db/store.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf, pictureOf } from "../../db/sim/model.ts";
import { simWorld } from "../../db/sim/world.ts";

/** A folder that is gone afterwards. */
function folder(): Disposable & { readonly path: string } {
  const path = Deno.makeTempDirSync({ prefix: "chat-names-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

const SMALL = { segmentBytes: 512, autoCompact: false };

/** A store of some segments, the last of them full of what only a kill has ended. */
async function killed(): Promise<{ files: Map<string, Uint8Array>; picture: string }> {
  const disk = new SimDisk();
  await using store = await openStore("s", { ...SMALL, storage: disk, world: simWorld(1) });
  for (let i = 0; i < 30; i++) await store.append("a", bytesOf(`message ${i}`), { at: i }).done;
  await store.remove("a", 3);
  await store.compact();
  for (let i = 0; i < 6; i++) await store.append("b", bytesOf(`message ${i}`), { at: i }).done;
  return { files: disk.contents(), picture: await pictureOf(store) };
}

/** Opens, and says whether that shows what was there, or refuses; anything else is a failure of the test. */
async function opens(disk: SimDisk, picture: string): Promise<boolean> {
  try {
    await using store = await openStore("s", { ...SMALL, storage: disk, world: simWorld(2) });
    assert.equal(await pictureOf(store), picture);
    await store.append("a", bytesOf("new"), { at: 99 }).done;
    return true;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    if (error instanceof StoreError || (error instanceof Error && "code" in error)) return false;
    throw error;
  }
}

Deno.test("a listing that fails at any time opens no store as if it were new, and loses nothing", async () => {
  const { files, picture } = await killed();
  for (let nth = 0, met = true; met; nth++) {
    const disk = new SimDisk(files);
    let lists = 0;
    met = false;
    disk.fault = (call) => {
      if (call.kind !== "list" || lists++ !== nth) return undefined;
      met = true;
      return { kind: "error", code: "EIO" };
    };
    const opened = await opens(disk, picture);
    disk.fault = () => undefined;
    await using store = await openStore("s", { ...SMALL, storage: disk, world: simWorld(3) });
    const more = picture.replace("a 30:", "a 31:").replace("\n", " 31@99=new\n");
    assert.equal(await pictureOf(store), opened ? more : picture, `after listing ${nth}`);
  }
});

Deno.test("a listing that silently leaves out any file opens the whole store or none", async () => {
  const { files, picture } = await killed();
  let refused = 0;
  for (const left of files.keys()) {
    const disk = new SimDisk(files);
    disk.hidden = (_call, name) => name === left;
    if (!await opens(disk, picture)) {
      refused++;
      const again = new SimDisk(disk.contents());
      assert.ok(await opens(again, picture), `${left} was left out`);
    }
  }
  assert.ok(refused > 0, "Some file is needed");
});

Deno.test("a listing that is silently empty at any one time opens the whole store or none", async () => {
  const { files, picture } = await killed();
  for (let nth = 0, met = true; met; nth++) {
    const disk = new SimDisk(files);
    let lists = -1;
    let last = -1;
    met = false;
    disk.hidden = ({ index }) => {
      if (index !== last) lists++;
      last = index;
      met ||= lists === nth;
      return lists === nth;
    };
    await opens(disk, picture);
    disk.hidden = () => false;
    await using store = await openStore("s", { ...SMALL, storage: disk, world: simWorld(3) });
    const there = (await pictureOf(store)).replace("a 31:", "a 30:").replace(" 31@99=new", "");
    assert.equal(there, picture, `listing ${nth} was empty`);
  }
});

Deno.test("nothing is given the name of a file that is there", async () => {
  using place = folder();
  const disk = diskStorage(place.path);
  await Deno.writeTextFile(`${place.path}/old`, "old");
  await Deno.writeTextFile(`${place.path}/new.part`, "new");
  assert.throws(() => disk.rename("new.part", "old"), { code: "EEXIST" });
  assert.throws(() => disk.create("old"), { code: "EEXIST" });
  assert.equal(await Deno.readTextFile(`${place.path}/old`), "old");
  disk.rename("new.part", "new");
  assert.deepEqual((await disk.list()).sort(), ["new", "old"]);
});

/** What somebody does to the files of a store that is open. */
const REMOVALS: readonly { name: string; act: (path: string) => void }[] = [
  { name: "the lock file is removed", act: (path) => Deno.removeSync(`${path}/LOCK`) },
  {
    name: "the lock file is replaced",
    act: (path) => {
      Deno.writeTextFileSync(`${path}/other`, "1\n");
      Deno.renameSync(`${path}/other`, `${path}/LOCK`);
    },
  },
  { name: "the directory is moved away", act: (path) => Deno.renameSync(path, `${path}-away`) },
  {
    name: "the directory is replaced by a copy",
    act: (path) => {
      Deno.renameSync(path, `${path}-away`);
      Deno.mkdirSync(path);
      for (const { name } of Deno.readDirSync(`${path}-away`)) {
        Deno.copyFileSync(`${path}-away/${name}`, `${path}/${name}`);
      }
    },
  },
  {
    name: "the lock file is carried into another directory of that name",
    act: (path) => {
      Deno.renameSync(path, `${path}-away`);
      Deno.mkdirSync(path);
      Deno.renameSync(`${path}-away/LOCK`, `${path}/LOCK`);
    },
  },
  {
    name: "the segment that is written to is removed",
    act: (path) => {
      for (const { name } of Deno.readDirSync(path)) {
        if (name.endsWith(".segment")) Deno.removeSync(`${path}/${name}`);
      }
    },
  },
];

for (const { name, act } of REMOVALS) {
  for (const durability of ["durable", "os"] as const) {
    Deno.test(`nothing is acknowledged once ${name} (${durability})`, async () => {
      using place = folder();
      const path = `${place.path}/s`;
      const troubles: unknown[] = [];
      await using store = await openStore(path, {
        durability,
        onTrouble: (error) => troubles.push(error),
      });
      await store.append("a", bytesOf("before"), { at: 1 }).done;
      act(path);
      const before = namesUnder(place.path);
      await assert.rejects(
        store.append("a", bytesOf("after"), { at: 2 }).done,
        (error: StoreError) => error.code === "failed" && error.outcome === "unknown",
      );
      assert.throws(
        () => store.append("a", bytesOf("later"), { at: 3 }),
        (error: StoreError) => error.code === "failed" && error.outcome === "not_written",
      );
      await store.close();
      assert.deepEqual(namesUnder(place.path), before, "No name has changed");
    });
  }
}

Deno.test("two writers, the second of which began when the lock file was removed: what either acknowledged is there", async () => {
  using place = folder();
  const path = `${place.path}/s`;
  const acknowledged: string[] = [];
  const say = async (store: Store, body: string): Promise<void> => {
    try {
      await store.append("a", bytesOf(body), { at: 1 }).done;
      acknowledged.push(body);
    } catch (error) {
      assert.ok(error instanceof StoreError);
    }
  };
  await using first = await openStore(path, SMALL);
  for (let i = 0; i < 20; i++) await say(first, `first ${i}`);
  await Deno.remove(`${path}/LOCK`);
  await using second = await openStore(path, SMALL);
  for (let i = 20; i < 50; i++) {
    await say(first, `first ${i}`);
    await say(second, `second ${i}`);
  }
  await first.close();
  await say(second, "last");
  await second.close();
  assert.ok(acknowledged.includes("last"));
  assert.ok(!acknowledged.includes("first 20"));
  await using third = await openStore(path, SMALL);
  const there = (await third.read("a", { after: 0, limit: 1000 })).map((entry) =>
    entry.kind === "message" ? new TextDecoder().decode(entry.body) : "?"
  );
  assert.deepEqual(acknowledged.filter((body) => !there.includes(body)), []);
  assert.equal(new Set(there).size, there.length, "Nothing is doubled");
});

Deno.test("a writer that never spoke after its lock file was removed changes nothing when it closes", async () => {
  using place = folder();
  const path = `${place.path}/s`;
  const first = await openStore(path, SMALL);
  await first.append("a", bytesOf("1"), { at: 1 }).done;
  await Deno.remove(`${path}/LOCK`);
  {
    await using second = await openStore(path, SMALL);
    await second.append("a", bytesOf("2"), { at: 1 }).done;
    const before = namesUnder(place.path);
    await first.close();
    assert.deepEqual(namesUnder(place.path), before);
  }
  await using third = await openStore(path, SMALL);
  assert.equal(third.stream("a")?.last, 2);
});

/** All names below a directory. */
function namesUnder(path: string): string[] {
  const names: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(path)) {
    names.push(`${path}/${name}`);
    if (isDirectory) names.push(...namesUnder(`${path}/${name}`));
  }
  return names.sort();
}
