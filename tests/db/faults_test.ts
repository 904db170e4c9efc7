/**
 * A disk that fails: each kind of failure at each call of a run, and what must hold then and after a restart.
 *
 * @module
 */

import assert from "node:assert/strict";
import { StoreError, systemCode } from "../../db/errors.ts";
import { crash, EVERYTHING, FIXED_LUCKS, NOTHING, randomLuck } from "./sim/crash.ts";
import { type Call, type Fault, SimDisk } from "./sim/disk.ts";
import { pictureOf } from "./sim/model.ts";
import { checkCrash } from "./sim/recover.ts";
import { Session } from "./sim/session.ts";
import { openStore } from "../../db/open.ts";
import { seeded, simWorld } from "./sim/world.ts";

/** A failure: which calls it can meet, and what they get. */
interface Kind {
  readonly name: string;
  readonly calls: readonly Call["kind"][];
  /** What the first of these calls meets, and the next, and so on. */
  readonly faults: readonly Fault[];
}

const FULL: Fault = { kind: "error", code: "ENOSPC" };

const KINDS: readonly Kind[] = [
  { name: "a full disk", calls: ["write"], faults: [{ kind: "error", code: "ENOSPC" }] },
  {
    name: "a disk that stays full",
    calls: ["write", "create"],
    faults: Array(20).fill({ kind: "error", code: "ENOSPC" }),
  },
  { name: "a write error", calls: ["write"], faults: [{ kind: "error", code: "EIO" }] },
  { name: "a short write", calls: ["write"], faults: [{ kind: "short", bytes: 7 }] },
  { name: "a failing sync that keeps the cache", calls: ["sync"], faults: [{ kind: "syncKeeps" }] },
  {
    name: "a failing sync that reverts the file",
    calls: ["sync"],
    faults: [{ kind: "syncReverts" }],
  },
  {
    name: "a failing sync of the directory",
    calls: ["syncDirectory"],
    faults: [{ kind: "error", code: "EIO" }],
  },
  {
    name: "a full disk in the middle of a record",
    calls: ["write"],
    faults: [{ kind: "short", bytes: 50 }, { kind: "error", code: "ENOSPC" }],
  },
  {
    name: "a disk that stays full from the middle of a group on",
    calls: ["write", "create"],
    faults: [{ kind: "short", bytes: 300 }, ...Array(20).fill(FULL)],
  },
  {
    name: "a full disk whose file cannot be cut",
    calls: ["write", "truncate"],
    faults: [{ kind: "short", bytes: 600 }, FULL, { kind: "error", code: "EIO" }],
  },
  {
    name: "a full disk and a failing sync behind the cut",
    calls: ["write", "sync"],
    faults: [{ kind: "short", bytes: 600 }, FULL, { kind: "syncKeeps" }],
  },
  {
    name: "no descriptors",
    calls: ["create", "open"],
    faults: [{ kind: "error", code: "EMFILE" }],
  },
  { name: "a failing listing", calls: ["list"], faults: [{ kind: "error", code: "EIO" }] },
  {
    name: "a failing change of a name",
    calls: ["rename"],
    faults: [{ kind: "error", code: "EIO" }],
  },
  { name: "a failing removal", calls: ["remove"], faults: [{ kind: "error", code: "EIO" }] },
];

/** Writes that go on whatever becomes of the ones before. */
async function run(session: Session): Promise<void> {
  const steps: (() => void | Promise<void>)[] = [
    () => session.append("a", "1"),
    () => session.append("b", "x".repeat(600)),
    () => session.settle(),
    () => session.batch([["a", "2"], ["c", "1"]], "k"),
    () => session.append("a", "3"),
    () => session.settle(),
    () => session.put("k", "v"),
    () => session.append("a", "x".repeat(900)),
    () => session.settle(),
    async () => void await session.store().compact({ all: true }),
    () => session.append("d", "1"),
    () => session.settle(),
    () => session.append("d", "2"),
    () => session.delete("k"),
    () => session.settle(),
  ];
  for (const step of steps) await tolerant(step);
}

/** Runs a step; a refusal by the store or the disk is an answer like any other. */
async function tolerant(step: () => void | Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof StoreError) && systemCode(error) === undefined) throw error;
  }
}

/** Runs with a fault from call number `from` on; says whether it met any. */
async function runWithFault(kind: Kind, from: number): Promise<{ session: Session; met: boolean }> {
  const session = new Session({ segmentBytes: 700 });
  await session.open();
  const start = session.disk.calls;
  let met = 0;
  session.disk.fault = (call) => {
    const due = call.index - start >= from && kind.calls.includes(call.kind);
    return due ? kind.faults[met++] : undefined;
  };
  await run(session);
  session.disk.fault = () => undefined;
  return { session, met: met > 0 };
}

