/**
 * What this process itself costs: an observer that hides that would be half honest.
 *
 * @module
 */

import process from "node:process";

/** What this process took. */
export interface OwnCpu {
  /** Milliseconds of CPU, in all its threads, its calls of the system included. */
  readonly ms: number;
  /** The same as a share of one CPU. */
  readonly share: number;
}

/** Milliseconds of CPU that this process has taken since it began, in all its threads. Needs no permission. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Measures from now on what this process takes. @returns Gives what it took so far. */
export function meterOwnCpu(): () => OwnCpu {
  const [beforeMs, sinceMs] = [ownCpuMs(), performance.now()];
  return () => {
    const ms = ownCpuMs() - beforeMs;
    return { ms, share: ms / Math.max(1, performance.now() - sinceMs) };
  };
}
