/**
 * What stays in the kernel after an observer: nothing, however it ended.
 *
 * @module
 */

import { assert, assertEquals } from "../../../assert.ts";
import { until } from "../../../within.ts";
import { type Claim, claims } from "../claim.ts";
import { observe } from "../../../../observe/mod.ts";
import { apart } from "../world.ts";

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

/** What was attached: kprobes and trampolines. */
function assertThere(...wanted: readonly (() => string[])[]): void {
  for (const list of wanted) {
    for (const name of ["__sys_sendto", "tcp_recvmsg"]) {
      assert(list().some((line) => line.includes(name)), `No ${name} in:\n${list().join("\n")}`);
    }
  }
}

const nothing = (): boolean => probed().length === 0 && trampolines().length === 0;

/** On a kernel as it comes. */
export const leftoverClaims: readonly Claim[] = claims("plain", {
  "an observer that ends leaves nothing in the kernel": async (world) => {
    assert(nothing(), "Something was there before");
    const { pid } = await world.peer("msg");
    {
      await using _kprobe = await observe({ pids: [pid], backend: "kprobe" });
      await using _fentry = await observe({ pids: [pid], backend: "fentry" });
      assertThere(probed, trampolines);
    }
    await until("The kernel's taking back", nothing);
  },

  "an observer that is killed leaves nothing in the kernel": async (world) => {
    for (const [backend, list] of [["kprobe", probed], ["fentry", trampolines]] as const) {
      assert(nothing(), "Something was there before");
      const { pid } = await world.peer("msg");
      await using observer = await apart();
      const said = await observer.observe({ pids: [pid], backend });
      assertEquals(said.start?.backend, backend, JSON.stringify(said));
      assertThere(list);
      observer.process.kill("SIGKILL");
      assertEquals((await observer.process.status).signal, "SIGKILL");
      await until("The kernel's taking back", nothing);
    }
  },
});
