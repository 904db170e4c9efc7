/**
 * Draws the results as text, pure. Three blocks: deliveries per second with the ratios to the C
 * reference below, the goals with what was reached beside them, and remarks.
 *
 *                    100×4 w8   100×4 w128  ...
 *   C, shared batch    3.46 M      15.1 M
 *   chat               3.12 M      12.0 M
 *   chat / C             0.90        0.79
 *
 * A cell with `*` has a remark: senders ran ahead (see `ranAhead` in results.ts), and a goal that
 * was reached that way stays open. `spread` is (highest - lowest) / median over the rounds: ratios
 * finer than it say nothing.
 *
 * @module
 */

import { type Cell, cell, type Measurement, medianOf, ranAhead, ratio } from "./results.ts";
import { type Verdict, verdicts } from "./results.ts";
import { idle, messageBytes, type Workload } from "./workloads.ts";

/** A row to draw. */
export interface Row {
  readonly name: string;
  readonly title: string;
}

const firstColumn = 24;
const column = 13;

/** The whole answer of the benchmark. */
export function table(
  all: readonly Measurement[],
  rows: readonly Row[],
  columns: readonly Workload[],
): string {
  const others = rows.filter((row) => row.name !== "c");
  const talking = columns.filter((workload) => workload !== idle);
  const blocks = [
    talking.length > 0 ? speeds(all, rows, talking) : [],
    others.flatMap((row) => goalLines(row, verdicts(all, row.name))),
    remarks(all, rows, columns),
  ];
  return blocks.filter((block) => block.length > 0).map((block) => block.join("\n")).join("\n\n");
}

function speeds(
  all: readonly Measurement[],
  rows: readonly Row[],
  columns: readonly Workload[],
): string[] {
  const rounds = Math.max(...all.map((m) => m.round));
  const line = (title: string, texts: readonly string[]) =>
    title.padEnd(firstColumn) + texts.map((text) => text.padStart(column)).join("");
  const lines = [
    `Deliveries per second, messages of ${messageBytes} bytes, median of ${rounds}`,
    "",
    line("", columns.map((workload) => workload.title)),
  ];
  for (const row of rows) {
    const cells = columns.map((w) => ({ workload: w, of: cell(all, row.name, w.name) }));
    lines.push(line(row.title, cells.map(({ of, workload }) => speed(of, workload))));
    if (rounds > 1) lines.push(line("  spread", cells.map(({ of }) => spread(of))));
  }
  for (const row of rows.filter((row) => row.name !== "c")) {
    const ratios = columns.map((w) => ratio(all, row.name, w.name)?.toFixed(2) ?? "");
    if (ratios.some((text) => text !== "")) lines.push(line(`${row.title} / C`, ratios));
  }
  if (rows.some((row) => row.name === "nats")) {
    for (const row of rows.filter((row) => row.name.startsWith("chat"))) {
      const ratios = columns.map((w) => ratio(all, row.name, w.name, "nats")?.toFixed(2) ?? "");
      lines.push(line(`${row.title} / nats`, ratios));
    }
  }
  lines.push("", "Until everybody has a message, 99th percentile, in ms", "");
  for (const row of rows) {
    const cells = columns.map((w) => cell(all, row.name, w.name));
    lines.push(line(row.title, cells.map((of) => milliseconds(of))));
  }
  return lines;
}

function milliseconds(of: Cell): string {
  const value = medianOf(of, (f) => f.latencyUs.p99 / 1000);
  return value === undefined ? "" : `${value.toPrecision(3)} `;
}

function speed(of: Cell, workload: Workload): string {
  const value = medianOf(of, (f) => f.deliveriesPerS);
  if (value === undefined) return of.kind === "absent" ? "" : of.kind;
  return `${(value / 1e6).toPrecision(3)} M${ranAhead(of, workload) ? "*" : " "}`;
}

function spread(of: Cell): string {
  const middle = medianOf(of, (f) => f.deliveriesPerS);
  if (of.kind !== "measured" || middle === undefined) return "";
  const values = of.rounds.map((f) => f.deliveriesPerS);
  return `${Math.round(100 * (Math.max(...values) - Math.min(...values)) / middle)} % `;
}

function goalLines(row: Row, list: readonly Verdict[]): string[] {
  return list.map((verdict) => {
    const { title, figure, goal, bound, unit } = verdict;
    const name = `${row.title}: ${title}`.padEnd(firstColumn + 2 * column);
    const amount = `${figure.toFixed(figure < 100 ? 2 : 0)} ${unit}`.padStart(16);
    const limit = `goal ${bound === "min" ? "≥" : "≤"} ${goal}`.padEnd(14);
    return `${name}${amount}   ${limit}${word(verdict)}`;
  });
}

function word({ figure, goal, bound, missing, doubtful }: Verdict): string {
  if (missing > 0) return `open, ${missing} columns missing`;
  if (bound === "min" ? figure < goal : figure > goal) return "missed";
  return doubtful ? "open, not comparable *" : "reached";
}

function remarks(
  all: readonly Measurement[],
  rows: readonly Row[],
  columns: readonly Workload[],
): string[] {
  const lines: string[] = [];
  for (const row of rows) {
    for (const workload of columns) {
      const of = cell(all, row.name, workload.name);
      const where = `${row.title}, ${workload.title}`;
      if (of.kind === "failed" || of.kind === "impossible") {
        lines.push(`${where}: ${of.kind}: ${of.reason}`);
      } else if (ranAhead(of, workload)) {
        const behind = Math.round(medianOf(of, (f) => f.behind) ?? NaN);
        const window = workload.senders * workload.window;
        lines.push(
          `* ${where}: the average member was ${behind} messages behind, with ${window} in ` +
            "flight: senders had their own long before the others. Compare with --landed all.",
        );
      }
    }
  }
  return lines;
}
