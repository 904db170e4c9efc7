/**
 * Compaction: what is dead goes, what is deleted stays deleted, and nothing that is seen changes.
 *
 * @module
 */

import assert from "node:assert/strict";
import { openStore } from "../../db/open.ts";
import { pickRuns } from "../../db/pick.ts";
import { SimDisk } from "./sim/disk.ts";
import { bytesOf, pictureOf } from "./sim/model.ts";
import { Session } from "./sim/session.ts";
import { verifyStore } from "../../db/verify.ts";
import { simWorld } from "./sim/world.ts";

/** All bytes on a disk as text. */
function everything(disk: SimDisk): string {
  return [...disk.contents().values()].map((bytes) => new TextDecoder("latin1").decode(bytes)).join(
    "\n",
  );
}

Deno.test("deleted, replaced and trimmed text is in no file after compaction", async () => {
  const session = new Session({ segmentBytes: 600 });
  await session.open();
  for (const word of ["trimmed", "deleted", "replaced", "stays"]) {
    session.append("a", `SECRET-${word}`);
  }
  session.put("k", "SECRET-value");
  session.put("gone", "SECRET-removed");
  await session.remove("a", 2);
  await session.edit("a", 3, "edited");
  await session.trim("a", 2);
  session.put("k", "new value");
  session.delete("gone");
  await session.compact();
  const text = everything(session.disk);
  for (const word of ["trimmed", "deleted", "replaced", "value", "removed"]) {
    assert.ok(!text.includes(`SECRET-${word}`), word);
  }
  assert.ok(text.includes("SECRET-stays"));
  await session.reopen();
  await session.check();
  await session.store().close();
});

Deno.test("a removed key stays removed while an older segment holds a value of it", async () => {
  const session = new Session({ segmentBytes: 700 });
  await session.open();
  const nextSegment = async (): Promise<void> => {
    const { length } = session.store().stat().segments;
    while (session.store().stat().segments.length === length) {
      session.append("a", "fills the segment");
      await session.settle();
    }
  };
  session.put("k", "old");
  await nextSegment();
  session.delete("k");
  for (let i = 0; i < 30; i++) session.put("dead", "x".repeat(40));
  await nextSegment();
  await session.store().compact();
  const [first, second] = session.store().stat().segments;
  assert.equal(first?.records, (first?.live ?? 0) + 1, "The oldest segment must be as it was");
  assert.equal(second?.records, second?.live, "The next one must have been compacted");
  await session.reopen();
  await session.check();
  await session.store().close();
});

Deno.test("a deleted message stays deleted while an older segment holds it", async () => {
  const session = new Session({ segmentBytes: 700 });
  await session.open();
  session.append("a", "x".repeat(300));
  session.append("a", "victim");
  session.append("a", "x".repeat(200));
  await session.settle();
  session.append("a", "begins the next segment");
  await session.remove("a", 2);
  session.append("a", "x".repeat(400));
  for (let i = 0; i < 3; i++) {
    await session.compact();
    await session.reopen();
    await session.check();
  }
  await session.store().close();
});

Deno.test("seqs are not given out again when the newest messages are deleted and compacted away", async () => {
  const session = new Session();
  await session.open();
  for (let i = 1; i <= 3; i++) session.append("a", `m${i}`);
  await session.trim("a", 100);
  await session.compact();
  await session.reopen();
  assert.equal(session.store().nextSeq("a"), 4);
  await session.store().close();
});

Deno.test("a stream that is trimmed again and again keeps one drop", async () => {
  const session = new Session({ segmentBytes: 600 });
  await session.open();
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 10; i++) session.append("a", `round ${round}, message ${i}`);
    await session.trim("a", session.model().last("a") - 2);
    await session.compact();
  }
  const { segments } = session.store().stat();
  assert.ok(segments.reduce((sum, { bytes }) => sum + bytes, 0) < 1000, JSON.stringify(segments));
  await session.reopen();
  await session.check();
  await session.store().close();
});

Deno.test("a page that is read while compaction removes its segment is read whole", async () => {
  const session = new Session({ segmentBytes: 600 });
  await session.open();
  for (let i = 1; i <= 30; i++) session.append("a", `m${i}`);
  await session.remove("a", 3);
  const page = session.store().read("a", { after: 0, limit: 100 });
  const [, entries] = await Promise.all([session.store().compact({ reach: "all" }), page]);
  assert.equal(entries.filter(({ kind }) => kind === "message").length, 29);
  await session.store().close();
});

