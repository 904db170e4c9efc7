/**
 * How times are spread, as bars: a row for each doubling. Pure.
 *
 * @module
 */

import { share, time } from "../observe/amounts.ts";

/** Columns of the longest bar at most, and of what stands beside it. */
const BAR_COLUMNS_MAX = 40;
const BESIDE_COLUMNS = 18;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** Rows from the first that holds something to the last. @param spread Pairs of an upper bound in µs and a count. */
export function spreadRows(
  spread: readonly (readonly [upToUs: number, count: number])[],
  width: number,
): string[] {
  const columns = Math.max(1, Math.min(BAR_COLUMNS_MAX, width - BESIDE_COLUMNS));
  const first = spread.findIndex(([, count]) => count > 0);
  if (first < 0) return [];
  const last = spread.findLastIndex(([, count]) => count > 0);
  const rows = spread.slice(first, last + 1);
  const all = rows.reduce((sum, [, count]) => sum + count, 0);
  const most = Math.max(...rows.map(([, count]) => count));
  return rows.map(([upToUs, count]) =>
    `≤ ${time(upToUs * 1_000).padStart(7)}  ${bar(count / most, columns)} ${share(count / all)}`
  );
}

/** A bar in eighths of a column; what is not nothing is seen. */
function bar(part: number, columns: number): string {
  const eighths = part === 0 ? 0 : Math.max(1, Math.round(part * columns * 8));
  const text = "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
  return text.padEnd(columns);
}
