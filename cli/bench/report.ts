/**
 * The result of `chat bench` as data: what `--json` prints, and `--compare` reads again.
 *
 * @module
 */

import type { Latencies, Outcome, Plan } from "../../load/mod.ts";
import { Failure } from "../failure.ts";
import type { Costs } from "./server_process.ts";

/** The shares of messages whose times are told. */
const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 } as const;

/** What landed in an interval. Times are in µs. */
export interface Point {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** How many messages landed. */
  readonly count: number;
}

/** A result. Times are in µs. */
export interface Report {
  readonly plan: Plan;
  /** When it was measured, ISO 8601. */
  readonly at: string;
  readonly loginMs: number;
  readonly seconds: number;
  readonly deliveriesPerS: number;
  readonly messagesPerS: number;
  readonly bytesPerS: number;
  readonly latencyUs: Readonly<Record<keyof typeof QUANTILES | "max", number>>;
  /** How many messages took how long: pairs of an upper bound in µs and a count. */
  readonly spread: readonly (readonly [upToUs: number, count: number])[];
  /** The same by when they landed: an interval behind the other. */
  readonly timeline: { readonly everySeconds: number; readonly points: readonly Point[] };
  /** Whether it was ended before its time. */
  readonly interrupted: boolean;
  /** Why it broke off, in a sentence, if it did; in part in the server's words. */
  readonly broken?: string;
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  readonly changed: number;
  readonly foreign: number;
  readonly misnumbered: number;
  /** Cores that the load generator itself took. */
  readonly generatorCores: number;
  /** What the server's process took, when it runs on this machine and can be found. */
  readonly server?: Costs;
  /** Otherwise, why it is not known. */
  readonly serverUnseen?: string;
  /** Deliveries per second of the same load with a server that does next to nothing. */
  readonly ceilingPerS?: number;
}

/** What was found beside the outcome. */
export type Beside = Pick<Report, "generatorCores" | "server" | "serverUnseen" | "ceilingPerS">;

/** The report of a run. */
export function reportOf(plan: Plan, outcome: Outcome, beside: Beside): Report {
  const { latencies, timeline, deliveries: _, ...figures } = outcome;
  const at = (share: number) => Math.round(latencies.quantile(share));
  return {
    // Whom this run has believed is of no use to another one.
    plan: plan.tls === undefined ? plan : { ...plan, tls: [] },
    at: new Date().toISOString(),
    ...figures,
    latencyUs: {
      p50: at(QUANTILES.p50),
      p90: at(QUANTILES.p90),
      p99: at(QUANTILES.p99),
      p999: at(QUANTILES.p999),
      max: Math.round(latencies.max),
    },
    spread: latencies.octaves(),
    timeline: { everySeconds: timeline.everySeconds, points: timeline.latencies.map(pointOf) },
    ...beside,
  };
}

function pointOf(latencies: Latencies): Point {
  const at = (share: number) => Math.round(latencies.quantile(share));
  const { max, count } = latencies;
  return { p50: at(QUANTILES.p50), p99: at(QUANTILES.p99), max: Math.round(max), count };
}

/** Largest file that is read as a result, in bytes: a hundred times what one has. */
const FILE_BYTES_MAX = 1 << 20;

/** The largest figure that is taken for one: a million times what anybody measures, and as wide as a column may be. */
const FIGURE_MAX = 1e15;

/** Reads an earlier result. @throws {Failure} When the file is none. */
export async function readReport(path: string): Promise<Report> {
  const no = (why: string, cause?: unknown): Failure =>
    new Failure(`Cannot compare with ${path}: ${why}.`, undefined, { cause });
  let text: string;
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile || size > FILE_BYTES_MAX) throw no("it is not what chat bench --json has printed");
    text = await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw no(
      cause instanceof Deno.errors.NotFound ? "there is no such file" : "it cannot be read",
      cause,
    );
  }
  try {
    const report = JSON.parse(text) as Partial<Report>;
    if (isReport(report)) return report;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw no("it is not what chat bench --json has printed");
}

function isReport(value: Partial<Report> | null): value is Report {
  if (typeof value !== "object" || value === null) return false;
  const { plan, latencyUs, server } = value;
  return areFigures(value, [
    "loginMs",
    "seconds",
    "deliveriesPerS",
    "messagesPerS",
    "bytesPerS",
  ]) &&
    areFigures(latencyUs, [...Object.keys(QUANTILES), "max"]) &&
    areFigures(plan, ["members", "senders", "rooms", "inFlight", "rate", "size"]) &&
    (server === undefined || areFigures(server, ["cores", "peakBytes"])) &&
    // What is printed is one of the words that are printed.
    isText(plan?.way, /^(?:frames|text|websocket)$/) && isText(plan?.until, /^(?:own|all)$/) &&
    isText(value.at, /^[\d:.TZ-]{1,40}$/);
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}

/** Whether all of them are figures as somebody may have measured them. */
function areFigures(value: object | null | undefined, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return names.every((name) => {
    const figure = fields[name];
    return typeof figure === "number" && figure >= 0 && figure <= FIGURE_MAX;
  });
}
