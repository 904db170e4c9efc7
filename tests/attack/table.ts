/**
 * Draws rows as text. Pure.
 *
 * ```text
 *   attack      ping p50   p99   max  say max  join max    own   memory MiB     alive  store  lost  doubled  traces
 *   ping-flood       1.2  14.0    31       44        38     29   84 → 95 → 90    yes   good      0        0       0
 * ```
 *
 * Times are in ms. `own` is the worst of them without the time in which there was no core for server or prober.
 *
 * @module
 */

import { mib, type Row } from "./row.ts";

const NAME_WIDTH = 26;

/** The line above the rows. */
export const HEADING: string = [
  "attack".padEnd(NAME_WIDTH),
  ...["p50", "p99", "max", "say", "join", "health", "own"].map((word) => word.padStart(7)),
  "memory, MiB".padStart(18),
  ...["alive", "store", "lost", "doubled", "traces"].map((word) => word.padStart(8)),
  "attackers".padStart(26),
].join("");

/** One row. */
export function line(row: Row): string {
  const { attacked } = row;
  const [name, ...cells] = cellsOf(row);
  const widths = [...Array(7).fill(7), 18, ...Array(5).fill(8)];
  const effort = `${attacked.connections} conn, ${mib(attacked.bytesOut)} MiB, ${
    (attacked.cpuMs / 1000).toFixed(1)
  } s`;
  return [
    (name ?? "").padEnd(NAME_WIDTH),
    ...cells.map((cell, n) => cell.padStart(widths[n])),
    effort.padStart(26),
  ].join("");
}

/** The lines above the rows, for a page. */
export const HEADING_MARKDOWN: string = [
  "| attack | p50 | p99 | max | say | join | health | own | memory, MiB | alive | store | lost | doubled | traces | |",
  `|---|${"---:|".repeat(7)}---|---|---|${"---:|".repeat(3)}---|`,
].join("\n");

/** One row for a page, and what is wrong with it. */
export function lineMarkdown(row: Row, wrong: readonly string[]): string {
  return `| ${cellsOf(row).join(" | ")} | ${wrong.join("; ") || "held"} |`;
}

/** What stands in a row, whatever it is drawn as. */
function cellsOf(row: Row): string[] {
  const { met: { ping, say, join, health, tally }, memory, store } = row;
  const own = Math.max(...[ping, say, join, health].map(({ ownMax }) => ownMax));
  const times = [ping.p50, ping.p99, ping.max, say.max, join.max, health.max, own];
  const good = store.refuses === undefined && store.damages === 0;
  return [
    row.attack,
    ...times.map((ms) => ms < 100 ? ms.toFixed(1) : ms.toFixed(0)),
    [memory.before, memory.peak, memory.after].map(mib).join(" → "),
    row.alive ? "yes" : "NO",
    good ? "good" : "BAD",
    `${tally.lost + store.lost}`,
    `${tally.doubled + store.doubled}`,
    `${row.traces}`,
  ];
}
