/**
 * The epoll sets of this process that are not ours: the runtime's.
 *
 * They are only hints, to end a nap for: one that is missing makes a nap a little longer, one too many a little shorter.
 *
 * @module
 */

import type { Libc } from "./libc.ts";

/** The runtime opens its own first: they are among these. */
const DESCRIPTORS_SEEN = 64;
/** Sets that are watched at most: what a nap costs grows with them. */
const SETS_MAX = 2;

/** Their descriptors; `ours` is none of them. */
export function runtimeSets(libc: Libc, ours: number): number[] {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const target = new Uint8Array(64);
  const sets: number[] = [];
  for (let fd = 3; fd < DESCRIPTORS_SEEN && sets.length < SETS_MAX; fd++) {
    if (fd === ours) continue;
    const path = encoder.encode(`/proc/self/fd/${fd}\0`);
    const count = libc.readlink(path, target, target.length);
    const link = decoder.decode(target.subarray(0, Math.max(0, count)));
    if (link === "anon_inode:[eventpoll]") sets.push(fd);
  }
  return sets;
}
