/**
 * Figures as people read them: three significant digits, a unit, no more. Pure.
 *
 * @module
 */

/** What stands where nothing is known. */
export const NOTHING = "–";

const BYTES = [" B", " kB", " MB", " GB", " TB"];
const TIMES = [" ns", " µs", " ms", " s"];
const GROUPED = new Intl.NumberFormat("en");

/** Three significant digits. */
function short(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return value >= 1 ? value.toPrecision(3) : value.toFixed(2);
}

/** The value in the unit that fits, each a thousand of the one before. */
function scaled(value: number, units: readonly string[]): string {
  let [rest, unit] = [value, 0];
  // As it will be shown: 999,999 bytes are 1.00 MB, and not 1000 kB.
  while (Number(rest.toPrecision(3)) >= 1_000 && unit < units.length - 1) {
    [rest, unit] = [rest / 1_000, unit + 1];
  }
  return `${short(rest)}${units[unit]}`;
}

/** A count: `7`, `1,234`, `12.3k`, `4.56M`. */
export function count(value: number | undefined): string {
  if (value === undefined) return NOTHING;
  if (value >= 10_000) return scaled(value, ["", "k", "M"]);
  return Number.isInteger(value) ? GROUPED.format(value) : short(value);
}

/** A count and what it counts: `1 call`, `2 calls`. */
export function plural(value: number | undefined, one: string): string {
  return `${count(value)} ${value === 1 ? one : `${one}s`}`;
}

/** Bytes: `512 B`, `1.50 kB`. */
export function bytes(value: number | undefined): string {
  return value === undefined ? NOTHING : scaled(value, BYTES);
}

/** Bytes a second. */
export function rate(value: number | undefined): string {
  return value === undefined ? NOTHING : `${bytes(value)}/s`;
}

/** A duration in nanoseconds: `850 ns`, `12.3 µs`, `4.56 ms`, `1.20 s`. */
export function duration(ns: number | undefined): string {
  return ns === undefined || !Number.isFinite(ns) ? NOTHING : scaled(Math.round(ns), TIMES);
}

/** A duration in milliseconds. */
export function milliseconds(ms: number | undefined): string {
  return duration(ms === undefined ? undefined : ms * 1e6);
}

/** A part of one, in per cent: `0.42 %`. */
export function percent(part: number | undefined): string {
  return part === undefined ? NOTHING : `${short(part * 100)} %`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** A time of day: `14:03`, or `14:03:27`. */
export function clock(ms: number, seconds = false): string {
  const date = new Date(ms);
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return seconds ? `${minutes}:${two(date.getSeconds())}` : minutes;
}

const WEEKDAY = new Intl.DateTimeFormat("en", { weekday: "long" });
const MONTH = new Intl.DateTimeFormat("en", { month: "long" });

/** A date: `Tuesday, 24 November`. */
export function day(ms: number): string {
  return `${WEEKDAY.format(ms)}, ${new Date(ms).getDate()} ${MONTH.format(ms)}`;
}

/** How long ago: `now`, `42 s ago`, `3 min 5 s ago`. */
export function ago(ms: number): string {
  return Math.round(ms / 1_000) <= 0 ? "now" : `${span(ms)} ago`;
}

/** A time in whole seconds: `42 s`, `3 min 5 s`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} min${rest === 0 ? "" : ` ${rest} s`}`;
}
