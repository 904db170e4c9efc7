/**
 * Tells the kernel program whom to watch, when it is there already and counts nothing yet.
 *
 * The order makes that no process is missed and none is taken for another one: the program that sees processes end is at work
 * before the first number is put in. So a number that is put in leaves as soon as its process ends; and one whose process had ended
 * before is found out by asking afterwards, and is taken out again.
 *
 * @module
 */

import type { Cgroups } from "./cgroups.ts";
import { SystemError } from "./errno.ts";
import { eachDescendant, relative } from "./family.ts";
import type { KernelObject } from "./kernel_object.ts";
import type { Fd, Libbpf } from "./libbpf.ts";
import type { Processes } from "./processes.ts";
import type { Whom } from "./whom.ts";

/** Who can be watched. */
export interface Candidates {
  readonly whom: Whom;
  /** Those that are named by their numbers. */
  readonly processes: Processes;
  readonly cgroups: Cgroups;
}

/** The tables of the kernel program in which stands who is watched. */
export class Watched {
  readonly #library: Libbpf;
  readonly #leftOut: Fd;

  /**
   * Fills the tables.
   *
   * @throws {SystemError} When the kernel does not take them.
   */
  constructor(library: Libbpf, object: KernelObject, { whom, processes, cgroups }: Candidates) {
    this.#library = library;
    this.#leftOut = object.map("left_out");
    const groups = object.map("cgroups");
    cgroups.fds.forEach((fd, place) => put(library, groups, place, fd));
    if (whom.kind !== "processes") return;
    const watched = object.map("watched");
    for (const pid of whom.pids) put(library, watched, pid, 0);
    for (const pid of processes.ended()) remove(library, watched, pid);
    if (!whom.children) return;
    eachDescendant(library, whom.pids, ({ pid, began }) => {
      put(library, watched, pid, 0);
      if (relative(library, pid)?.began !== began) remove(library, watched, pid);
    });
  }

  /** Children that are not watched, because the table had no room for them. */
  leftOut(): number {
    const count = new Uint8Array(8);
    this.#library.c.bpf_map_lookup_elem(this.#leftOut, new Uint8Array(4), count);
    return Number(new DataView(count.buffer).getBigUint64(0, true));
  }
}

function put(library: Libbpf, map: Fd, key: number, value: number): void {
  const result = library.c.bpf_map_update_elem(map, u32(key), u32(value), 0n);
  if (result < 0) throw new SystemError("The kernel cannot be told whom to watch", -result);
}

function remove(library: Libbpf, map: Fd, key: number): void {
  library.c.bpf_map_delete_elem(map, u32(key));
}

function u32(number: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number, true);
  return bytes;
}
