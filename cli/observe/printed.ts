/**
 * Prints an observation as it comes: as lines of text, or of JSON.
 *
 * What is read in one group is written in one piece. A reader that is slow slows this down, the ring in the kernel fills,
 * and what it refuses is counted as lost: nothing is queued here.
 *
 * @module
 */

import {
  changes,
  type End,
  firstChanges,
  type Observation,
  type Observer,
  type Snapshot,
} from "../../observe/mod.ts";
import { print } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { Closings } from "./closings.ts";
import { type Connection, connections } from "./connections.ts";
import { closeJson, connJson, histogramsJson, ioJson, startJson, summaryJson } from "./json.ts";
import { Ledger } from "./ledger.ts";
import {
  callLine,
  closeLine,
  connectionsText,
  headText,
  histogramsText,
  INTERVAL_HEAD,
  intervalLine,
  summaryText,
} from "./lines.ts";
import type { OwnCpu } from "./own_cpu.ts";
import { connLine } from "./lives.ts";
import type { Sort } from "./values.ts";

/** How to print. */
export interface PrintOptions {
  readonly follow: boolean;
  readonly hist: boolean;
  readonly events?: boolean | undefined;
  readonly sort: Sort;
  readonly top: number;
  /** What this process took so far, when it is the one that observes. */
  readonly ownCpu?: (() => OwnCpu) | undefined;
}

/** Prints JSON: each call that is told, at the end the histograms and the summary. */
export async function printJson(
  observer: Observer,
  options: PrintOptions,
): Promise<End | undefined> {
  // A recording may hold calls that nobody wants to see now.
  const calls = options.events ?? !options.hist;
  const closings = new Closings();
  print(startJson(observer.start));
  const { end, rows } = await printEach(observer, options, (observation) => {
    if (!calls) return "";
    if (observation.kind === "io") return ioJson(observation);
    if (observation.kind === "conn") return connJson(observation);
    return closings.take(observation).map(closeJson).join("");
  });
  const { start } = observer;
  const last = summaryJson({
    start,
    summary: observer.summary(),
    end,
    connections: rows.slice(0, options.top),
    own: options.ownCpu?.(),
  });
  print((end === undefined ? "" : histogramsJson(end)) + last);
  return end;
}

/** Prints text: a line per interval or per call, at the end a report. */
export async function printLines(
  observer: Observer,
  options: PrintOptions,
): Promise<End | undefined> {
  const { start } = observer;
  const { follow, hist } = options;
  print(headText(start) + (follow ? "" : INTERVAL_HEAD));
  const closings = new Closings();
  let before: Snapshot | undefined;
  const { end, rows } = await printEach(observer, options, (observation) => {
    if (follow) {
      if (observation.kind === "io") return callLine(observation, start);
      if (observation.kind === "conn") return connLine(observation, start);
      return closings.take(observation).map((one) => closeLine(one, start)).join("");
    }
    const now = observation.kind === "snapshot"
      ? observation
      // What happened after the last snapshot has a line, too.
      : observation.kind === "end" && observation.last.ts > (before ?? start).ts
      ? observation.last
      : undefined;
    if (now === undefined) return "";
    const since = before === undefined ? firstChanges(start.ts, now) : changes(before, now);
    before = now;
    return intervalLine(now, since, start);
  });
  print([
    "\n",
    connectionsText(rows, options.top),
    "\n",
    ...(hist && end !== undefined ? [histogramsText(end)] : []),
    summaryText(observer.summary(), start, end, options.ownCpu?.()),
  ].join(""));
  return end;
}

/** Prints what is watched and how it went: for an observer that is seen elsewhere, as these sentences say. */
export async function printOutcome(
  observer: Observer,
  elsewhere: readonly string[],
  ownCpu?: () => OwnCpu,
): Promise<End | undefined> {
  const { start } = observer;
  print(headText(start) + elsewhere.map((sentence) => `${safeText(sentence)}\n`).join(""));
  let end: End | undefined;
  for await (const batch of observer.batches()) {
    const last = batch.at(-1);
    if (last?.kind === "end") end = last;
  }
  print(summaryText(observer.summary(), start, end, ownCpu?.()));
  return end;
}

interface Report {
  /** Absent when a recording has no end. */
  readonly end: End | undefined;
  /** The connections of the whole observation, sorted. */
  readonly rows: readonly Connection[];
}

async function printEach(
  observer: Observer,
  { sort }: PrintOptions,
  text: (observation: Observation) => string,
): Promise<Report> {
  const ledger = new Ledger();
  let end: End | undefined;
  for await (const batch of observer.batches()) {
    let piece = "";
    for (const observation of batch) {
      if (observation.kind === "snapshot") ledger.take(observation);
      else if (observation.kind === "end") ledger.take((end = observation).last);
      piece += text(observation);
    }
    if (piece !== "") print(piece);
  }
  const whole = firstChanges(observer.start.ts, {
    ...(end?.last ?? observer.snapshot()),
    sockets: ledger.sockets(),
  });
  return { end, rows: connections(whole.rows, sort) };
}
