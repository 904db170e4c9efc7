/**
 * Whom an observation is of: named processes, all that are called so, all below a control group, or everybody.
 *
 * | whom        | who joins later                        | when it ends by itself                 |
 * | ----------- | -------------------------------------- | -------------------------------------- |
 * | `processes` | their children, if these are wanted    | when all that were named have ended    |
 * | `comm`      | whoever is called so then              | never: it waits for others             |
 * | `cgroup`    | whoever is in there then               | never                                  |
 * | `all`       | everybody                              | never                                  |
 *
 * One of the four, and children with named processes only: the others have theirs anyway where they belong to them. Pure.
 *
 * @module
 */

import { CGROUPS_MAX, PIDS_MAX } from "./limits.ts";

/** Whom an observation is of. */
export type Whom =
  /** These processes, and their children if these are wanted. */
  | { readonly kind: "processes"; readonly pids: readonly number[]; readonly children: boolean }
  /** All processes that are called so; of a longer name the kernel knows the first 15 bytes. */
  | { readonly kind: "comm"; readonly comm: string }
  /** All processes below these control groups. */
  | { readonly kind: "cgroup"; readonly cgroups: readonly string[] }
  /** All processes, except the observer. */
  | { readonly kind: "all" };

/** Whom to watch, as it can be asked for. */
export interface AskedWhom {
  readonly pids?: readonly number[];
  readonly children?: boolean;
  readonly comm?: string;
  readonly cgroups?: readonly string[];
  readonly all?: boolean;
}

/** Largest process number of Linux. */
const PID_MAX = 4_194_304;

/**
 * Settles whom to watch.
 *
 * @throws {RangeError} When it is nobody, more than one of the four, or too many.
 */
export function settleWhom(asked: AskedWhom): Whom {
  const { children = false, comm, cgroups, all = false } = asked;
  const kinds = [asked.pids !== undefined, comm !== undefined, cgroups !== undefined, all];
  if (kinds.filter(Boolean).length > 1) {
    throw new RangeError(
      "Whom to watch is said in one way: by numbers, by a name, by control groups, or all",
    );
  }
  if (children && asked.pids === undefined) {
    throw new RangeError("Children are watched of processes that are named by their numbers");
  }
  if (all) return { kind: "all" };
  if (comm !== undefined) return { kind: "comm", comm: checkedName(comm) };
  if (cgroups !== undefined) return { kind: "cgroup", cgroups: checkedGroups(cgroups) };
  return { kind: "processes", pids: checkedPids(asked.pids ?? []), children };
}

function checkedPids(asked: readonly number[]): readonly number[] {
  const pids = [...new Set(asked)];
  if (pids.length === 0) throw new RangeError("Which process is to be watched?");
  if (pids.length > PIDS_MAX) {
    throw new RangeError(
      `At most ${PIDS_MAX} processes can be watched at once, not ${pids.length}`,
    );
  }
  for (const pid of pids) {
    if (!Number.isInteger(pid) || pid < 1 || pid > PID_MAX) {
      throw new RangeError(`${pid} is not the number of a process`);
    }
  }
  return pids;
}

function checkedName(comm: string): string {
  if (comm === "" || /\p{Cc}/u.test(comm)) {
    throw new RangeError("The name of a program is one line and not empty");
  }
  return comm;
}

function checkedGroups(asked: readonly string[]): readonly string[] {
  const cgroups = [...new Set(asked)];
  if (cgroups.length === 0) throw new RangeError("Which control group is to be watched?");
  if (cgroups.length > CGROUPS_MAX) {
    throw new RangeError(
      `At most ${CGROUPS_MAX} control groups can be watched at once, not ${cgroups.length}`,
    );
  }
  for (const name of cgroups) {
    if (name === "" || /\p{Cc}/u.test(name) || name.split("/").includes("..")) {
      throw new RangeError(
        "A control group is a path such as /system.slice/chat.service, or a unit such as chat.service",
      );
    }
  }
  return cgroups;
}

/** Whom, in words: `process 4711`, `all processes`. */
export function whomText(whom: Whom): string {
  switch (whom.kind) {
    case "processes": {
      const { pids, children } = whom;
      const what = `${pids.length === 1 ? "process" : "processes"} ${pids.join(", ")}`;
      return children ? `${what} and ${pids.length === 1 ? "its" : "their"} children` : what;
    }
    case "comm":
      return `all processes that are called ${whom.comm}`;
    case "cgroup":
      return `all processes in ${whom.cgroups.join(", ")}`;
    case "all":
      return "all processes";
    default:
      return whom satisfies never;
  }
}

/** Whether more than one process may be told of, so that each needs a name. */
export function areSeveral(whom: Whom): boolean {
  return whom.kind !== "processes" || whom.children || whom.pids.length > 1;
}
