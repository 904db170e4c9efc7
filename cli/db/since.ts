/**
 * Reads a point in time as people write it: a date, a date and a time, or an age.
 *
 * ```text
 *   2026-11-24            midnight there, local time
 *   2026-11-24T12:30      local time; with Z or +02:00 that zone's
 *   90s  15m  12h  7d     so long ago
 * ```
 *
 * @module
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const AGE = /^(\d{1,9})([smhd])$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;

/** Milliseconds since 1970 of what was typed. */
export function pointInTime(text: string, now: number): number {
  const [, count, unit] = AGE.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) {
    return Math.max(0, now - Number(count) * (UNIT_MS[unit] ?? 0));
  }
  // A date alone would be read as midnight in UTC.
  const at = DATE.test(text)
    ? Date.parse(`${text}T00:00`)
    : TIME.test(text)
    ? Date.parse(text)
    : NaN;
  if (Number.isNaN(at)) {
    throw new InvalidArgumentError("A time looks like 2026-11-24, 2026-11-24T12:30 or 12h.");
  }
  return Math.max(0, at);
}
