/**
 * How long messages took over the time of a run, drawn in blocks: for each interval half of its messages below the full
 * blocks, and all but a hundredth below the shaded ones. Pure.
 *
 * ```text
 *   █ p50  ░ p99  of each 0.1 s
 *    8.2 ms │             ░
 *    4.1 ms │ ░  ░        ░       ░
 *    2.0 ms │ ░░░░░░░░░░░ ░ ░░░░░░░░
 *    1.0 ms │▆▇▇▆▇▇▇▆▆▇▇▇ █ ▇▆▇▇▇▆▆▇
 *           └─────────────────────────      where nothing landed, nothing stands
 *            0 s                  2.5 s
 * ```
 *
 * The scale is logarithmic: what matters is how many times longer something took.
 *
 * @module
 */

import { time } from "../observe/amounts.ts";
import type { Point } from "./report.ts";

const BLOCKS = " ▁▂▃▄▅▆▇█";
const SHADE = "░";
const ROWS = 8;
/** Columns of a label, and of the axis behind it. */
const LABEL_COLUMNS = 8;
/** Columns of a point at most: a few points shall not look like a wall. */
const POINT_COLUMNS_MAX = 3;

/** How far up a point's two bars reach, in rows. */
interface Bars {
  readonly full: number;
  readonly shaded: number;
}

/** The plot as rows; none when nothing landed. */
export function plotRows(
  { everySeconds, points }: { readonly everySeconds: number; readonly points: readonly Point[] },
  width: number,
): string[] {
  const room = Math.max(1, width - LABEL_COLUMNS - 2);
  const together = Math.ceil(points.length / room);
  const groups = grouped(points, together);
  const landed = groups.filter(({ count }) => count > 0);
  if (landed.length === 0) return [];
  const low = Math.floor(Math.log2(Math.max(1, Math.min(...landed.map(({ p50 }) => p50)))));
  const high = Math.max(low + 1, Math.ceil(Math.log2(Math.max(...landed.map(({ p99 }) => p99)))));
  const step = (high - low) / ROWS;
  const level = (us: number) => Math.max(1 / 8, (Math.log2(Math.max(1, us)) - low) / step);
  const bars = groups.map(({ count, p50, p99 }): Bars =>
    count === 0 ? { full: 0, shaded: 0 } : { full: level(p50), shaded: level(p99) }
  );
  const wide = Math.max(1, Math.min(POINT_COLUMNS_MAX, Math.floor(room / groups.length)));
  const rows = Array.from({ length: ROWS }, (_, at) => {
    const below = ROWS - 1 - at;
    const label = time(2 ** (low + (below + 1) * step) * 1_000).padStart(LABEL_COLUMNS);
    return `${label} │${bars.map((bar) => cell(bar, below).repeat(wide)).join("")}`.trimEnd();
  });
  const columns = groups.length * wide;
  const [begin, end] = ["0 s", `${trimmed(everySeconds * points.length)} s`];
  const axis = columns > begin.length + end.length
    ? begin + end.padStart(columns - begin.length)
    : end.padStart(columns);
  const margin = " ".repeat(LABEL_COLUMNS + 1);
  return [
    `█ p50  ${SHADE} p99  of each ${trimmed(everySeconds * together)} s`,
    ...rows,
    `${margin}└${"─".repeat(columns)}`,
    `${margin} ${axis}`,
  ];
}

/** What stands in the row above `below` others. */
function cell({ full, shaded }: Bars, below: number): string {
  const eighths = Math.round((full - below) * 8);
  if (eighths > 0) return BLOCKS[Math.min(8, eighths)] ?? " ";
  return shaded > below ? SHADE : " ";
}

/** Several points as one, which shows the worst of them. */
function grouped(points: readonly Point[], together: number): Point[] {
  return Array.from({ length: Math.ceil(points.length / together) }, (_, at) => {
    const group = points.slice(at * together, (at + 1) * together);
    const most = (of: (point: Point) => number) => Math.max(...group.map(of));
    return {
      p50: most(({ p50 }) => p50),
      p99: most(({ p99 }) => p99),
      max: most(({ max }) => max),
      count: group.reduce((sum, { count }) => sum + count, 0),
    };
  });
}

/** At most two digits behind the point, and none that says nothing. */
function trimmed(seconds: number): string {
  return String(Number(seconds.toFixed(2)));
}
