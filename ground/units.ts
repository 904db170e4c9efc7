/**
 * Sizes and durations as people type and say them: `2M`, `500k`, `1.5GiB`, `4096`; `90d`, `12h`, `30m`, `45s`.
 *
 * `k`, `M`, `G` and `T` count in thousands, with an `i` in 1024s, as progress and tables show them. Pure.
 *
 * @module
 */

const SIZE = /^(?<number>\d{1,15}(?:\.\d{1,3})?)(?:(?<unit>[kmgt])(?<binary>i)?)?b?$/i;
const POWERS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

const DURATION = /^(?<number>\d{1,9})(?<unit>[smhdwy])$/i;
const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** A number of bytes, 0 or more; `undefined` when it is none, or too large to be exact. */
export function parseBytes(text: string): number | undefined {
  const groups = SIZE.exec(text.trim())?.groups;
  if (groups === undefined) return undefined;
  const power = POWERS[groups["unit"]?.toLowerCase() ?? ""] ?? 0;
  const base = groups["binary"] === undefined ? 1_000 : 1_024;
  const bytes = Math.round(Number(groups["number"]) * base ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A duration in milliseconds: a whole number and its unit; `undefined` when it is none, or too long to be exact. */
export function parseDuration(text: string): number | undefined {
  const groups = DURATION.exec(text.trim())?.groups;
  const seconds = SECONDS[groups?.["unit"]?.toLowerCase() ?? ""];
  if (groups === undefined || seconds === undefined) return undefined;
  const ms = Number(groups["number"]) * seconds * 1_000;
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** Whole days: `30d`, `4w`, `1y`, and `off` for 0; `undefined` for what is none, or no whole day. */
export function parseDays(text: string): number | undefined {
  if (text.trim().toLowerCase() === "off") return 0;
  const days = (parseDuration(text) ?? NaN) / 86_400_000;
  return Number.isInteger(days) && days > 0 ? days : undefined;
}

/** A time as people say it, rounded up: `45 seconds`, `10 minutes`, `2 days`. */
export function durationText(seconds: number): string {
  const units = [["day", 86_400], ["hour", 3_600], ["minute", 60]] as const;
  for (const [unit, length] of units) {
    if (seconds >= 2 * length) return `${Math.ceil(seconds / length)} ${unit}s`;
  }
  const whole = Math.max(1, Math.ceil(seconds));
  return whole === 1 ? "1 second" : `${whole} seconds`;
}
