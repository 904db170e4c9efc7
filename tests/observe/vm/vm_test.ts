/**
 * Claims on the observer that need a kernel with kprobes: they run in a virtual machine, one boot for many.
 *
 * Slow, and of use to who changes the observer: `CHAT_VM=1 CHAT_VMLINUZ=… deno task test` runs them, too; `.ci/run`
 * does it as a suite of its own, and leaves them out of the other (`CHAT_VM=0`). The boot happens inside of the first
 * test that needs it, and nothing of it outlives that test.
 *
 * @module
 */

import { fail } from "../../assert.ts";
import type { BootKind } from "./claim.ts";
import { CLAIMS } from "./claims.ts";
import { type Machine, machine, whyNot } from "./machine.ts";
import { type Boot, boot } from "./vm.ts";

const KERNEL_OPTIONS: Readonly<Record<BootKind, string>> = {
  plain: "",
  waiting: "",
  "waiting-typed": "",
  integrity: "lockdown=integrity",
  confidentiality: "lockdown=confidentiality",
};

const boots = new Map<BootKind, Promise<Boot>>();
let known: Promise<Machine> | undefined;

/** Boots once per kind. */
function booted(kind: BootKind): Promise<Boot> {
  const there = boots.get(kind) ?? start(kind);
  boots.set(kind, there);
  return there;
}

async function start(kind: BootKind): Promise<Boot> {
  // Not in /tmp by another name: the guest sees this folder under the name that it has here.
  const folder = await Deno.makeTempDir({ prefix: "chat-vm-" });
  try {
    await Deno.chmod(folder, 0o755);
    await compile(folder);
    const append = `CHAT_BOOT=${kind} ${KERNEL_OPTIONS[kind]}`;
    return await boot({ machine: await (known ??= machine()), folder, append });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function compile(folder: string): Promise<void> {
  const source = new URL("peer.c", import.meta.url).pathname;
  const { success, stderr } = await new Deno.Command("gcc", {
    args: ["-O2", "-Wall", "-Wextra", "-pthread", "-o", `${folder}/peer`, source],
  }).output();
  if (!success) fail(new TextDecoder().decode(stderr));
}

const asked = Deno.env.get("CHAT_VM");
const strict = asked === "1" || Deno.env.get("CHAT_NO_SKIPS") === "1";
const reason = whyNot();

for (const { name, boot: kind } of asked === "0" ? [] : CLAIMS) {
  if (!strict) {
    const needs = reason ?? "CHAT_VM=1, since it takes minutes";
    Deno.test.ignore(`${name} (skipped: needs ${needs})`, () => {});
    continue;
  }
  Deno.test(name, async () => {
    if (reason !== undefined) fail(`Needs ${reason}`);
    const { reports, trouble } = await booted(kind);
    const report = reports.find((report) => report.name === name);
    if (report === undefined) fail(trouble ?? "The virtual machine said nothing of it");
    if (report.error !== undefined) fail(report.error);
  });
}
