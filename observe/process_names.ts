/**
 * What processes are called, for those who watch several: read when they are first seen, and anew now and then, since a
 * process that runs another program has another name. Of one that has ended the last name is kept for as long as it is seen.
 *
 * A process that ended before anybody looked has no name.
 *
 * @module
 */

import { NAMES_KEPT, NAMES_OLD_MS } from "./limits.ts";

interface Known {
  readonly name: string | undefined;
  readonly ts: number;
}

/** What must not get into a line of a terminal or a recording. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A name without what does not print: a process can be called anything. */
export function printable(name: string): string {
  return name.replace(UNPRINTABLE, "?");
}

/** Names of processes by their numbers. */
export class ProcessNames {
  readonly #read: (pid: number) => string | undefined;
  #known = new Map<number, Known>();

  /** @param read Gives `/proc/PID/comm`. */
  constructor(read: (pid: number) => string | undefined) {
    this.#read = read;
  }

  /** The name of a process; undefined when nobody knows it. @param ts Now, in nanoseconds. */
  of(pid: number, ts: number): string | undefined {
    const known = this.#known.get(pid);
    if (known !== undefined && ts - known.ts < NAMES_OLD_MS * 1e6) return known.name;
    const read = this.#read(pid);
    const name = read === undefined ? known?.name : printable(read.replace(/\n$/, ""));
    // Those that have not been asked for in a long time go first.
    this.#known.delete(pid);
    this.#known.set(pid, { name, ts });
    if (this.#known.size > NAMES_KEPT) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    }
    return name;
  }
}
