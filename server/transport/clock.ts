/**
 * The clock of `performance.now()`, asked directly: the runtime's own call takes four times as long, and a server asks with
 * every message.
 *
 * @module
 */

import { bytesOf, CLOCK_MONOTONIC, type Libc } from "./libc.ts";

/** Words of a `struct timespec`: two numbers of 64 bits, of which the lower halves are all that is used here. */
const SECONDS = 0, NANOSECONDS = 2, WORDS = 4;

/** Such a clock. */
export interface MachineClock {
  /** What it shows, in ms. To be asked as long as libc is open. */
  readonly now: () => number;
  /** What `CLOCK_MONOTONIC` showed when it showed 0, in ms: what is added, whoever else of the machine looks at that one has the same. */
  readonly startMs: number;
}

/** Makes one. */
export function clockOf(libc: Libc): MachineClock {
  const words = new Uint32Array(WORDS);
  const bytes = bytesOf(words);
  const monotonicMs = (): number => {
    libc.clock_gettime(CLOCK_MONOTONIC, bytes);
    return (words[SECONDS] ?? 0) * 1e3 + (words[NANOSECONDS] ?? 0) / 1e6;
  };
  // Both count since the machine's start or the process's, and never stop: what is between them does not change.
  const startMs = monotonicMs() - performance.now();
  return { now: () => monotonicMs() - startMs, startMs };
}
