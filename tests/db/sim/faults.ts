/**
 * A disk that fails: which failures there are, a run that may meet them at any of its calls, and what must hold then.
 *
 * @module
 */

import assert from "node:assert/strict";
import { StoreError, systemCode } from "../../../db/errors.ts";
import { openStore } from "../../../db/open.ts";
import { crash, EVERYTHING, NOTHING, randomLuck } from "./crash.ts";
import { type Call, type Fault, SimDisk } from "./disk.ts";
import { bytesOf, pictureOf } from "./model.ts";
import { mount } from "./mount.ts";
import { Session } from "./session.ts";
import { simWorld } from "./world.ts";

/** A failure: which calls it can meet, and what they get. */
export interface FaultKind {
  readonly name: string;
  readonly calls: readonly Call["kind"][];
  /** What the first of these calls meets, and the next, and so on. */
  readonly faults: readonly Fault[];
}

/** No space is left. */
export const FULL: Fault = { kind: "error", code: "ENOSPC" };

/** All of them. */
export const FAULT_KINDS: readonly FaultKind[] = [
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
    async () => void await session.store().compact({ reach: "all" }),
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
    const refusal = error instanceof StoreError || systemCode(error) !== undefined;
    if (!refusal || error instanceof assert.AssertionError) throw error;
  }
}

/** Runs with a fault from call number `from` on; says whether it met any. */
async function runWithFault(
  kind: FaultKind,
  from: number,
): Promise<{ session: Session; met: boolean }> {
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

/**
 * Runs with a fault from call number `from` on, and checks what must hold then, after a kill and after power failures.
 *
 * @returns Whether the run met the fault: no later one does if this one has not.
 */
export async function tryFault(
  kind: FaultKind,
  from: number,
  random: () => number,
): Promise<boolean> {
  const { session, met } = await runWithFault(kind, from);
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
  return met;
}

/** What a run without any fault leaves when its process is killed, and what it shows. */
export interface Left {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly picture: string;
}

/** Runs without a fault, and kills the process. */
export async function leaveBehind(): Promise<Left> {
  const disk = new SimDisk();
  const process = mount(disk);
  const options = { segmentBytes: 700, autoCompact: false, world: simWorld(3) };
  const store = await openStore("left", { ...options, storage: process.storage });
  for (let i = 0; i < 12; i++) await store.append("a", bytesOf(`message ${i}`), { at: i }).done;
  await store.put("k", bytesOf("v")).done;
  await store.remove("a", 2);
  await store.compact({ reach: "all" });
  for (let i = 0; i < 5; i++) await store.append("b", bytesOf(`message ${i}`), { at: i }).done;
  const picture = await pictureOf(store);
  process.kill();
  return { files: disk.contents(), picture };
}

/**
 * Opens what a killed process has left, with a fault from call number `from` of the opening on, and writes if that is
 * possible; then without the fault, after a kill and after a power failure.
 *
 * @returns Whether the fault was met.
 */
export async function tryFaultAtOpening(
  kind: FaultKind,
  from: number,
  { files, picture }: Left,
): Promise<boolean> {
  const disk = new SimDisk(files);
  const process = mount(disk);
  let met = 0;
  disk.fault = (call) =>
    call.index >= from && kind.calls.includes(call.kind) ? kind.faults[met++] : undefined;
  const allowed = [picture];
  await tolerant(async () => {
    const options = { storage: process.storage, autoCompact: false, world: simWorld(4) };
    const store = await openStore("left", options);
    assert.equal(await pictureOf(store), picture, "What is opened is not what was there");
    const { done } = store.append("new", bytesOf("x"), { at: 99 });
    const more = `${picture.replace("\nk=", "\nnew 1: 1@99=x\nk=")}`;
    allowed.push(more);
    await done;
    allowed.shift();
  });
  process.kill();
  disk.fault = () => undefined;
  for (const luck of [NOTHING, EVERYTHING]) {
    const left = crash(files, new SimDisk(files).origins(), disk.trace, disk.trace.length, luck);
    await openAllowed(new SimDisk(left), allowed);
  }
  await openAllowed(disk, allowed);
  return met > 0;
}

async function openAllowed(storage: SimDisk, allowed: readonly string[]): Promise<void> {
  const options = { storage, autoCompact: false, world: simWorld(5) };
  await using store = await openStore("left", options);
  const there = await pictureOf(store);
  assert.ok(allowed.includes(there), `There is\n${there}\nand not\n${allowed.join("\nor\n")}`);
}
