/**
 * How many connections this process can hold: from its own limit of file descriptors, with a reserve.
 *
 * Deno does not survive running out of descriptors, so the server must stop before. Pure: the text of
 * `/proc/self/limits` is an argument.
 *
 * @module
 */

import { CONNECTIONS_DEFAULT_MAX, DESCRIPTORS_RESERVED } from "./limits.ts";

/**
 * The number of connections that fit.
 *
 * @param limits The text of `/proc/self/limits`, or `undefined` where there is none.
 * @returns At least 1.
 */
export function connectionsThatFit(limits: string | undefined): number {
  const soft = limits?.match(/^Max open files\s+(\d+)/m)?.[1];
  if (soft === undefined) return CONNECTIONS_DEFAULT_MAX;
  const fit = Number(soft) - DESCRIPTORS_RESERVED;
  return Math.max(1, Math.min(CONNECTIONS_DEFAULT_MAX, fit));
}