Deno.test("compaction of a damaged segment names the damage and changes nothing", async () => {
  const session = new Session({ segmentBytes: 600 });
  await session.open();
  for (let i = 1; i <= 20; i++) session.append("a", `m${i}`);
  await session.reopen();
  await session.remove("a", 1);
  await session.store().close();
  const files = session.disk.contents();
  const segment = files.get("00000001.segment");
  assert.ok(segment !== undefined);
  segment[segment.length - 20] = (segment[segment.length - 20] ?? 0) ^ 1;
  const disk = new SimDisk(files);
  await using store = await openStore("x", {
    storage: disk,
    world: simWorld(1),
    autoCompact: false,
  });
  await assert.rejects(store.compact({ reach: "all" }), /00000001\.segment/);
  assert.ok((await disk.list()).includes("00000001.segment"));
});

Deno.test("closing stops a compaction, and the store is as it was", async () => {
  const session = new Session({ segmentBytes: 600 });
  await session.open();
  for (let i = 1; i <= 60; i++) session.append("a", `m${i}`);
  await session.trim("a", 30);
  const compaction = session.store().compact({ reach: "all", bytesPerSecond: 1 });
  const stopped = assert.rejects(compaction);
  await session.store().close();
  await stopped;
  await session.open();
  await session.check();
  await session.store().close();
});

Deno.test("pickRuns() picks what is mostly dead or many and small, and everything when asked to", () => {
  const full = { bytes: 100, records: 10, live: 10 };
  const dead = { bytes: 100, records: 10, live: 4 };
  const small = { bytes: 10, records: 1, live: 1 };
  assert.deepEqual(pickRuns([], 100, "all"), []);
  assert.deepEqual(pickRuns([full, full], 100, "worthwhile"), []);
  assert.deepEqual(pickRuns([full, full], 100, "all"), []);
  assert.deepEqual(pickRuns([full, dead, dead, full], 100, "worthwhile"), [{ from: 1, to: 3 }]);
  assert.deepEqual(pickRuns([dead, dead, dead], 100, "worthwhile"), [{ from: 0, to: 2 }, {
    from: 2,
    to: 3,
  }]);
  assert.deepEqual(pickRuns([small, small, small], 100, "worthwhile"), []);
  assert.deepEqual(pickRuns([full, small, small, small, small], 100, "worthwhile"), [{
    from: 1,
    to: 5,
  }]);
  assert.deepEqual(pickRuns([small, small, small], 100, "all"), [{ from: 0, to: 3 }]);
  assert.deepEqual(pickRuns([full, { ...full, live: 9 }, full, small, dead], 100, "dead"), [
    { from: 1, to: 2 },
    { from: 4, to: 5 },
  ]);
});

Deno.test("compaction that fails at its manifest again and again leaves one copy behind, and none when it succeeds", async () => {
  const disk = new SimDisk();
  await using store = await openStore("x", {
    storage: disk,
    world: simWorld(1),
    segmentBytes: 512,
    autoCompact: false,
  });
  for (let i = 1; i <= 40; i++) await store.append("a", bytesOf(`m${i}`), { at: i }).done;
  await store.trim("a", 30);
  const picture = await pictureOf(store);
  const segments = (): number =>
    disk.contents().keys().filter((n) => n.endsWith(".segment")).toArray().length;
  disk.fault = (call) =>
    call.kind === "write" && call.name.endsWith(".manifest")
      ? { kind: "error", code: "ENOSPC" }
      : undefined;
  await assert.rejects(store.compact({ reach: "all" }));
  const once = segments();
  for (let i = 0; i < 5; i++) await assert.rejects(store.compact({ reach: "all" }));
  assert.equal(segments(), once, "Each failure would take more space");
  disk.fault = () => undefined;
  await store.compact({ reach: "all" });
  assert.ok(segments() < once, `${segments()} segments`);
  assert.equal(await pictureOf(store), picture);
  const { segments: named } = store.stat();
  const open = 2;
  assert.ok(segments() <= named.length + open, `${segments()} files for ${named.length} segments`);
});

Deno.test("in the mode `os` a compaction that cannot sync what it makes use of changes nothing, and nothing is written any more", async () => {
  const disk = new SimDisk();
  const options = { storage: disk, world: simWorld(1), segmentBytes: 512, autoCompact: false };
  {
    await using store = await openStore("sim", { ...options, durability: "os" });
    for (let i = 1; i <= 12; i++) store.append("a", bytesOf(`m${i}`), { at: i });
    await store.compact({ reach: "all" });
    await store.trim("a", 9);
    const active = [...disk.contents().keys()].filter((name) => name.endsWith(".segment")).at(-1);
    disk.fault = ({ kind, name }) =>
      kind === "sync" && name === active ? { kind: "syncKeeps" } : undefined;
    const before = [...disk.contents().keys()].filter((name) => name.endsWith(".manifest"));
    await assert.rejects(store.compact(), { code: "failed" });
    const after = [...disk.contents().keys()].filter((name) => name.endsWith(".manifest"));
    assert.deepEqual(after, before);
    assert.throws(() => store.append("a", bytesOf("m13"), { at: 13 }), { code: "failed" });
  }
  disk.fault = () => undefined;
  await using store = await openStore("sim", { ...options, durability: "os" });
  assert.deepEqual(
    (await store.read("a", { after: 0 })).map(({ seq }) => seq),
    [9, 10, 11, 12],
  );
});

