/**
 * A full disk takes a part of a group, the part is cut off, and the sync behind that fails: the next opening reads the shorter
 * file and goes on in another segment, and then the power fails, and what was cut off is back.
 *
 * @module
 */

import { openStore } from "../../../db/open.ts";
import { verifyStore } from "../../../db/verify.ts";
import { assertEquals } from "../../assert.ts";
import { crash, type Luck } from "../../db/sim/crash.ts";
import { type Fault, SimDisk } from "../../db/sim/disk.ts";
import { pictureOf } from "../../db/sim/model.ts";
import { Session } from "../../db/sim/session.ts";
import { simWorld } from "../../db/sim/world.ts";

/** All bytes that were written are on the disk, and no file was made shorter. */
const NOTHING_CUT: Luck = {
  change: (_, count) => count > 1,
  sectors: (count) => Array<boolean>(count).fill(true),
};

for (const bytes of [100, 300, 600]) {
  Deno.test(`what was cut off and comes back after a power failure is no copy's (${bytes} bytes of the group)`, async () => {
    const session = new Session({ segmentBytes: 4_096 });
    await session.open();
    for (const text of ["one", "two"]) {
      session.append("a", text);
      await session.settle();
    }
    const faults: Fault[] = [
      { kind: "short", bytes },
      { kind: "error", code: "ENOSPC" },
      { kind: "syncKeeps" },
    ];
    session.disk.fault = ({ kind }) => {
      const [next] = faults;
      const fits = kind === (next?.kind === "syncKeeps" ? "sync" : "write");
      return fits ? faults.shift() : undefined;
    };
    for (let n = 0; n < 10; n++) session.append("a", `m${n}`.padEnd(30, "y"));
    await session.settle();
    assertEquals(faults, [], "all of it was met");
    session.disk.fault = () => undefined;
    const { length } = session.disk.trace;
    await session.killAndOpen();
    for (let end = length; end <= session.disk.trace.length; end++) {
      const files = crash(session.start, session.origins, session.disk.trace, end, NOTHING_CUT);
      assertEquals((await verifyStore("s", { storage: new SimDisk(files) })).damages, []);
      const options = { autoCompact: false, world: simWorld(4) };
      await using store = await openStore("s", { ...options, storage: new SimDisk(files) });
      session.mustHold(await pictureOf(store), end);
    }
    await session.store().close();
  });
}
