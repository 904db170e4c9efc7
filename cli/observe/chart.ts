/**
 * A log2 histogram drawn in blocks, as rows of the screen. Pure.
 *
 * ```text
 *   arrival to read                      what is measured
 *       ▃█▂                              bars, as high as there is room; whatever is not nothing is seen
 *     ▁▇███▅▁
 *   2.0µs 8.2µs 33µs                     where a bar begins; the next one begins at twice that
 *   p50 12 µs  p99 60 µs  of 1.2k        estimates within a bar
 * ```
 *
 * Only the bars between the first and the last that hold something are drawn, as broad as there is room.
 *
 * @module
 */

import { type Histogram, quantile } from "../../observe/mod.ts";
import type { Row } from "../tty/style.ts";
import { columns, fit } from "../tty/width.ts";
import { amount, shortTime, time } from "./amounts.ts";
import { occupied } from "./histograms.ts";

/** What to draw, and how large. */
export interface Chart {
  readonly title: string;
  readonly histogram: Histogram;
  /** What stands there when nothing was measured. */
  readonly empty: string;
}

const BLOCKS = " ▁▂▃▄▅▆▇█";
/** Columns of a bar at most. */
const BAR_COLUMNS_MAX = 6;
/** From so many columns on, the last of each bar stays free. */
const GAP_COLUMNS_MIN = 3;

/** A histogram in `height` + 3 rows: title, bars, axis, figures. */
export function chartRows(chart: Chart, width: number, height: number): Row[] {
  const slots = occupied(chart.histogram);
  const title: Row = [{ text: fit(chart.title, width), role: "strong" }];
  if (slots.length === 0) {
    const rest: Row[] = Array.from({ length: height + 1 }, () => []);
    return [title, ...rest, [{ text: fit(chart.empty, width), role: "dim" }]];
  }
  const together = Math.ceil(slots.length / Math.max(1, width));
  const bars = Array.from({ length: Math.ceil(slots.length / together) }, (_, bar) => {
    const group = slots.slice(bar * together, (bar + 1) * together);
    const count = group.reduce((sum, slot) => sum + slot.count, 0);
    return { start: group[0]?.ge ?? 0, count };
  });
  const wide = Math.max(1, Math.min(BAR_COLUMNS_MAX, Math.floor(width / bars.length)));
  return [
    title,
    ...barRows(bars.map(({ count }) => count), wide, height).map((text): Row => [
      { text, role: "graph" },
    ]),
    [{ text: axis(bars.map(({ start }) => start), wide, width), role: "dim" }],
    [{ text: fit(figures(chart.histogram, width), width), role: "text" }],
  ];
}

/** The two quantiles that people ask for, and of how many where there is room. */
export function figures(histogram: Histogram, width: number = Infinity): string {
  const at = (part: number) => {
    const found = quantile(histogram, part);
    return found === undefined ? "–" : time(found.estimateNs);
  };
  const quantiles = `p50 ${at(0.5)}  p99 ${at(0.99)}`;
  const full = `${quantiles}  of ${amount(histogram.count)}`;
  return columns(full) <= width ? full : quantiles;
}

function barRows(counts: readonly number[], wide: number, height: number): string[] {
  const highest = Math.max(...counts);
  const eighths = counts.map((count) =>
    count === 0 ? 0 : Math.max(1, Math.round(8 * height * count / highest))
  );
  const gap = wide >= GAP_COLUMNS_MIN ? 1 : 0;
  return Array.from({ length: height }, (_, row) => {
    const below = 8 * (height - 1 - row);
    return eighths.map((level) => {
      const block = BLOCKS[Math.max(0, Math.min(8, level - below))] ?? " ";
      return block.repeat(wide - gap) + " ".repeat(gap);
    }).join("").trimEnd();
  });
}

/** Where bars begin, for as many of them as labels have room. */
function axis(starts: readonly number[], wide: number, width: number): string {
  let text = "";
  for (const [bar, start] of starts.entries()) {
    const label = shortTime(start);
    const column = bar * wide;
    if ((text !== "" && column <= columns(text)) || column + columns(label) > width) continue;
    text = text.padEnd(column) + label;
  }
  return text;
}
