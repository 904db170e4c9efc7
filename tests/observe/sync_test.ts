/**
 * Syncs of files, told by the kernel to whoever asks for them.
 *
 * @module
 */

import { observe, type Sync } from "../../observe/mod.ts";
import { waysFor } from "../../observe/probes.ts";
import { decodeSync } from "../../observe/sync_event.ts";
import { assert, assertEquals } from "../assert.ts";
import { testAsRoot } from "../skips.ts";
import { Echo, toTheEnd } from "./children.ts";

/** Watches a process while some files of this one are synced three times. */
async function syncsOf(
  pid: number,
): Promise<{ readonly syncs: readonly Sync[]; readonly lost: number }> {
  const stop = new AbortController();
  const syncs: Sync[] = [];
  const path = await Deno.makeTempFile();
  try {
    await using seen = await observe({
      pids: [pid],
      signal: stop.signal,
      onSync: (sync) => syncs.push(sync),
    });
    using file = await Deno.open(path, { write: true });
    for (const sync of ["syncData", "sync", "syncData"] as const) {
      await file.write(new Uint8Array(100));
      await file[sync]();
    }
    stop.abort();
    const { end } = await toTheEnd(seen);
    assertEquals(end.last.received + end.last.lost, end.last.produced);
    return { syncs, lost: end.last.lost };
  } finally {
    await Deno.remove(path);
  }
}

testAsRoot([], "each fsync and fdatasync is told, with how long it took", async () => {
  const { syncs, lost } = await syncsOf(Deno.pid);
  assertEquals([syncs.length, lost], [3, 0]);
  for (const [place, { ts, durationNs, pid, fd, errno }] of syncs.entries()) {
    assertEquals([pid, fd, errno], [Deno.pid, syncs[0]?.fd, undefined]);
    assert(durationNs > 0);
    // One after the other, and none begins before the one before it is done.
    assert(ts - durationNs > (syncs[place - 1]?.ts ?? 0));
  }
});

testAsRoot([], "what another process syncs is not told", async () => {
  await using echo = await Echo.start();
  assertEquals((await syncsOf(echo.pid)).syncs, []);
});

Deno.test("a failed sync has its error's number", () => {
  const view = new DataView(new ArrayBuffer(40));
  view.setUint32(8, 1_000, true);
  view.setUint32(12, 1, true);
  view.setUint32(16, 7, true);
  view.setInt32(24, -5, true);
  view.setInt32(28, 9, true);
  assertEquals(decodeSync(view, 8), {
    ...{ ts: 4_294_968_296, durationNs: 7, errno: 5, fd: 9, pid: 0, tid: 0 },
  });
});

Deno.test("nobody looks at all system calls for syncs unless they are asked for", () => {
  const asked = { backend: "auto", exit: "auto", durations: false, functions: undefined } as const;
  const programs = (syncs: boolean) =>
    waysFor({ ...asked, syncs }).map(({ probes }) =>
      probes.filter(({ program }) => /^disk_/.test(program)).length
    );
  assert(programs(false).every((count) => count === 0));
  assert(programs(true).every((count) => count === 2));
});
