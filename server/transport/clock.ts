/**
 * The clock of `performance.now()`, asked directly: the runtime's own call takes four times as long, and a server asks with
 * every message.
 *
 * @module
 */

import { bytesOf, CLOCK_MONOTONIC, type Libc } from "./libc.ts";

/** Words of a `struct timespec`: two numbers of 64 bits, of which the lower halves are all that is used here. */
const SECONDS = 0, NANOSECONDS = 2, WORDS = 4;

/** Such a clock, in ms. To be asked as long as libc is open. */
export function clockOf(libc: Libc): () => number {
  const words = new Uint32Array(WORDS);
  const bytes = bytesOf(words);
  const monotonicMs = (): number => {
    libc.clock_gettime(CLOCK_MONOTONIC, bytes);
    return (words[SECONDS] ?? 0) * 1e3 + (words[NANOSECONDS] ?? 0) / 1e6;
  };
  // Both count since the machine's start or the process's, and never stop: what is between them does not change.
  const startMs = monotonicMs() - performance.now();
  return () => monotonicMs() - startMs;
}
