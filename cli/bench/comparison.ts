/**
 * A result beside an earlier one: for each figure both, and how they stand to each other. Pure.
 *
 * @module
 */

import { time } from "../observe/amounts.ts";
import type { Report } from "./report.ts";
import { asked, whole } from "./report_text.ts";

const FIGURES: readonly (readonly [
  name: string,
  of: (report: Report) => number | undefined,
  show: (value: number) => string,
])[] = [
  ["deliveries/s", (report) => report.deliveriesPerS, whole],
  ["p50", (report) => report.latencyUs.p50, showUs],
  ["p99", (report) => report.latencyUs.p99, showUs],
  ["p99.9", (report) => report.latencyUs.p999, showUs],
  ["max", (report) => report.latencyUs.max, showUs],
  ["login, ms", (report) => report.loginMs, whole],
  ["server's cores", (report) => report.server?.cores, (value) => value.toFixed(2)],
  ["server's peak, MB", (report) => mega(report.server?.peakBytes), whole],
];

/** Rows of figures, then and now. */
export function comparisonText(then: Report, now: Report): string {
  const rows = FIGURES.flatMap(([name, of, show]) => {
    const [before, after] = [of(then), of(now)];
    if (before === undefined || after === undefined) return [];
    const ratio = before > 0 ? (after / before).toFixed(2) : "";
    return [[name, show(before), show(after), ratio]];
  });
  const table = [["", "then", "now", "now/then"], ...rows];
  const widths = [0, 1, 2, 3].map((at) =>
    Math.max(...table.map((cells) => cells[at]?.length ?? 0))
  );
  const text = table.map((cells) =>
    cells.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)
    ).join("  ").trimEnd()
  );
  const other = asked(then) === asked(now)
    ? []
    : [`The earlier one was asked for something else: ${asked(then)}`];
  return ["", ...text, "", `then: ${then.at}`, ...other, ""].join("\n");
}

function showUs(us: number): string {
  return time(us * 1_000);
}

function mega(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 1e6;
}
