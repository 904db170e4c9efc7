/**
 * The first start of a store is killed before its manifest is durable, the second one goes on with it, and the power fails.
 *
 * @module
 */

import { openStore } from "../../../db/open.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { crash, type Luck, randomLuck } from "../../db/sim/crash.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { mount } from "../../db/sim/mount.ts";
import { seeded, simWorld } from "../../db/sim/world.ts";

Deno.test("a second first start makes durable what it found before it builds on it", async () => {
  const disk = new SimDisk();
  const first = mount(disk);
  disk.fault = ({ kind }) => {
    if (kind !== "sync") return undefined;
    first.kill();
    return { kind: "syncKeeps" };
  };
  await assertRejects(openStore("s", { storage: first.storage, world: simWorld(1) }), Error);
  disk.fault = () => undefined;
  assert(disk.contents().has("00000001.manifest"), "the first start had got so far");
  const second = mount(disk);
  const options = { autoCompact: false } as const;
  const store = await openStore("s", { ...options, storage: second.storage, world: simWorld(2) });
  second.kill();
  void store;
  const random = seeded(3);
  for (let end = 0; end <= disk.trace.length; end++) {
    for (let n = 0; n < 40; n++) {
      const luck: Luck = randomLuck(random);
      const files = crash(new Map(), new Map(), disk.trace, end, luck);
      const storage = new SimDisk(files);
      await using again = await openStore("s", { ...options, storage, world: simWorld(5) });
      assertEquals([...again.streams()], []);
    }
  }
});
