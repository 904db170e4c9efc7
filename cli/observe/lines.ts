/**
 * An observation as lines of text, for pipes and logs: one per interval or one per call, and a report at the end. Pure.
 *
 * @module
 */

import {
  type Changes,
  costBetween,
  type End,
  type Io,
  type Snapshot,
  type SocketFigures,
  type Start,
  type Summary,
} from "../../observe/mod.ts";
import { showCount, showNumber, showTable } from "../db/text.ts";
import { safeText } from "../tty/safe.ts";
import { amount, bytes, clock, share, shortTime, time } from "./amounts.ts";
import { figures } from "./chart.ts";
import { type Connection, peerOf } from "./connections.ts";
import { occupied } from "./histograms.ts";
import { livesText } from "./lives.ts";
import { whatIsTimed } from "./measures.ts";
import { lossesText } from "./losses.ts";
import type { OwnCpu } from "./own_cpu.ts";
import { whomLong } from "./whom.ts";

/** Columns of a bar in a histogram at most. */
const BAR_COLUMNS = 40;

/** What is watched, and what cannot be seen. */
export function headText(start: Start): string {
  const { backend, blind } = start;
  return [
    `Observing ${safeText(whomLong(start))} (${backend}).\n`,
    ...blind.map((sentence) => `${safeText(sentence)}\n`),
  ].join("");
}

/** The names above the lines of intervals. */
export const INTERVAL_HEAD: string =
  "   time   sent/s  calls/s   received/s  calls/s   connections   lost\n";

/** What happened in one interval. */
export function intervalLine(now: Snapshot, { send, recv }: Changes, start: Start): string {
  return [
    clock((now.ts - start.ts) / 1e6).padStart(7),
    bytes(send.perSecond.bytes).padStart(9),
    amount(send.perSecond.calls).padStart(9),
    bytes(recv.perSecond.bytes).padStart(13),
    amount(recv.perSecond.calls).padStart(9),
    amount(now.sockets.length).padStart(14),
    amount(now.lost).padStart(7),
  ].join("") + "\n";
}

/** One call. */
export function callLine(io: Io, start: Start): string {
  const words = [
    ((io.ts - start.ts) / 1e9).toFixed(6).padStart(11),
    `${io.pid}/${io.tid}`,
    ...(io.comm === undefined ? [] : [safeText(io.comm).padEnd(15)]),
    io.op,
    safeText(io.func).padEnd(15),
    (io.errno === undefined ? `${io.bytes} B` : `error ${io.errno}`).padStart(9),
    ...(io.durationNs === undefined ? [] : [`in ${time(io.durationNs)}`]),
    ...(io.delayNs === undefined ? [] : [`${time(io.delayNs)} after arrival`]),
    ...(io.local === undefined ? [] : [safeText(io.local)]),
    ...(io.remote === undefined ? [] : [`${io.op === "send" ? "→" : "←"} ${safeText(io.remote)}`]),
    ...(io.offset === undefined ? [] : [`@${io.offset}`]),
  ];
  return `${words.join("  ")}\n`;
}

/** A connection that was closed, at its last call: who, for how long it was seen, and what went each way. */
export function closeLine(figures: SocketFigures, start: Start): string {
  const { send, recv, firstTs, lastTs, tcp, pid } = figures;
  const words = [
    ((lastTs - start.ts) / 1e9).toFixed(6).padStart(11),
    `${pid}`,
    "closed",
    `seen for ${time(lastTs - firstTs)}`,
    `${bytes(recv.bytes)} in`,
    `${bytes(send.bytes)} out`,
    ...(tcp === undefined || tcp.retransmits === 0 ? [] : [`${amount(tcp.retransmits)} resent`]),
    `${safeText(figures.local ?? "?")}  ↔ ${safeText(peerOf(figures))}`,
  ];
  return `${words.join("  ")}\n`;
}

