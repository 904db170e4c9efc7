/**
 * A reader beside a writer that makes room: at each look another segment at the front, which has the streams' names, is
 * gone, so that all behind it makes no sense, and the same no sense each time.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DamageError } from "../../../db/errors.ts";
import { openReadOnly, openStore } from "../../../db/open.ts";
import type { Storage } from "../../../db/storage.ts";
import { verifyStore } from "../../../db/verify.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { simWorld } from "../../db/sim/world.ts";

/** The directories behind each step of a writer that makes room, each with another segment at the front. */
async function steps(count = 5): Promise<{ states: SimDisk[]; fronts: string[] }> {
  const disk = new SimDisk();
  const options = { storage: disk, world: simWorld(1), segmentBytes: 1024, autoCompact: false };
  await using store = await openStore("s", options);
  for (let i = 0; i < 400; i++) {
    store.append(`room/${i % 3}`, bytesOf(`message ${i}`), { at: i });
    await store.flush();
  }
  await store.append("room/quiet", bytesOf("the last of all"), { at: 400 }).done;
  const states: SimDisk[] = [];
  const fronts: string[] = [];
  const size = store.stat().segments.reduce((sum, { bytes }) => sum + bytes, 0);
  for (let share = 0.9; states.length < count; share -= 0.05) {
    await store.shrink(size * share);
    const front = store.stat().segments[0]?.file ?? "";
    if (fronts.includes(front)) continue;
    fronts.push(front);
    states.push(new SimDisk(disk.contents()));
  }
  return { states, fronts };
}

/** The directory as it moves on under a reader: whenever it comes to the front segment, that has just been replaced. */
function moving(states: readonly SimDisk[], fronts: readonly string[]): Storage {
  let now = 0;
  /** Whether the manifest was read since the last listing: who only looks at names and sizes does not. */
  let reads = false;
  const state = (): SimDisk => states[now] ?? assert.fail("No state");
  const open: Storage["open"] = (name) => {
    reads ||= name.endsWith(".manifest");
    if (!reads || name !== fronts[now] || now === states.length - 1) return state().open(name);
    now++;
    throw Object.assign(new Error("gone"), { code: "ENOENT" });
  };
  const list: Storage["list"] = () => {
    reads = false;
    return state().list();
  };
  return new Proxy<Storage>(state(), {
    get: (_, property) => {
      if (property === "open") return open;
      if (property === "list") return list;
      const value = Reflect.get(state(), property);
      return typeof value === "function" ? value.bind(state()) : value;
    },
  });
}

Deno.test("a store that is made smaller while somebody looks is not called damaged", async () => {
  const { states, fronts } = await steps();
  using store = await openReadOnly("s", { storage: moving(states, fronts), world: simWorld(2) });
  assert.equal(store.stream("room/quiet")?.last, 1);
  const { damages } = await verifyStore("s", { storage: moving(states, fronts) });
  assert.deepEqual(damages, []);
});

Deno.test("a segment that is missing for good is damage, also while the writer goes on", async () => {
  const { states, fronts } = await steps();
  const [state] = states;
  assert.ok(state !== undefined);
  const files = state.contents();
  files.delete(fronts[0] ?? "");
  const storage = new SimDisk(files);
  const list = storage.list.bind(storage);
  let looks = 0;
  // Something comes with each listing, as beside a writer.
  storage.list = () => {
    storage.create(`${looks++}.part`).close();
    return list();
  };
  await assert.rejects(openReadOnly("s", { storage, world: simWorld(3) }), (error) => {
    assert.ok(error instanceof DamageError);
    assert.ok(error.damages.some(({ file }) => file === fronts[0]));
    for (const { file } of error.damages) assert.match(file, /^(\d{8}\.(segment|hint)|manifest)$/);
    const told = error.damages.map(({ file, reason }) => `${file}: ${reason}`);
    assert.equal(new Set(told).size, told.length, "each reason is told once for a file");
    return true;
  });
});

/** The directory as it moves on between a listing and the reading of the manifest: all that were listed are gone. */
function overtaking(states: readonly SimDisk[]): Storage {
  let now = 0;
  let listed: readonly string[] = [];
  const state = (): SimDisk => states[now] ?? assert.fail("No state");
  const isOvertaken = (): boolean =>
    ![...state().contents().keys()].some((name) =>
      name.endsWith(".manifest") && listed.includes(name)
    );
  const list: Storage["list"] = async () => listed = await state().list();
  const open: Storage["open"] = (name) => {
    if (name.endsWith(".manifest") && listed.includes(name)) {
      while (now < states.length - 1 && !isOvertaken()) now++;
    }
    return state().open(name);
  };
  return new Proxy<Storage>(state(), {
    get: (_, property) => {
      if (property === "open") return open;
      if (property === "list") return list;
      const value = Reflect.get(state(), property);
      return typeof value === "function" ? value.bind(state()) : value;
    },
  });
}

Deno.test("a store whose manifests are all replaced while somebody looks is neither damaged nor none", async () => {
  const { states } = await steps(12);
  assert.deepEqual((await verifyStore("s", { storage: overtaking(states) })).damages, []);
  using store = await openReadOnly("s", { storage: overtaking(states), world: simWorld(4) });
  assert.equal(store.stream("room/quiet")?.last, 1);
});