for (const kind of KINDS) {
  Deno.test(`${kind.name} at any call loses nothing acknowledged, now, after a kill and after a power failure`, async () => {
    const random = seeded(42);
    for (let from = 0, missed = 0; missed < 3; from++) {
      const { session, met } = await runWithFault(kind, from);
      missed = met ? 0 : missed + 1;
      const { trace } = session.disk;
      await session.settle();
      // What is shown now is what was acknowledged; reads go on after a failure.
      session.mustHold(await pictureOf(session.store()), trace.length);
      for (const luck of [NOTHING, EVERYTHING, randomLuck(random)]) {
        const files = crash(session.start, session.origins, trace, trace.length, luck);
        await using store = await openStore("x", {
          storage: new SimDisk(files),
          world: simWorld(9),
          autoCompact: false,
        });
        session.mustHold(await pictureOf(store), trace.length);
      }
      await session.killAndOpen();
      session.append("a", "after the restart");
      await session.settle();
      await session.check();
      // What the restart has shown is promised too, even what only a cache held: it was written again.
      const files = crash(session.start, session.origins, trace, trace.length, NOTHING);
      await using store = await openStore("y", {
        storage: new SimDisk(files),
        world: simWorld(9),
        autoCompact: false,
      });
      assert.equal(await pictureOf(store), session.model().picture());
      await session.store().close();
    }
  });
}

Deno.test("a group that was rejected in the middle comes back at no later power failure", async () => {
  const session = new Session();
  await session.open();
  session.append("a", "0");
  await session.settle();
  let writes = 0;
  session.disk.fault = (call) => {
    if (call.kind !== "write") return undefined;
    writes++;
    // Three whole records of the first try arrive, of the second try one.
    return writes === 1 ? { kind: "short", bytes: 150 } : writes === 2 ? FULL : undefined;
  };
  for (const body of ["1", "2", "3", "4"]) session.append("a", body);
  await session.settle();
  const rejected = session.disk.trace.length;
  session.append("a", "5");
  await session.settle();
  await session.check();
  await session.store().close();
  for (let end = rejected; end <= session.disk.trace.length; end++) {
    for (const luck of FIXED_LUCKS) await checkCrash(session, end, luck);
  }
});

Deno.test("writing works again by itself when a full disk has space", async () => {
  const session = new Session();
  await session.open();
  session.append("a", "before");
  await session.settle();
  session.disk.fault = (call) =>
    call.kind === "write" ? { kind: "error", code: "ENOSPC" } : undefined;
  const { done } = session.store().append("a", new Uint8Array(3), { at: 1 });
  await assert.rejects(
    done,
    (error: StoreError) => error.code === "full" && error.outcome === "not_written",
  );
  assert.equal(session.store().nextSeq("a"), 2, "The seq of a rejected message is given out again");
  session.disk.fault = () => undefined;
  session.append("a", "after");
  await session.check();
  await session.store().close();
});

Deno.test("after a failed sync nothing is acknowledged and no sync is tried again, until the store is opened again", async () => {
  const session = new Session();
  await session.open();
  let syncs = 0;
  session.disk.fault = (call) => {
    if (call.kind !== "sync") return undefined;
    return ++syncs === 1 ? { kind: "syncKeeps" } : undefined;
  };
  const { done } = session.store().append("a", new Uint8Array(3), { at: 1 });
  await assert.rejects(
    done,
    (error: StoreError) => error.code === "failed" && error.outcome === "unknown",
  );
  assert.throws(() => session.store().append("a", new Uint8Array(3), { at: 1 }), StoreError);
  await session.store().close();
  assert.equal(syncs, 1);
});

Deno.test("a full disk in the middle of many groups rejects in order, and onCommit tells the same", async () => {
  const disk = new SimDisk();
  const told: string[] = [];
  const store = await openStore("x", {
    storage: disk,
    world: simWorld(1),
    onCommit: (commit) => told.push(`${commit.kind} ${commit.lsn}`),
  });
  const first = store.append("a", new Uint8Array(1), { at: 1 });
  await first.done;
  disk.fault = (call) => call.kind === "write" ? { kind: "error", code: "ENOSPC" } : undefined;
  const second = store.append("a", new Uint8Array(1), { at: 1 });
  const third = store.append("a", new Uint8Array(1), { at: 1 });
  await assert.rejects(third.done);
  await assert.rejects(second.done);
  disk.fault = () => undefined;
  const fourth = store.append("a", new Uint8Array(1), { at: 1 });
  await fourth.done;
  assert.equal(fourth.seq, second.seq);
  assert.deepEqual(told, [
    `durable ${first.lsn}`,
    `rejected ${first.lsn}`,
    `durable ${fourth.lsn}`,
  ]);
  await store.close();
});
