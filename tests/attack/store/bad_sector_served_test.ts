/**
 * A place of the disk that cannot be read, under a store that is served: what stands beside it is shown, what stands in it
 * is named, and nobody is disconnected for it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DamageError, type Entry, openReadOnly, openStore, type Store } from "../../../db/mod.ts";
import { folder, startOn } from "../../server/durable/place.ts";
import { say, texts } from "../../server/durable/talk.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { simWorld } from "../../db/sim/world.ts";
import { BadDisk } from "./bad_sector.ts";

const MESSAGES = 300;
const SECTOR = 4096;

/** Files of a closed store that something was written to, and its longest segment. */
async function filesOf(write: (store: Store) => void) {
  const disk = new SimDisk();
  const store = await openStore("s", { storage: disk, world: simWorld(1), autoCompact: false });
  write(store);
  await store.flush();
  await store.close();
  return longestOf(disk.contents());
}

function longestOf(files: Map<string, Uint8Array>) {
  const [longest] = [...files].sort(([, a], [, b]) => b.length - a.length);
  assert.ok(longest !== undefined);
  const [file, { length }] = longest;
  const last = Math.floor((length - 1) / SECTOR) * SECTOR;
  return { files, file, last };
}

function damagedOf(entries: readonly Entry[], file: string): number[] {
  return entries.filter((entry) => entry.kind === "damaged").map((entry) => {
    assert.equal(entry.damage.file, file);
    assert.equal(entry.damage.reason, "the disk failed to read it");
    return entry.seq;
  });
}

Deno.test("a page holds all that the disk gives, and names what it does not, whoever reads it", async () => {
  const { files, file, last } = await filesOf((store) => {
    for (let i = 1; i <= MESSAGES; i++) {
      store.append("a", bytesOf(`message ${i} ${"x".repeat(100)}`), { at: i });
    }
  });
  for (const from of [2 * SECTOR, last]) {
    for (const open of [openReadOnly, openStore]) {
      const storage = new BadDisk(new Map(files), { file, from, to: from + SECTOR });
      await using stack = new AsyncDisposableStack();
      const store = await open("s", { storage, world: simWorld(2) });
      stack.defer(() => "close" in store ? store.close() : store[Symbol.dispose]());
      const entries = await store.read("a", { limit: 10_000 });
      assert.deepEqual(entries.map(({ seq }) => seq), Array.from(entries, (_, i) => i + 1));
      assert.equal(entries.length, MESSAGES);
      const lost = damagedOf(entries, file);
      assert.ok(lost.length > 0 && lost.length <= 30, `${lost.length} in a sector`);
      // A record costs its neighbours nothing: alone they are as they are together.
      for (const seq of [lost[0], lost.at(-1)]) {
        const one = await store.read("a", { after: (seq ?? 0) - 1, limit: 1 });
        assert.deepEqual(damagedOf(one, file), [seq]);
      }
      let told = 0;
      for await (const messages of store.newest()) told += messages.length;
      assert.equal(told, MESSAGES - lost.length);
    }
  }
});

Deno.test("a value that the disk does not give is named, one that ends before is read, now or later", async () => {
  const { files, file } = await filesOf((store) => {
    for (let i = 1; i <= 100; i++) store.put(`k${i}`, bytesOf(`${i} ${"x".repeat(150)}`));
  });
  const storage = new BadDisk(files, { file, from: 2 * SECTOR, to: 3 * SECTOR });
  using store = await openReadOnly("s", { storage, world: simWorld(2) });
  let lost = 0;
  for (let i = 1; i <= 100; i++) {
    const now = attempt(() => store.getNow(`k${i}`));
    const later = await store.get(`k${i}`).catch((error: Error) => error);
    assert.equal(now instanceof Error, later instanceof Error);
    if (now instanceof Error) {
      lost++;
      assert.match(now.message, /Cannot read the value of key .*the disk failed to read it/);
    } else assert.deepEqual(now, later);
  }
  assert.ok(lost > 0 && lost <= 25, `${lost} in a sector`);
});

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
}

Deno.test("a server shows what stands beside a bad place, names the rest, and disconnects nobody", async () => {
  using place = folder();
  const disk = new SimDisk();
  {
    await using server = await startOn(place.path, { storage: disk });
    await using alice = await server.frames("Alice");
    await say(alice, texts(MESSAGES));
  }
  const { files, file } = longestOf(disk.contents());
  const trouble: string[] = [];
  const storage = new BadDisk(files, { file, from: 3 * SECTOR, to: 4 * SECTOR });
  await using server = await startOn(place.path, {
    storage,
    onTrouble: (error) => trouble.push(String(error)),
  });
  await using bob = await server.frames("Bob");
  await bob.send({ type: "History", id: "1", limit: 500 });
  const { messages, lost = [] } = await bob.nextOf("HistoryPage");
  const count = lost.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  assert.equal(messages.length + count, MESSAGES);
  assert.ok(count > 0 && count <= 60, `${count} lost`);
  await using carol = await server.connect();
  await carol.send({
    type: "Login",
    username: "Carol",
    resume: { lobby: (lost[0]?.from ?? 1) - 1 },
  });
  await carol.next("Welcome");
  const { from, to } = await carol.next("Lost");
  assert.deepEqual({ from, to }, lost[0]);
  await say(bob, ["still here"]);
  assert.ok(trouble.length > 0);
  for (const one of trouble) assert.match(one, /the disk failed to read it/);
  assert.deepEqual(server.events.filter(({ kind }) => kind === "failed"), []);
});

Deno.test("a copy of a store of which the disk does not give all is refused, and names the place", async () => {
  const { files, file } = await filesOf((store) => {
    for (let i = 1; i <= MESSAGES; i++) {
      store.append("a", bytesOf(`message ${i} ${"x".repeat(100)}`), { at: i });
    }
  });
  const disk = new BadDisk(files, { file, from: 2 * SECTOR, to: 3 * SECTOR });
  const target = new SimDisk(new Map(), "copy");
  disk.at = () => target;
  using store = await openReadOnly("s", { storage: disk, world: simWorld(2) });
  await assert.rejects(store.backup("copy", { link: false }), (error) => {
    assert.ok(error instanceof DamageError);
    const reason = "the disk failed to read it";
    assert.deepEqual(error.damages, [{ file, offset: 2 * SECTOR, bytes: SECTOR, reason }]);
    return true;
  });
});
