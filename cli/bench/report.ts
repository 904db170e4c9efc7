/**
 * The result of `chat bench` as data: what `--json` prints, and `--compare` reads again.
 *
 * @module
 */

import type { Outcome, Plan } from "../../load/mod.ts";
import { Failure } from "../failure.ts";
import type { Costs } from "./server_process.ts";

/** The shares of messages whose times are told. */
const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 } as const;

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
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  readonly changed: number;
  readonly foreign: number;
  /** Cores that the load generator itself took. */
  readonly generatorCores: number;
  /** What the server's process took, when it runs on this machine and can be found. */
  readonly server?: Costs;
  /** Deliveries per second of the same load with a server that does next to nothing. */
  readonly ceilingPerS?: number;
}

/** What was found beside the outcome. */
export type Beside = Pick<Report, "generatorCores" | "server" | "ceilingPerS">;

/** The report of a run. */
export function reportOf(plan: Plan, outcome: Outcome, beside: Beside): Report {
  const { latencies, deliveries: _, ...figures } = outcome;
  const at = (share: number) => Math.round(latencies.quantile(share));
  return {
    plan,
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
    ...beside,
  };
}

/** Reads an earlier result. @throws {Failure} When the file is none. */
export async function readReport(path: string): Promise<Report> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : "it cannot be read";
    throw new Failure(`Cannot compare with ${path}: ${why}.`, undefined, { cause });
  }
  try {
    const report = JSON.parse(text) as Partial<Report>;
    if (isReport(report)) return report;
  } catch {
    // The same sentence for what is no JSON.
  }
  throw new Failure(`Cannot compare with ${path}: it is not what chat bench --json has printed.`);
}

function isReport(value: Partial<Report> | null): value is Report {
  return typeof value === "object" && value !== null && typeof value.deliveriesPerS === "number" &&
    typeof value.messagesPerS === "number" && typeof value.plan === "object" &&
    ["p50", "p90", "p99", "p999", "max"].every((name) =>
      typeof value.latencyUs?.[name as "p50"] === "number"
    );
}
