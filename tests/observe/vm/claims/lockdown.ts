/**
 * Kernels that are locked down, to the two levels that there are.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { ObserveUnavailable } from "../../../../observe/mod.ts";
import { type BootKind, type Claim, claims } from "../claim.ts";
import type { World } from "../world.ts";
import { assertExact } from "./functions.ts";

function assertLocked(level: BootKind): void {
  const said = Deno.readTextFileSync("/sys/kernel/security/lockdown");
  assert(said.includes(`[${level}]`), `The kernel is not locked down to '${level}': ${said}`);
}

async function assertWorks(
  world: World,
  asked: "kprobe" | "fentry" | "tracepoint" | "auto",
  gets: string,
): Promise<void> {
  const seen = await world.watch("msg", { options: { backend: asked } });
  assertEquals(seen.start.backend, gets);
  assertExact(seen);
}

/** Both levels. */
export const lockdownClaims: readonly Claim[] = [
  ...claims("integrity", {
    "under lockdown=integrity kprobes work": async (world) => {
      assertLocked("integrity");
      await assertWorks(world, "auto", "kprobe");
    },
    "under lockdown=integrity tracepoints work": (world) =>
      assertWorks(world, "tracepoint", "tracepoint"),
  }),
  ...claims("confidentiality", {
    "under lockdown=confidentiality the observer takes what is left": async (world) => {
      assertLocked("confidentiality");
      await assertWorks(world, "auto", "fentry");
    },
    "under lockdown=confidentiality fentry works with socket tracepoints": (world) =>
      assertWorks(world, "fentry", "fentry"),
    "under lockdown=confidentiality kprobes are refused with the reason": async (world) => {
      const refused = await assertRejects(
        world.watch("msg", { options: { backend: "kprobe" } }),
        ObserveUnavailable,
      );
      assertEquals(refused.reason, "lockdown");
      assert(refused.message.includes("lockdown=confidentiality"), refused.message);
    },
  }),
];
