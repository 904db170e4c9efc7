/**
 * How long to wait before connecting again, exponential, with jitter; and after what another try is of no use.
 *
 * The jitter spreads a crowd that lost the same server at the same moment, so that it does not come
 * back at the same moment. Pure: chance is an argument.
 *
 * @module
 */

import { HOLD_MS_MAX, HOLD_MS_MIN } from "./limits.ts";

/** The first wait, in milliseconds: a restarting server is often back within it. */
export const RETRY_FIRST_MS = 200;
/** The longest wait, in milliseconds: a person who looks up sees a try within it. */
export const RETRY_LONGEST_MS = 15_000;

/**
 * The wait before the next try.
 *
 * @param failures How many tries failed since the connection was lost, from 1.
 * @param random A number from 0 (inclusive) to 1 (exclusive).
 * @returns Milliseconds: between half and the whole of 200 · 2^(failures−1), at most 15,000.
 */
export function retryDelayMs(failures: number, random: number): number {
  const whole = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** Math.min(failures - 1, 20));
  return Math.round(whole / 2 + random * whole / 2);
}

/** How long to wait when the server said `ms`: a server may say anything. */
export function holdMs(ms: number): number {
  return Math.min(Math.max(ms, HOLD_MS_MIN), HOLD_MS_MAX);
}

/** Refusals that another try with the same words cannot change. */
export const FINAL_CODES: ReadonlySet<string> = new Set([
  "bad_name",
  "auth_failed",
  "invalid",
  "forbidden",
  "banned",
]);
