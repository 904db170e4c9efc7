/**
 * What this process itself costs: an observer that hides that would be half honest.
 *
 * @module
 */

import process from "node:process";

/** Milliseconds of CPU that this process has taken since it began, in all its threads. Needs no permission. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
