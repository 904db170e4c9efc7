/**
 * How the end of a call is seen, and what each way misses.
 *
 * @module
 */

import { assert, assertEquals } from "../../../assert.ts";
import { type Claim, claims } from "../claim.ts";
import { talk, type Traffic } from "../peers.ts";
import { blocked, TRAFFIC } from "../world.ts";
import { assertExact } from "./functions.ts";

/** Far more than the kernel keeps places for returning calls: twice the processors, and at least ten. */
const THREADS = 40;

/** Traffic while other threads of the machine wait inside of a watched function. */
async function crowded(port: number, traffic: Traffic): Promise<void> {
  // Only now: a thread takes its place when it enters a function that is watched.
  await using _ = await blocked(THREADS);
  await talk(port, traffic);
}

/** On a kernel as it comes. */
export const exitClaims: readonly Claim[] = claims("plain", {
  "forty threads that wait in recv hide nothing from socket tracepoints": async (world) => {
    const options = { backend: "kprobe", exit: "socket" } as const;
    assertExact(await world.watch("deno", { options, how: crowded }));
  },

  "forty threads that wait in recv hide nothing from exits by fexit": async (world) => {
    const options = { backend: "kprobe", exit: "fexit" } as const;
    assertExact(await world.watch("deno", { options, how: crowded }));
  },

  "exits by fexit work with entries by fentry, and know the TCP socket of a call": async (
    world,
  ) => {
    const { port } = await world.peer("msg");
    const options = { backend: "fentry", exit: "fexit" } as const;
    const seen = await world.watch("msg", { options });
    assertExact(seen);
    assertEquals(seen.last.sockets.map((one) => one.local), [`127.0.0.1:${port}`]);
  },

  "exits by kretprobe see every byte while few threads call": async (world) => {
    const options = { backend: "kprobe", exit: "kretprobe" } as const;
    assertExact(await world.watch("deno", { options }));
  },

  "exits by kretprobe miss calls while forty threads wait in recv, and tell as many as lost":
    async (world) => {
      const options = { backend: "kprobe", exit: "kretprobe" } as const;
      const { last } = await world.watch("deno", { options, how: crowded });
      const unseen = TRAFFIC.rounds - last.recv.calls;
      assert(unseen > 0, "Nothing was missed: the claim has lost its subject");
      assert(last.lost >= unseen, `${unseen} were missed, ${last.lost} told`);
    },
});
