/**
 * What a virtual machine needs of this one: qemu, virtiofsd, a kernel, and how fast its processor can be had.
 *
 * The kernel is Debian's for clouds: everything that the rig needs is built in, so no initial ramdisk and no modules.
 * `CHAT_VMLINUZ` names it. Where `/dev/kvm` is of use it is used; that it exists says little (inside of other virtual
 * machines it may fail at the first unusual instruction), so the kernel is started for a moment, without a file system:
 * it is to panic, and soon.
 *
 * @module
 */

import { hasProgram } from "../../skips.ts";

/** Programs that must be there. */
export const QEMU = "qemu-system-x86_64";
/** Not on any PATH: Debian puts it here. */
export const VIRTIOFSD = "/usr/libexec/virtiofsd";

/** Seconds for the kernel to find that it has no file system. With a processor that works it takes one. */
const KVM_PROBE_S = 4;

/** A kernel, and qemu's options for a processor that runs it. */
export interface Machine {
  readonly kernel: string;
  readonly accelerator: readonly string[];
  /** How much longer things take than on this machine. */
  readonly slowness: number;
}

/** Why no virtual machine can be had here, if so. */
export function whyNot(): string | undefined {
  const kernel = Deno.env.get("CHAT_VMLINUZ");
  const needed = [QEMU, VIRTIOFSD, "gcc", "ip", "setpriv", "unshare", ...kernel ? [kernel] : []];
  const missing = needed.filter((program) => !hasProgram(program));
  if (Deno.build.arch !== "x86_64") return "an x86_64 machine";
  if (missing.length > 0) return missing.join(", ");
  return kernel === undefined ? "a kernel, named by CHAT_VMLINUZ" : undefined;
}

/** Finds out how to run the kernel. `CHAT_VM_ACCELERATOR` (`kvm` or `tcg`) decides instead. */
export async function machine(): Promise<Machine> {
  const kernel = Deno.env.get("CHAT_VMLINUZ") ?? "";
  // Nested virtual machines often stumble over this feature's register.
  const kvm = ["-accel", "kvm", "-cpu", "host,arch-capabilities=off"];
  const wanted = Deno.env.get("CHAT_VM_ACCELERATOR");
  const works = wanted === undefined ? await panics(kernel, kvm) : wanted === "kvm";
  if (works) return { kernel, accelerator: kvm, slowness: 1 };
  return { kernel, accelerator: ["-accel", "tcg,thread=multi", "-cpu", "max"], slowness: 5 };
}

async function panics(kernel: string, accelerator: readonly string[]): Promise<boolean> {
  if (!hasDevice("/dev/kvm")) return false;
  const { code, stdout } = await new Deno.Command("timeout", {
    args: [
      ...["--kill-after=2", String(KVM_PROBE_S), QEMU, "-M", "q35", ...accelerator],
      ...["-smp", "2", "-m", "512M", "-nodefaults", "-display", "none", "-no-reboot"],
      ...["-serial", "stdio", "-kernel", kernel, "-append", "console=ttyS0 panic=-1"],
    ],
    stdin: "null",
    stderr: "null",
  }).output();
  return code === 0 && new TextDecoder().decode(stdout).includes("Unable to mount root fs");
}

function hasDevice(path: string): boolean {
  try {
    return Deno.statSync(path).isCharDevice === true;
  } catch {
    return false;
  }
}
