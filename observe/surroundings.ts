/**
 * What one can see of this machine without loading anything: capabilities, lockdown, kprobes, pid namespace.
 *
 * The reading is by the C library; what the texts mean is decided by pure functions.
 *
 * @module
 */

import type { Libbpf } from "./libbpf.ts";
import { fileIdentity, isReadable, readText } from "./system.ts";

/** What one can see. The reasons of `unavailable.ts` are taken from it. */
export interface Surroundings {
  /** Whether the effective capabilities allow loading and attaching; undefined when they cannot be read. */
  readonly capable: boolean | undefined;
  /** Whether the kernel describes its types. */
  readonly btf: boolean;
  /** `none`, `integrity` or `confidentiality`; undefined when the kernel has no lockdown or hides it. */
  readonly lockdown: string | undefined;
  /** `kernel.perf_event_paranoid`; undefined when it cannot be read. */
  readonly perfEventParanoid: number | undefined;
  /** Whether the kernel has kprobes. */
  readonly kprobes: boolean;
  /** Whether `bpf()` reaches the kernel: a seccomp filter may refuse it before. */
  readonly bpfCall: boolean;
  /** Whether capabilities are those of a user namespace, which the kernel does not take for its programs. */
  readonly inUserNamespace: boolean;
}

/** Where the kernel describes its types. */
export const BTF_PATH = "/sys/kernel/btf/vmlinux";

const EBADF = 9;
const CAP_SYS_ADMIN = 21n;
const CAP_PERFMON = 38n;
const CAP_BPF = 39n;
/** The first pid namespace has this inode on every Linux. */
const FIRST_PID_NAMESPACE = 0xeffffffcn;

/** Looks around. */
export function lookAround(library: Libbpf): Surroundings {
  return {
    capable: isCapable(readText(library, "/proc/self/status") ?? ""),
    btf: isReadable(library, BTF_PATH),
    lockdown: lockdownOf(readText(library, "/sys/kernel/security/lockdown") ?? ""),
    perfEventParanoid: numberOf(readText(library, "/proc/sys/kernel/perf_event_paranoid")),
    // The way in which perf attaches them; libbpf's older way needs kernels that have no ring buffer.
    kprobes: isReadable(library, "/sys/bus/event_source/devices/kprobe/type"),
    bpfCall: reachesKernel(library),
    inUserNamespace: isUserNamespace(readText(library, "/proc/self/uid_map") ?? ""),
  };
}

/** Whether the effective capabilities of a `/proc/PID/status` suffice; undefined when they are not in it. */
export function isCapable(status: string): boolean | undefined {
  const [, hex] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  if (hex === undefined) return undefined;
  const has = (capability: bigint) => (BigInt(`0x${hex}`) >> capability & 1n) === 1n;
  return has(CAP_SYS_ADMIN) || (has(CAP_BPF) && has(CAP_PERFMON));
}

/** Whether the numbers of users are others than outside, as in `/proc/PID/uid_map`; false when that cannot be read. */
export function isUserNamespace(uidMap: string): boolean {
  return uidMap.trim() !== "" && !/^\s*0\s+0\s+4294967295\s*$/.test(uidMap);
}

/** Asks for what cannot be there: the kernel says that the descriptor is none, and a filter says something else. */
function reachesKernel(library: Libbpf): boolean {
  const none = new Uint8Array(8);
  return library.c.bpf_map_lookup_elem(-1, none, none) === -EBADF;
}

/** The level that is chosen in `[none] integrity confidentiality`. */
export function lockdownOf(text: string): string | undefined {
  return /\[(\w+)\]/.exec(text)?.[1];
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || text.trim() === "" ? undefined : Number(text);
}

/** A pid namespace as the kernel program wants it: device and inode; both 0 for the first one. */
export interface PidNamespace {
  readonly nsDevice: number;
  readonly nsInode: number;
}

/** Our pid namespace. */
export function ownPidNamespace(library: Libbpf): PidNamespace {
  const found = fileIdentity(library, "/proc/self/ns/pid");
  if (found === undefined || found.inode === FIRST_PID_NAMESPACE) {
    return { nsDevice: 0, nsInode: 0 };
  }
  return { nsDevice: kernelDevice(found.device), nsInode: Number(found.inode) };
}

/** A device's number as the kernel has it inside, from what `stat` gives: 12 bits major, 20 bits minor. */
export function kernelDevice(device: bigint): number {
  const major = device >> 8n & 0xfffn;
  const minor = device & 0xffn | device >> 12n & 0xfff00n;
  return Number(major << 20n | minor);
}