/** The connections, the first `top` of them. */
export function connectionsText(rows: readonly Connection[], top: number): string {
  if (rows.length === 0) return "No connection moved a byte.\n";
  const right = (head: string) => ({ head, align: "right" } as const);
  const areSeveral = rows.some(({ comm }) => comm !== undefined);
  const table = showTable(
    [
      ...(areSeveral ? [right("pid"), { head: "program" }] : []),
      { head: "peer" },
      { head: "local" },
      ...["calls", "in", "out", "rtt", "resent", "unsent", "delay"].map(right),
    ],
    rows.slice(0, top).map((row) => [
      ...(areSeveral ? [`${row.pid}`, row.comm ?? "–"] : []),
      row.peer,
      row.local,
      showNumber(row.calls),
      showNumber(row.in),
      showNumber(row.out),
      row.rttUs === undefined ? "–" : shortTime(row.rttUs * 1_000),
      row.retransmits === undefined ? "–" : showNumber(row.retransmits),
      row.unsent === undefined ? "–" : showNumber(row.unsent),
      row.delayNs === undefined ? "–" : shortTime(row.delayNs),
    ]),
  );
  const more = rows.length - top;
  return more > 0 ? `${table}and ${showNumber(more)} more (--top)\n` : table;
}

/** The three histograms, row by row. */
export function histogramsText({ last }: End): string {
  const timed = whatIsTimed(last);
  return histogramText(`Duration of calls that send (${timed})`, last.send.durations) +
    histogramText(`Duration of calls that receive (${timed})`, last.recv.durations) +
    histogramText("From the arrival of data to its reading", last.delays);
}

function histogramText(title: string, histogram: Snapshot["delays"]): string {
  const slots = occupied(histogram);
  if (slots.length === 0) return `${title}: nothing measured\n\n`;
  const highest = Math.max(...slots.map(({ count }) => count));
  const rows = slots.map(({ ge, count }) => {
    const bar = "█".repeat(Math.ceil(BAR_COLUMNS * count / highest));
    return `${`≥ ${time(ge)}`.padStart(9)} ${showNumber(count).padStart(11)}  ${bar}`.trimEnd();
  });
  return `${title}: ${figures(histogram)}\n${rows.join("\n")}\n\n`;
}

/** Why there is nothing more from another observer. */
export function endOfObserverText(path: string, end: End | undefined): string {
  const why = end?.reason === "cut"
    ? "is gone, or cut us off because we were too slow"
    : "has ended";
  return `The observer at ${safeText(path)} ${why}.\n`;
}

/** That a recording has no end, and what is missing of it. */
export function cutText(start: Start, { ts }: End): string {
  const seconds = ((ts - start.ts) / 1e9).toFixed(1);
  return `The recording was cut off ${seconds} s after it began: what came after that is missing.`;
}

/**
 * The observation in one or two sentences.
 *
 * @param own What this process took itself, when it was the one that observed.
 */
export function summaryText(
  summary: Summary,
  start: Start,
  end: End | undefined,
  own?: OwnCpu,
): string {
  const seconds = (summary.durationMs / 1_000).toFixed(1);
  const calls = end === undefined ? 0 : end.last.send.calls + end.last.recv.calls;
  const why = end?.reason === "exited" ? ", then it ended" : "";
  const sent = showCount(summary.bytesSent, "byte");
  const received = showNumber(summary.bytesReceived);
  const lost = `${showNumber(summary.lost)} lost (${summary.backend})`;
  return `${showCount(calls, "call")} in ${seconds} s${why}: ${sent} sent, ${received} received; ` +
    `${lost}.\n${happenedText(end)}${end ? lossesText(end.last) : ""}${costText(start, end, own)}`;
}

/** What happened to connections. */
function happenedText(end: End | undefined): string {
  const lives = end?.last.connections;
  const text = lives === undefined ? "" : livesText(lives);
  return text === "" ? "" : `Connections: ${text}.\n`;
}

/** What watching cost, in the kernel and in the process that watched; nothing when neither is known. */
function costText(start: Start, end: End | undefined, own: OwnCpu | undefined): string {
  const cost = end && costBetween(start, end.last);
  const run = cost?.nsPerRun === undefined ? "" : `${Math.round(cost.nsPerRun)} ns a run`;
  const { measured = 1 } = cost ?? {};
  const part = measured < 1 ? `measured in ${share(measured)} of the time` : "";
  const how = [run, part].filter((text) => text !== "").join(", ");
  const kernel = cost?.share === undefined
    ? run === "" ? "" : `${run} in the kernel`
    : `${share(cost.share)} of a CPU in the kernel (${how})`;
  const program = own === undefined ? "" : `${share(own.share)} of a CPU in this program`;
  const parts = [kernel, program].filter((text) => text !== "");
  return parts.length === 0 ? "" : `Watching took ${parts.join(" and ")}.\n`;
}
