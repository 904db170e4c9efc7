/**
 * What stays in the kernel after an observer: nothing, however it ended.
 *
 * @module
 */

import { assert, assertEquals } from "../../../assert.ts";
import { DEADLINE_MS } from "../../../within.ts";
import { type Claim, claims } from "../claim.ts";
import { observeApart, type World } from "../world.ts";

/** The kernel's own list of what is probed. */
function probed(): string[] {
  return Deno.readTextFileSync("/sys/kernel/debug/kprobes/list").trim().split("\n")
    .filter((line) => line !== "");
}

/** Functions with trampolines of programs. */
function trampolines(): string[] {
  return Deno.readTextFileSync("/sys/kernel/tracing/enabled_functions").trim().split("\n")
    .filter((line) => line !== "");
}

/** The kernel takes some things back a moment after the last owner has gone. */
async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!holds()) {
    assert(performance.now() < deadline, `Still there: ${probed()} ${trampolines()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function assertGoes(
  world: World,
  backend: "kprobe" | "fentry",
  end: "SIGKILL" | "SIGTERM" | undefined,
): Promise<void> {
  assertEquals([...probed(), ...trampolines()], [], "Something was there before");
  const { pid } = await world.peer("msg");
  {
    await using apart = await observeApart({ pids: [pid], backend });
    assertEquals(apart.said.start?.backend, backend, JSON.stringify(apart.said));
    const there = [...probed(), ...trampolines()].join("\n");
    for (const name of ["__sys_sendto", "tcp_recvmsg"]) assert(there.includes(name), there);
    if (end) apart.process.kill(end);
  }
  await until(() => probed().length === 0 && trampolines().length === 0);
}

/** On a kernel as it comes. */
export const leftoverClaims: readonly Claim[] = claims("plain", {
  "an observer that ends leaves no kprobe": (world) => assertGoes(world, "kprobe", undefined),
  "an observer that is killed leaves no kprobe": (world) => assertGoes(world, "kprobe", "SIGKILL"),
  "an observer that is terminated leaves no kprobe": (world) =>
    assertGoes(world, "kprobe", "SIGTERM"),
  "an observer that is killed leaves no trampoline": (world) =>
    assertGoes(world, "fentry", "SIGKILL"),
});
