/**
 * A disk that fails: each kind of failure at each call of a run, and what must hold then and after a restart.
 *
 * @module
 */

import assert from "node:assert/strict";
import { StoreError } from "../../db/errors.ts";
import { FIXED_LUCKS } from "./sim/crash.ts";
import { FAULT_KINDS, FULL, leaveBehind, tryFault, tryFaultAtOpening } from "./sim/faults.ts";
import { SimDisk } from "./sim/disk.ts";
import { checkCrash } from "./sim/recover.ts";
import { Session } from "./sim/session.ts";
import { openStore } from "../../db/open.ts";
import { seeded, simWorld } from "./sim/world.ts";

for (const kind of FAULT_KINDS) {
  Deno.test(`${kind.name} at any call loses nothing acknowledged, now, after a kill and after a power failure`, async () => {
    const random = seeded(42);
    for (let from = 0, missed = 0; missed < 3; from++) {
      missed = await tryFault(kind, from, random) ? 0 : missed + 1;
    }
  });
}

for (const kind of FAULT_KINDS) {
  Deno.test(`${kind.name} at any call of opening loses nothing, then and without it`, async () => {
    const left = await leaveBehind();
    for (let from = 0; await tryFaultAtOpening(kind, from, left); from++);
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

Deno.test("a last sync that fails lets go of the lock, also where only the system's cache was promised", async () => {
  for (const durability of ["os", "durable"] as const) {
    const disk = new SimDisk();
    const troubles: unknown[] = [];
    const store = await openStore("x", {
      storage: disk,
      world: simWorld(1),
      durability,
      onTrouble: (error) => troubles.push(error),
    });
    await store.append("a", new Uint8Array(1), { at: 1 }).done;
    disk.fault = (call) => call.kind === "sync" ? { kind: "syncKeeps" } : undefined;
    await store.close();
    disk.fault = () => undefined;
    assert.ok(troubles.length > 0, "It is told");
    await using again = await openStore("x", { storage: disk, world: simWorld(2) });
    assert.equal(again.stream("a")?.last, 1);
  }
});
