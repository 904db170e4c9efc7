/**
 * Tests that need a privilege beside a program: without it they say so and are skipped.
 *
 * @module
 */

import { testWith } from "../../skips.ts";

/** Bits of the capabilities of Linux. */
const CAP_SYS_PTRACE = 1n << 19n;
const CAP_SYS_ADMIN = 1n << 21n;

/** A test that mounts a file system. */
export function testWithMount(name: string, run: () => Promise<void>): void {
  testWith(["mount", ...may(CAP_SYS_ADMIN) ? [] : ["the privilege to mount"]], name, run);
}

/** A test that attaches `strace` to a process which is not its child. */
export function testWithStrace(name: string, run: () => Promise<void>): void {
  // Without the module Yama, a user may trace what is the user's own.
  const scope = read("/proc/sys/kernel/yama/ptrace_scope").trim();
  const allowed = may(CAP_SYS_PTRACE) || scope === "" || scope === "0";
  testWith(["strace", ...allowed ? [] : ["the privilege to trace"]], name, run);
}

function may(capability: bigint): boolean {
  const bits = read("/proc/self/status").match(/^CapEff:\s*([0-9a-f]+)$/m)?.[1] ?? "0";
  return (BigInt(`0x${bits}`) & capability) !== 0n;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    // Not Linux, or a kernel without it.
    return "";
  }
}
