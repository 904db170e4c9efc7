/**
 * A result for people: what was asked for, the figures, and how the times are spread. Pure.
 *
 * ```text
 *   100 members, 4 talk, 8 of each on the way until all have it; 200 bytes; frames
 *
 *   deliveries   2,431,002 a second (24,310 messages)   612 MB/s
 *   latency      p50 1.2 ms   p90 …   p99 …   p99.9 …   max …
 *   …
 *   ≤ 1.0 ms  ████████████▌             41.2 %
 * ```
 *
 * @module
 */

import prettyBytes from "pretty-bytes";
import { time } from "../observe/amounts.ts";
import type { Report } from "./report.ts";
import { spreadRows } from "./spread.ts";

/** From so many cores of a thread on, the load generator may be what limits. */
const BUSY = 0.9;
/** From this share of the ceiling on, too. */
const NEAR_CEILING = 0.8;

/** The result as text. */
export function reportText(report: Report): string {
  const rows = [
    ["deliveries", deliveries(report)],
    ["latency", latency(report)],
    ["checked", checked(report)],
    ["login", `${whole(report.plan.members)} in ${Math.round(report.loginMs)} ms`],
    ...(report.server === undefined ? [] : [["server", server(report.server)]]),
    ["generator", generator(report)],
  ] as const;
  return [
    asked(report),
    "",
    ...rows.map(([name, text]) => `${name.padEnd(12)} ${text}`),
    "",
    ...spreadRows(report.spread),
    "",
  ].join("\n");
}

/** What was asked for, in a line. */
export function asked({ plan }: Pick<Report, "plan">): string {
  const { members, senders, rooms, inFlight, rate, size, until, ids, way } = plan;
  const where = rooms === 1 ? "" : ` in ${whole(rooms)} rooms`;
  const landed = until === "all" ? "all have it" : "its sender has it";
  const loop = rate > 0
    ? `${whole(rate)} messages a second, whatever becomes of them`
    : `${whole(inFlight)} of each on the way until ${landed}`;
  return `${whole(members)} members${where}, ${whole(senders)} talk: ${loop}; ${whole(size)} bytes${
    ids ? " with ids" : ""
  }; ${way}`;
}

function deliveries({ deliveriesPerS, messagesPerS, bytesPerS }: Report): string {
  return `${whole(deliveriesPerS)} a second (${whole(messagesPerS)} messages)   ${
    prettyBytes(bytesPerS)
  }/s`;
}

function latency({ latencyUs: { p50, p90, p99, p999, max } }: Report): string {
  return Object.entries({ p50, p90, p99, "p99.9": p999, max })
    .map(([name, us]) => `${name} ${time(us * 1_000)}`).join("   ");
}

function checked({ lost, doubled, outOfOrder, changed, foreign }: Report): string {
  const others = foreign > 0 ? `   ${whole(foreign)} that nobody sent` : "";
  return `${whole(lost)} lost   ${whole(doubled)} doubled   ${whole(outOfOrder)} out of order   ${
    whole(changed)
  } changed${others}`;
}

function server({ pid, cores, rssBytes, peakBytes }: NonNullable<Report["server"]>): string {
  return `${cores.toFixed(2)} cores, ${prettyBytes(rssBytes)} (at most ${
    prettyBytes(peakBytes)
  }); process ${pid}`;
}

function generator({ generatorCores, plan, ceilingPerS, deliveriesPerS }: Report): string {
  const threads = plan.threads === 1 ? "one thread" : `${plan.threads} threads`;
  const reaches = ceilingPerS === undefined
    ? ""
    : `; with a server that does next to nothing it reaches ${whole(ceilingPerS)} a second`;
  const mayLimit = ceilingPerS === undefined
    ? generatorCores > BUSY * plan.threads
    : deliveriesPerS > NEAR_CEILING * ceilingPerS;
  const advice = mayLimit
    ? `\n${"".padEnd(13)}It may be what limits: try more --threads, if there are cores.`
    : "";
  return `${generatorCores.toFixed(2)} cores in ${threads}${reaches}${advice}`;
}

/** A number without its fraction, in groups of three digits. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
