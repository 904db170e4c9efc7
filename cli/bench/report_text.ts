/**
 * A result for people: what was asked for, the figures, how times went and how they are spread. Pure.
 *
 * ```text
 *   100 members, 4 talk: 8 of each on the way until all have it; 200 bytes; frames
 *
 *   deliveries   2,431,002 a second (24,310 messages)   612 MB/s
 *   latency      p50 1.2 ms   p90 …   p99 …   p99.9 …   max …
 *   …
 *   █ p50  ░ p99  of each 0.1 s                    see plot.ts
 *
 *   ≤ 1.0 ms  ████████████▌             41.2 %      see spread.ts
 * ```
 *
 * No line is wider than the terminal, if that has room for a figure and its name.
 *
 * @module
 */

import prettyBytes from "pretty-bytes";
import { time } from "../observe/amounts.ts";
import { plotRows } from "./plot.ts";
import type { Report } from "./report.ts";
import { spreadRows } from "./spread.ts";

/** From so many cores of a thread on, the load generator may be what limits. */
const BUSY = 0.9;

/** Columns of a row's name. */
const NAME_COLUMNS = 13;

/** The result as text. @param width Columns of the terminal. */
export function reportText(report: Report, width: number): string {
  const { plan, interrupted, broken, seconds, server, serverUnseen = "" } = report;
  const rows: readonly (readonly [name: string, pieces: readonly string[]])[] = [
    ["deliveries", deliveries(report)],
    ["latency", latency(report)],
    ["checked", checked(report)],
    ["login", [`${whole(plan.members)} in ${Math.round(report.loginMs)} ms`]],
    ["server", server === undefined ? [serverUnseen] : costs(server, plan.port)],
    ["generator", generator(report)],
  ];
  return [
    ...folded(asked(report).split(" "), width, " "),
    ...interrupted || broken !== undefined
      ? [
        `${interrupted ? "Interrupted" : "Broken off"} after ${
          seconds.toFixed(1)
        } s of ${plan.seconds} s.`,
      ]
      : [],
    "",
    ...rows.filter(([, [first = ""]]) => first !== "").flatMap(([name, pieces]) => {
      const margin = " ".repeat(NAME_COLUMNS);
      return folded(pieces, width - NAME_COLUMNS, "   ").map((line, at) =>
        (at === 0 ? name.padEnd(NAME_COLUMNS) : margin) + line
      );
    }),
    "",
    ...spaced(plotRows(report.timeline, width)),
    ...spaced(spreadRows(report.spread, width)),
  ].join("\n");
}

/** Pieces in as few lines as there is room for; one that is too long is folded at its spaces. */
function folded(pieces: readonly string[], width: number, between: string): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + between.length + piece.length <= width) {
      lines[lines.length - 1] = last + between + piece;
    } else if (piece.length <= width || between === " ") lines.push(piece);
    else lines.push(...folded(piece.split(" "), width, " "));
  }
  return lines;
}

function spaced(rows: readonly string[]): readonly string[] {
  return rows.length === 0 ? [] : [...rows, ""];
}

/** What was asked for, in a line. */
export function asked({ plan }: Pick<Report, "plan">): string {
  const { members, senders, rooms, inFlight, rate, size, until, ids, way, tls } = plan;
  const where = rooms === 1 ? "" : ` in ${whole(rooms)} rooms`;
  const landed = until === "all" ? "all have it" : "its sender has it";
  const loop = rate > 0
    ? `${whole(rate)} messages a second, whatever becomes of them`
    : `${whole(inFlight)} of each on the way until ${landed}`;
  return `${whole(members)} members${where}, ${whole(senders)} talk: ${loop}; ${whole(size)} bytes${
    ids ? " with ids" : ""
  }; ${way}${tls === undefined ? "" : " over TLS"}`;
}

function deliveries({ deliveriesPerS, messagesPerS, bytesPerS }: Report): string[] {
  return [
    `${whole(deliveriesPerS)} a second (${whole(messagesPerS)} messages)`,
    `${prettyBytes(bytesPerS)}/s`,
  ];
}

function latency({ latencyUs: { p50, p90, p99, p999, max } }: Report): string[] {
  return Object.entries({ p50, p90, p99, "p99.9": p999, max })
    .map(([name, us]) => `${name} ${time(us * 1_000)}`);
}

function checked(
  { broken, lost, doubled, outOfOrder, changed, foreign, misnumbered }: Report,
): string[] {
  return [
    `${whole(lost)} lost${broken === undefined ? "" : " or on the way"}`,
    `${whole(doubled)} doubled`,
    `${whole(outOfOrder)} out of order`,
    `${whole(changed)} changed`,
    ...foreign > 0 ? [`${whole(foreign)} that nobody sent`] : [],
    ...misnumbered > 0 ? [`${whole(misnumbered)} with a wrong seq`] : [],
  ];
}

function costs(
  { pid, cores, rssBytes, peakBytes }: NonNullable<Report["server"]>,
  port: number,
): string[] {
  return [
    `${cores.toFixed(2)} cores`,
    `${prettyBytes(rssBytes)} (at most ${prettyBytes(peakBytes)})`,
    `process ${pid}, which listens on port ${port} here`,
  ];
}

function generator({ generatorCores, plan, ceilingPerS }: Report): string[] {
  const threads = plan.threads === 1 ? "one thread" : `${plan.threads} threads`;
  return [
    `${generatorCores.toFixed(2)} cores in ${threads}`,
    plan.transport === "epoll" ? "sockets by epoll" : "the runtime's sockets",
    ...ceilingPerS === undefined
      ? []
      : [`reaches ${whole(ceilingPerS)} a second with a server that does next to nothing`],
    ...generatorCores > BUSY * plan.threads
      ? ["It may be what limits: try more --threads, if there are cores."]
      : [],
  ];
}

/** A number without its fraction, in groups of three digits. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
