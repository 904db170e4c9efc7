/**
 * How figures look where a column is narrow: never more than five characters for an amount, six for a time.
 *
 * Amounts are decimal (`12k` is 12,000), as network figures are everywhere else.
 *
 * @module
 */

const UNITS = ["", "k", "M", "G", "T", "P"] as const;
const TIMES = [["ns", 1], ["µs", 1e3], ["ms", 1e6], ["s", 1e9]] as const;

/** A number in at most five characters: `7`, `999`, `1.2k`, `12k`, `123M`; a part of one as `0.3`. */
export function amount(value: number): string {
  if (value > 0 && value < 9.95 && !Number.isInteger(value)) return value.toFixed(1);
  let scaled = value;
  let unit = 0;
  // 999.5 would be rounded to 1000.
  while (Math.round(scaled) >= 1_000 && unit < UNITS.length - 1) {
    scaled /= 1_000;
    unit++;
  }
  return `${unit > 0 && scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)}${UNITS[unit]}`;
}

/** Bytes with their unit: `7 B`, `1.2 kB`. */
export function bytes(value: number): string {
  const [, digits = "", unit = ""] = /^([\d.]+)(\D?)$/.exec(amount(value)) ?? [];
  return `${digits} ${unit}B`;
}

/** Nanoseconds with two digits at least: `250 ns`, `1.2 µs`, `12 ms`, `3.4 s`; `0 ns`. */
export function time(ns: number): string {
  const [unit, size] = TIMES.find(([, size]) => Math.round(ns / size) < 1_000) ?? ["s", 1e9];
  const scaled = ns / size;
  return `${unit !== "ns" && scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)} ${unit}`;
}

/** The same without the space, for columns and axes. */
export function shortTime(ns: number): string {
  return time(ns).replace(" ", "");
}

/** How long something has been going on: `0:07`, `12:30`, `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => `${value}`.padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A share of 1: `0.3 %`, `12 %`; what is not nothing does not look like it. */
export function share(value: number): string {
  const percent = 100 * value;
  if (percent > 0 && percent < 0.1) return "<0.1 %";
  return `${percent < 9.95 ? percent.toFixed(1) : Math.round(percent)} %`;
}
