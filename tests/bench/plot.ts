/**
 * Deliveries a second as bars, in SVG: a panel for each workload, a bar for each server. Pure.
 *
 * Each panel has a scale of its own, since workloads differ by more than servers do. Colours change with what the reader's
 * screen prefers, light or dark; every bar carries its figure as text.
 *
 * @module
 */

import { amount, type Row } from "./report.ts";
import { cell, medianOf, type Results, speed } from "./results.ts";
import type { Workload } from "./workloads.ts";

const panelsPerLine = 2;
const panel = { width: 460, head: 34, bar: 14, gap: 5, names: 150, figures: 64, foot: 22 } as const;
const margin = 16;

const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 13px }
  .other { fill: #8c959f }
  .ours { fill: #0969da }
  .kept { fill: #54aeff }
  .limit { fill: #57606a }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .other { fill: #6e7681 }
    .ours { fill: #58a6ff }
    .kept { fill: #1f6feb }
    .limit { fill: #9198a1 }
  }`;

interface Bar {
  readonly title: string;
  readonly kind: "ours" | "kept" | "limit" | "other";
  readonly value: number;
}

/** The picture of those columns in which there are figures to compare. */
export function plot(
  results: Results,
  rows: readonly Row[],
  columns: readonly Workload[],
): string {
  const panels = columns.map((workload) => ({ workload, bars: barsOf(results, rows, workload) }))
    .filter(({ bars }) => bars.length > 1);
  const lines: (typeof panels)[] = [];
  for (let n = 0; n < panels.length; n += panelsPerLine) {
    lines.push(panels.slice(n, n + panelsPerLine));
  }
  let y = margin;
  const parts: string[] = [];
  for (const line of lines) {
    line.forEach(({ workload, bars }, n) => {
      const x = margin + n * (panel.width + margin);
      parts.push(drawn(`${workload.title}: deliveries a second`, bars, { x, y }));
    });
    const most = Math.max(...line.map(({ bars }) => bars.length));
    y += panel.head + most * (panel.bar + panel.gap) + panel.foot;
  }
  const width = margin + Math.min(panelsPerLine, panels.length) * (panel.width + margin);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-label="Deliveries a second of each server in each workload">
<style>${style}
</style>
${parts.join("\n")}
</svg>
`;
}

function barsOf({ measurements }: Results, rows: readonly Row[], workload: Workload): Bar[] {
  return rows.flatMap(({ name, title }) => {
    const value = medianOf(cell(measurements, { server: name, workload: workload.name }), speed);
    return value === undefined ? [] : [{ title, value, kind: kindOf(name) }];
  });
}

function kindOf(name: string): Bar["kind"] {
  if (name === "c") return "limit";
  if (!name.startsWith("chat")) return "other";
  return name === "chat" ? "ours" : "kept";
}

function drawn(title: string, bars: readonly Bar[], { x, y }: { x: number; y: number }): string {
  const scale = (panel.width - panel.names - panel.figures) /
    Math.max(...bars.map(({ value }) => value), 1);
  const lines = bars.map(({ title, kind, value }, n) => {
    const top = y + panel.head + n * (panel.bar + panel.gap);
    const base = top + panel.bar - 3;
    const start = x + panel.names;
    const width = Math.max(1, Math.round(value * scale));
    return `<text x="${start - 8}" y="${base}" text-anchor="end">${escaped(title)}</text>` +
      `<rect class="${kind}" x="${start}" y="${top}" width="${width}" height="${panel.bar}" rx="2"/>` +
      `<text x="${start + width + 6}" y="${base}">${amount(value)}</text>`;
  });
  return [`<text class="title" x="${x}" y="${y + 18}">${escaped(title)}</text>`, ...lines].join(
    "\n",
  );
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
