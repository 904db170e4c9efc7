/**
 * Segments of a store and of its backup, which both went on, put into one directory.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DamageError } from "../../../db/errors.ts";
import { openStore } from "../../../db/open.ts";
import { verifyStore } from "../../../db/verify.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { bytesOf } from "../../db/sim/model.ts";
import { mount } from "../../db/sim/mount.ts";
import { simWorld } from "../../db/sim/world.ts";

/** What is on the disk when a store that began with these files was killed behind some messages. */
async function branch(files: Map<string, Uint8Array>, who: string, seed: number) {
  const disk = new SimDisk(files);
  const process = mount(disk);
  const store = await openStore("s", {
    autoCompact: false,
    storage: process.storage,
    world: simWorld(seed),
  });
  for (let i = 0; i < 9; i++) await store.append("a", bytesOf(`${who} ${i}`), { at: i }).done;
  process.kill();
  return disk.contents();
}

Deno.test("segments of two branches of one store are damage, not one log", async () => {
  const base = await branch(new Map(), "both", 1);
  const one = await branch(await branch(base, "one", 2), "one again", 3);
  const two = await branch(base, "two", 4);
  const segments = [...one].filter(([name]) => name.endsWith(".segment"));
  const disk = new SimDisk(new Map([...segments, ...two]));
  const { damages } = await verifyStore("s", { storage: disk });
  assert.match(damages[0]?.reason ?? "", /another one there/);
  await assert.rejects(openStore("s", { storage: disk, world: simWorld(5) }), DamageError);
});
