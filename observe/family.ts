/**
 * The children of processes, and theirs, as the machine has them at the moment.
 *
 * Who is born while one looks is not found for certain. So the kernel program that follows births is at work before, and a look is
 * repeated until it finds nobody new. A number may also be given to another process between the look and its use: whoever
 * uses it asks once more, by the moment at which the process began.
 *
 * @module
 */

import { FAMILY_LOOKS_MAX } from "./limits.ts";
import type { Libbpf } from "./libbpf.ts";
import { namesIn, readText } from "./system.ts";

/** A process as `/proc/PID/stat` has it. */
export interface Relative {
  readonly pid: number;
  readonly parent: number;
  /** When it began, in ticks since the machine's start. */
  readonly began: string;
}

/** Reads `/proc/PID/stat`; undefined when it says something else. Pure. */
export function parseStat(text: string): Relative | undefined {
  // Behind the name, which may contain anything.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [pid, parent, began] = [Number.parseInt(text), Number(fields[1]), fields[19]];
  return pid > 0 && parent >= 0 && began !== undefined ? { pid, parent, began } : undefined;
}

/** All that descend from those, without them. Pure. */
export function descendants(
  all: readonly Relative[],
  from: readonly number[],
): readonly Relative[] {
  const known = new Set(from);
  const found: Relative[] = [];
  for (let before = -1; before !== found.length;) {
    before = found.length;
    for (const one of all) {
      if (known.has(one.pid) || !known.has(one.parent)) continue;
      known.add(one.pid);
      found.push(one);
    }
  }
  return found;
}

/** One process as it is now; undefined when there is none of that number. */
export function relative(library: Libbpf, pid: number): Relative | undefined {
  const text = readText(library, `/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

/**
 * Finds all descendants.
 *
 * @param take Gets each of them once.
 */
export function eachDescendant(
  library: Libbpf,
  from: readonly number[],
  take: (relative: Relative) => void,
): void {
  const taken = new Set<string>();
  for (let look = 0; look < FAMILY_LOOKS_MAX; look++) {
    const all = namesIn(library, "/proc").filter((name) => /^\d+$/.test(name))
      .flatMap((name) => relative(library, Number(name)) ?? []);
    const fresh = descendants(all, from).filter(({ pid, began }) => !taken.has(`${pid} ${began}`));
    if (fresh.length === 0) return;
    for (const one of fresh) {
      taken.add(`${one.pid} ${one.began}`);
      take(one);
    }
  }
}
