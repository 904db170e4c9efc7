/**
 * Whom is watched, where functions of the kernel are probed.
 *
 * @module
 */

import { assert, assertEquals } from "../../../assert.ts";
import { observe } from "../../../../observe/mod.ts";
import { type Claim, claims } from "../claim.ts";
import { talk } from "../peers.ts";
import { TRAFFIC } from "../world.ts";

/** On a kernel as it comes. */
export const whoseClaims: readonly Claim[] = claims("plain", {
  "children of a watched process are seen through kprobes, and others are not": async (world) => {
    const { pid, port } = await world.peer("deno");
    const stranger = await world.peer("msg");
    // The server is a child of this process.
    const enough = new AbortController();
    await using seen = await observe({
      pids: [Deno.pid],
      children: true,
      backend: "kprobe",
      intervalMs: 50,
      signal: enough.signal,
    });
    assert(seen.start.probes.includes("sched_process_fork"));
    await talk(port, TRAFFIC);
    enough.abort();
    for await (const _ of seen);
    const ours = seen.snapshot().sockets.filter((one) => one.pid === pid);
    assertEquals(ours.map(({ recv }) => recv.bytes), [TRAFFIC.rounds * TRAFFIC.bytes]);
    assertEquals(seen.snapshot().sockets.some((one) => one.pid === stranger.pid), false);
  },
});
