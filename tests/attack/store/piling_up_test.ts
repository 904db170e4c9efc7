/**
 * A store that cannot be opened for writing is tried again and again, as supervisors do: that must not fill its disk.
 *
 * @module
 */

import { openStore } from "../../../db/open.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { crash, EVERYTHING } from "../../db/sim/crash.ts";
import { type Call, type Fault, SimDisk } from "../../db/sim/disk.ts";
import { bytesOf, pictureOf } from "../../db/sim/model.ts";
import { mount } from "../../db/sim/mount.ts";
import { simWorld } from "../../db/sim/world.ts";

const OPTIONS = { segmentBytes: 600, autoCompact: false };

/** What a killed store leaves whose last group is not proved. */
async function killed(): Promise<{ files: Map<string, Uint8Array>; picture: string }> {
  const disk = new SimDisk();
  const process = mount(disk);
  const store = await openStore("s", { ...OPTIONS, storage: process.storage, world: simWorld(1) });
  for (let i = 1; i <= 5; i++) await store.append("a", bytesOf(`m${i}`), { at: i }).done;
  const picture = await pictureOf(store);
  process.kill();
  const { trace } = disk;
  return { files: crash(new Map(), new Map(), trace, trace.length, EVERYTHING), picture };
}

function segmentsOf(disk: SimDisk): string[] {
  return [...disk.contents().keys()].filter((name) => name.includes(".segment"));
}

/** Opens a store five times whose disk fails so, and says which segments there are then. */
async function tryAgain(
  files: Map<string, Uint8Array>,
  fault: (call: Call, disk: SimDisk) => Fault | undefined,
): Promise<SimDisk> {
  const disk = new SimDisk(files);
  disk.fault = (call) => fault(call, disk);
  for (let i = 0; i < 5; i++) {
    const { storage, kill } = mount(disk);
    await assertRejects(openStore("s", { ...OPTIONS, storage, world: simWorld(2 + i) }), Error);
    kill();
  }
  disk.fault = () => undefined;
  return disk;
}

const isManifest = ({ name }: Call): boolean => name.endsWith(".manifest");

const FAULTS: Readonly<Record<string, (call: Call, disk: SimDisk) => Fault | undefined>> = {
  "no manifest can be made": (call) =>
    call.kind === "create" && isManifest(call) ? { kind: "error", code: "EMFILE" } : undefined,
  "no manifest can be written": (call) =>
    call.kind === "write" && isManifest(call) ? { kind: "error", code: "EIO" } : undefined,
  "a manifest breaks off": (call) => {
    if (call.kind !== "write" || !isManifest(call)) return undefined;
    return call.index % 2 === 0 ? { kind: "short", bytes: 70 } : { kind: "error", code: "EIO" };
  },
  "the new segment's name cannot be made durable": ({ kind }, disk) => {
    const [, second] = segmentsOf(disk).filter((name) => !name.endsWith(".part"));
    return kind === "syncDirectory" && second !== undefined
      ? { kind: "error", code: "EIO" }
      : undefined;
  },
};

for (const [what, fault] of Object.entries(FAULTS)) {
  Deno.test(`openings that fail because ${what} leave no copy of the end behind`, async () => {
    const { files, picture } = await killed();
    const before = segmentsOf(new SimDisk(files));
    const disk = await tryAgain(files, fault);
    assertEquals(segmentsOf(disk), before);
    await using store = await openStore("s", { ...OPTIONS, storage: disk, world: simWorld(9) });
    assertEquals(await pictureOf(store), picture);
  });
}

Deno.test("a new segment stays that a manifest may name which failed only to be synced", async () => {
  const { files, picture } = await killed();
  const before = segmentsOf(new SimDisk(files)).length;
  const disk = await tryAgain(
    files,
    (call) => call.kind === "sync" && isManifest(call) ? { kind: "syncKeeps" } : undefined,
  );
  assert(segmentsOf(disk).length > before, "nobody knows whether it is needed");
  const { trace } = disk;
  for (let end = 0; end <= trace.length; end++) {
    const storage = new SimDisk(crash(files, new SimDisk(files).origins(), trace, end, EVERYTHING));
    await using store = await openStore("s", { ...OPTIONS, storage, world: simWorld(9) });
    assertEquals(await pictureOf(store), picture);
  }
});
