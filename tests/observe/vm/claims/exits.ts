/**
 * How the end of a call is seen, and what each way misses.
 *
 * @module
 */

import { assert, assertEquals } from "../../../assert.ts";
import { type Claim, claims } from "../claim.ts";
import { blocked, type Seen, TRAFFIC, type World } from "../world.ts";
import { assertExact } from "./functions.ts";

/** Far more than the kernel keeps places for returning calls: twice the processors, and at least ten. */
const THREADS = 40;

type Exit = "socket" | "fexit" | "kretprobe";

/** Observes while other threads of the machine wait inside of a watched function. */
function watchCrowded(world: World, exit: Exit): Promise<Seen> {
  return world.watch("deno", {
    options: { backend: "kprobe", exit },
    how: async (port, traffic) => {
      // Only now: a thread takes its place when it enters a function that is watched.
      await using _ = await blocked(THREADS);
      const { talk } = await import("../peers.ts");
      await talk(port, traffic);
    },
  });
}

async function assertAllSeen(world: World, exit: Exit): Promise<void> {
  const seen = await world.watch("deno", { options: { backend: "kprobe", exit } });
  assertEquals(seen.start.backend, "kprobe");
  assertExact(seen);
}

/** On a kernel as it comes. */
export const exitClaims: readonly Claim[] = claims("plain", {
  "exits by socket tracepoints see every byte": (world) => assertAllSeen(world, "socket"),
  "exits by fexit see every byte": (world) => assertAllSeen(world, "fexit"),
  "exits by kretprobe see every byte while few threads call": (world) =>
    assertAllSeen(world, "kretprobe"),

  "exits by fexit work with entries by fentry": async (world) => {
    assertExact(await world.watch("deno", { options: { backend: "fentry", exit: "fexit" } }));
  },

  "exits by fexit and kretprobe know the TCP socket of a call": async (world) => {
    const { port } = await world.peer("msg");
    for (const exit of ["fexit", "kretprobe"] as const) {
      const seen = await world.watch("msg", { options: { backend: "kprobe", exit } });
      assertExact(seen);
      assertEquals(seen.last.sockets.map((one) => one.local), [`127.0.0.1:${port}`], exit);
    }
  },

  "forty threads that wait in recv hide nothing from socket tracepoints": async (world) =>
    assertExact(await watchCrowded(world, "socket")),
  "forty threads that wait in recv hide nothing from fexit": async (world) =>
    assertExact(await watchCrowded(world, "fexit")),

  "forty threads that wait in recv hide calls from kretprobes, and as many are told as lost":
    async (
      world,
    ) => {
      const { last } = await watchCrowded(world, "kretprobe");
      const unseen = TRAFFIC.rounds - last.recv.calls;
      assert(unseen > 0, "Nothing was missed: the claim has lost its subject");
      assert(last.lost >= unseen, `${unseen} were missed, ${last.lost} told`);
    },
});