Deno.test("compaction of what is dead leaves whole segments alone and no dead body behind", async () => {
  const session = new Session({ segmentBytes: 700 });
  await session.open();
  for (let i = 1; i <= 60; i++) {
    session.append("a", `SECRET-${i}-`);
    await session.settle();
  }
  await session.edit("a", 2, "edited once");
  await session.edit("a", 2, "edited twice");
  await session.editBeside("a", 60, "the newest one", "notes");
  const { dead } = await verifyStore("sim", { storage: session.disk });
  assert.equal(dead, 3);
  const before = session.store().stat().segments;
  await session.erase();
  const after = new Set(session.store().stat().segments.map(({ file }) => file));
  for (const { file, records, live } of before) {
    assert.equal(after.has(file), records === live, `${file} with ${live} of ${records}`);
  }
  assert.ok(before.length > 5, `${before.length} segments`);
  const text = everything(session.disk);
  for (const word of ["SECRET-2-", "SECRET-60-", "once"]) {
    assert.ok(!text.includes(word), word);
  }
  assert.ok(text.includes("SECRET-3-"));
  await session.reopen();
  await session.check();
  await session.store().close();
});

Deno.test("of a batch in which one edit is of a message that is not there nothing is written", async () => {
  const session = new Session();
  await session.open();
  session.append("a", "one");
  await session.settle();
  const store = session.store();
  const edit = { kind: "edit" as const, stream: "a", at: 1000, body: bytesOf("two") };
  for (const seq of [0, 2]) {
    assert.throws(
      () =>
        store.batch([
          { kind: "append", stream: "b", body: bytesOf("beside"), at: 1000 },
          { ...edit, seq: 1 },
          { ...edit, seq },
        ]),
      { code: "not_found" },
    );
  }
  await session.check();
  assert.equal(store.nextSeq("b"), 1);
  await store.close();
});

Deno.test("a kill at any byte of an edit shows the old body or the new one, with what was written beside it", async () => {
  const session = new Session();
  await session.open();
  session.append("a", "the old words");
  await session.settle();
  const before = await pictureOf(session.store());
  const first = session.disk.contents();
  await session.editBeside("a", 1, "the new words", "notes");
  await session.settle();
  const after = await pictureOf(session.store());
  const last = session.disk.contents();
  await session.store().close();
  const name = "00000001.segment";
  const old = first.get(name) ?? new Uint8Array(0);
  const now = last.get(name) ?? new Uint8Array(0);
  const end = now.findLastIndex((byte) => byte !== 0) + 1;
  const seen = new Set<string>();
  const start = 8 * Math.ceil((old.findLastIndex((byte) => byte !== 0) + 1) / 8);
  for (let cut = start; cut <= end + 8 && cut <= now.length; cut++) {
    const files = new Map(first).set(name, now.slice(0, cut));
    await using store = await openStore("cut", {
      storage: new SimDisk(files),
      world: simWorld(2),
      autoCompact: false,
    });
    const picture = await pictureOf(store);
    assert.ok(picture === before || picture === after, `Cut at ${cut}:\n${picture}`);
    seen.add(picture);
  }
  assert.equal(seen.size, 2);
});

Deno.test("compaction of what is dead goes run by run: what was asked for meanwhile comes in between", async () => {
  const session = new Session({ segmentBytes: 700 });
  await session.open();
  for (let i = 1; i <= 60; i++) {
    session.append("a", `message ${i}`);
    await session.settle();
  }
  for (const seq of [1, 25, 45]) await session.edit("a", seq, "edited");
  session.disk.at = () => new SimDisk(new Map(), "backup");
  const order: string[] = [];
  await Promise.all([
    session.store().compact({ reach: "dead" }).then(({ runs }) => order.push(`${runs} runs`)),
    session.store().backup("backup").then(() => order.push("backup")),
  ]);
  assert.equal(order[0], "backup", order.join());
  assert.match(order[1] ?? "", /^[3-9] runs$/);
  await session.erase();
  await session.store().close();
});
