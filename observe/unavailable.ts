/**
 * Why an observer cannot be here: a reason for programs, and for people a sentence that says what to do.
 *
 * @module
 */

import type { Surroundings } from "./surroundings.ts";

/** Why not. */
export type UnavailableReason =
  /** libbpf is not installed. */
  | "no_library"
  /** libbpf is too old. */
  | "old_library"
  /** Deno may not open libbpf. */
  | "no_ffi_permission"
  /** The user may not load kernel programs. */
  | "no_permission"
  /** The kernel does not describe its types. */
  | "no_btf"
  /** The kernel is locked down. */
  | "lockdown"
  /** The kernel has no kprobes. */
  | "no_kprobes"
  /** The kernel is too old, or made without what is needed. */
  | "old_kernel"
  /** Not made for this processor. */
  | "no_object"
  /** A process that was to be watched does not exist. */
  | "no_process"
  /** A control group that was to be watched does not exist. */
  | "no_cgroup"
  /** None of the ways that were asked for works. */
  | "no_backend";

/** One way that was tried, and why it was refused. */
export interface Refusal {
  /** The backend and how it sees the end of a call: `kprobe, exit socket`. */
  readonly what: string;
  /** Why it was refused, as a sentence without a full stop. */
  readonly why: string;
  /** The error's number, when the kernel or libbpf gave one. */
  readonly errno?: number;
  /** What the kernel's verifier said. */
  readonly log: string;
}

/** An observer cannot be here. */
export class ObserveUnavailable extends Error {
  /** The name of the class. */
  override readonly name: string = "ObserveUnavailable";
  /** The reason for programs. */
  readonly reason: UnavailableReason;
  /** The ways that were tried. */
  readonly refusals: readonly Refusal[];

  /**
   * Makes the error.
   *
   * @param reason The reason for programs.
   * @param sentence The reason for people, with what they can do.
   * @param refusals The ways that were tried.
   * @param options The cause.
   */
  constructor(
    reason: UnavailableReason,
    sentence: string,
    refusals: readonly Refusal[] = [],
    options?: ErrorOptions,
  ) {
    super(sentence, options);
    this.reason = reason;
    this.refusals = refusals;
  }

  /** What was tried and what the verifier said, for developers. Empty when nothing was tried. */
  get details(): string {
    return this.refusals.map(({ what, why, log }) => `${what}: ${why}\n${log}`).join("\n").trim();
  }
}

const EPERM = 1;
const EACCES = 13;

/** The error for people when the user lacks capabilities. */
export function noPermission(refusals: readonly Refusal[] = []): ObserveUnavailable {
  return new ObserveUnavailable(
    "no_permission",
    "Watching a process from the kernel needs root: run it with sudo " +
      "(or give it the capabilities CAP_BPF and CAP_PERFMON)",
    refusals,
  );
}

/** The error for people when the kernel does not describe its types. */
export function noBtf(): ObserveUnavailable {
  return new ObserveUnavailable(
    "no_btf",
    "This kernel does not describe its types: /sys/kernel/btf/vmlinux is missing " +
      "(a kernel with CONFIG_DEBUG_INFO_BTF=y has it, as those of the distributions do)",
  );
}

/**
 * The error that says why no way worked, from what the single attempts met.
 *
 * @param asked What was asked for: `auto` or a backend.
 * @param refusals The attempts, in order.
 * @param here What is known of the machine.
 */
export function explainRefusals(
  asked: string,
  refusals: readonly Refusal[],
  here: Surroundings,
): ObserveUnavailable {
  const denied = refusals.filter(({ errno }) => errno === EPERM || errno === EACCES);
  if (here.lockdown === "confidentiality" && denied.length > 0) {
    return new ObserveUnavailable(
      "lockdown",
      "The kernel is locked down (confidentiality) and refuses programs that look at it: start it without " +
        "'lockdown=confidentiality', or with the level 'integrity'",
      refusals,
    );
  }
  if (here.capable === false) return noPermission(refusals);
  const forbidden = whoForbids(refusals, here);
  if (forbidden !== undefined) return new ObserveUnavailable("no_permission", forbidden, refusals);
  if (asked === "kprobe" && !here.kprobes) {
    return new ObserveUnavailable(
      "no_kprobes",
      "This kernel has no kprobes (CONFIG_KPROBES): take the backend 'tracepoint'",
      refusals,
    );
  }
  const paranoid = here.perfEventParanoid ?? 0;
  if (asked === "kprobe" && paranoid > 2 && denied.length > 0) {
    return new ObserveUnavailable(
      "no_permission",
      `The kernel lets only root attach kprobes (kernel.perf_event_paranoid is ${paranoid}): run it with sudo, ` +
        "or 'sysctl kernel.perf_event_paranoid=2'",
      refusals,
    );
  }
  const tried = refusals.map(({ what, why }) => `${what}: ${why}`).join("; ");
  const reason = refusals.every(({ errno }) => errno === undefined) ? "old_kernel" : "no_backend";
  return new ObserveUnavailable(
    reason,
    (asked === "auto"
      ? "No way to watch works on this kernel; it needs Linux 6.3, or kprobes"
      : `The backend '${asked}' does not work here`) + ` (${tried})`,
    refusals,
  );
}

/** What keeps somebody with all capabilities from it; undefined when it is something about the kernel. */
function whoForbids(refusals: readonly Refusal[], here: Surroundings): string | undefined {
  if (!here.bpfCall) {
    return "The system call bpf() is forbidden to this process, though it is root: a seccomp filter of its container or " +
      "service refuses it. Run it outside, or let the call through (systemd: SystemCallFilter=bpf)";
  }
  const tried = refusals.filter(({ errno }) => errno !== undefined);
  if (tried.length === 0 || tried.some(({ errno }) => errno !== EPERM)) return undefined;
  if (here.inUserNamespace) {
    return "This process is root in a user namespace only, as in a container without privileges, and the kernel takes " +
      "programs from the machine's own root: run it outside of the namespace";
  }
  return undefined;
}
