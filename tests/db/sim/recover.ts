/**
 * Opening what a crash has left, and checking it.
 *
 * @module
 */

import { openStore } from "../../../db/open.ts";
import { bytesOf, pictureOf } from "./model.ts";
import assert from "node:assert/strict";
import { crash, type Luck } from "./crash.ts";
import { SimDisk } from "./disk.ts";
import { mount } from "./mount.ts";
import type { Session } from "./session.ts";
import { simWorld } from "./world.ts";

/** Crashes a session behind the first `end` ops, opens what is left, and checks the contract. */
export async function checkCrash(session: Session, end: number, luck: Luck): Promise<void> {
  const files = crash(session.start, session.origins, session.disk.trace, end, luck);
  const disk = new SimDisk(files);
  const options = { world: simWorld(end + 7), segmentBytes: 4096, autoCompact: false };
  const first = await openStore("crashed", { ...options, storage: disk });
  const picture = await pictureOf(first);
  session.mustHold(picture, end);
  // Killed before it has written anything: what it showed must be there again, also after a power failure now.
  const again = new SimDisk(
    crash(files, new SimDisk(files).origins(), disk.trace, disk.trace.length, {
      change: () => false,
      sectors: (count) => Array(count).fill(false),
    }),
  );
  const process = mount(again);
  const second = await openStore("again", { ...options, storage: process.storage });
  assert.equal(await pictureOf(second), picture, "A second crash shows something else");
  const { seq } = second.append("after the crash", bytesOf("x"), { at: 5000 });
  assert.equal(seq, (first.stream("after the crash")?.last ?? 0) + 1);
  await second.flush();
  assert.equal(
    second.stream("after the crash")?.last,
    seq,
    "The recovered store cannot be written",
  );
  await second.close();
  await first.close();
}
