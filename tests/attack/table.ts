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
  const { met, memory, store, attacked } = row;
  const own = Math.max(
    ...[met.ping, met.say, met.join, met.health].map(({ ownMax }) => ownMax),
  );
  const { ping, say, join, health } = met;
  const times = [ping.p50, ping.p99, ping.max, say.max, join.max, health.max, own];
  const memories = [memory.before, memory.peak, memory.after].map(mib).join(" → ");
  const good = store.refuses === undefined && store.damages === 0;
  const lost = met.tally.lost + store.lost;
  const doubled = met.tally.doubled + store.doubled;
  return [
    row.attack.padEnd(NAME_WIDTH),
    ...times.map((ms) => (ms < 100 ? ms.toFixed(1) : ms.toFixed(0)).padStart(7)),
    memories.padStart(18),
    ...[row.alive ? "yes" : "NO", good ? "good" : "BAD", lost, doubled, row.traces].map((cell) =>
      `${cell}`.padStart(8)
    ),
    `${attacked.connections} conn, ${mib(attacked.bytesOut)} MiB, ${
      (attacked.cpuMs / 1000).toFixed(1)
    } s`.padStart(26),
  ].join("");
}
