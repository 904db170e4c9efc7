/**
 * The arithmetic of the benchmark, pure: measurements in, medians, ratios and verdicts out.
 *
 *   Measurement[]  (server, workload, round, outcome)
 *        -> cell(server, workload)   median over the rounds
 *        -> verdicts(server)         the goals, each with figure and limit
 *
 * The median, not the mean: a shared machine has slow seconds, never fast ones. Ratios are
 * geometric means, so that no column counts more because its figures are large. A workload in
 * which one round failed has no median: wrong answers are not averaged away.
 *
 * @module
 */

import type { Figures, Outcome } from "./generator.ts";
import { crowd, goals, idle, moreWorkloads, type Workload, workloads } from "./workloads.ts";

/** One run of one workload against one server. */
export interface Measurement {
  /** `name` of the server and of the workload. */
  readonly server: string;
  readonly workload: string;
  readonly round: number;
  readonly outcome: Outcome;
}

/** All rounds of one workload against one server. */
export type Cell =
  | { readonly kind: "measured"; readonly rounds: readonly Figures[] }
  | { readonly kind: "failed" | "impossible"; readonly reason: string }
  | { readonly kind: "absent" };

/** One goal, and how a server did. */
export interface Verdict {
  readonly title: string;
  readonly figure: number;
  readonly goal: number;
  /** Whether the figure must be at least, or at most, the goal. */
  readonly bound: "min" | "max";
  readonly unit: string;
  /** Columns that the figure lacks; then it is not the figure that the goal speaks of. */
  readonly missing: number;
  /** Won by running ahead in at least one column, so a goal counts as missed or as open. */
  readonly doubtful: boolean;
}

/** Collects the rounds of one cell of the table. */
export function cell(all: readonly Measurement[], server: string, workload: string): Cell {
  const here = all.filter((m) => m.server === server && m.workload === workload);
  const rounds: Figures[] = [];
  for (const { outcome } of here) {
    if (outcome.kind !== "measured") return outcome;
    rounds.push(outcome.figures);
  }
  return rounds.length === 0 ? { kind: "absent" } : { kind: "measured", rounds };
}

/** The median of one figure over the rounds; undefined when there is none to quote. */
export function medianOf(of: Cell, figure: (figures: Figures) => number): number | undefined {
  return of.kind === "measured" ? median(of.rounds.map(figure)) : undefined;
}

/** How many deliveries per second of another's, the reference's unless it is told, in one workload. */
export function ratio(
  all: readonly Measurement[],
  server: string,
  workload: string,
  other: string = "c",
): number | undefined {
  return quotient(all, [server, other], workload, (figures) => figures.deliveriesPerS);
}

/** The 99th percentile of the times as part of the reference's, in one workload. */
export function p99Ratio(
  all: readonly Measurement[],
  server: string,
  workload: string,
): number | undefined {
  return quotient(all, [server, "c"], workload, (figures) => figures.latencyUs.p99);
}

function quotient(
  all: readonly Measurement[],
  [mine, other]: readonly [string, string],
  workload: string,
  figure: (figures: Figures) => number,
): number | undefined {
  const [top, bottom] = [mine, other].map((of) => medianOf(cell(all, of, workload), figure));
  return top === undefined || bottom === undefined || bottom === 0 ? undefined : top / bottom;
}

/** Whether senders ran ahead of the other members: more than twice what the windows allow was still
 * on its way. The server then had larger batches than the workload is meant to give it, and its
 * figure must not be held against one that had not. */
export function ranAhead(of: Cell, workload: Workload): boolean {
  const behind = medianOf(of, (f) => f.behind);
  return behind !== undefined && behind > 2 * workload.senders * workload.window;
}

/** The goals for which there are figures. */
export function verdicts(all: readonly Measurement[], server: string): Verdict[] {
  const list: Verdict[] = [];
  const add = (
    verdict: Omit<Verdict, "figure" | "missing" | "doubtful">,
    figure: number | undefined,
    flaws: { missing?: number; doubtful?: boolean } = {},
  ) => {
    if (figure === undefined) return;
    list.push({ ...verdict, figure, missing: 0, doubtful: false, ...flaws });
  };
  const isDoubtful = (of: Workload) => ranAhead(cell(all, server, of.name), of);

  const columns = workloads.filter((w) => w.inMean);
  const ratios = columns.map((w) => ratio(all, server, w.name)).filter((r) => r !== undefined);
  add(
    { title: "fan-out, geometric mean", goal: goals.meanRatioMin, bound: "min", unit: "of C" },
    ratios.length > 0 ? geometricMean(ratios) : undefined,
    { missing: columns.length - ratios.length, doubtful: columns.some(isDoubtful) },
  );
  add(
    { title: crowd.title, goal: goals.crowdRatioMin, bound: "min", unit: "of C" },
    ratio(all, server, crowd.name),
    { doubtful: isDoubtful(crowd) },
  );
  const talking = [...workloads, ...moreWorkloads].filter((w) => w.senders > 0);
  const beside = server === "nats"
    ? []
    : talking.map((w) => ratio(all, server, w.name, "nats")).filter((r) => r !== undefined);
  add(
    { title: "the worst, of nats-server", goal: goals.peerRatioMin, bound: "min", unit: "of nats" },
    beside.length > 0 ? Math.min(...beside) : undefined,
  );
  const slow = talking.map((w) => p99Ratio(all, server, w.name)).filter((r) => r !== undefined);
  add(
    { title: "the worst p99", goal: goals.p99RatioMax, bound: "max", unit: "of C's" },
    slow.length > 0 ? Math.max(...slow) : undefined,
  );
  add(
    { title: `${crowd.title}, peak`, goal: goals.crowdPeakMiBMax, bound: "max", unit: "MiB" },
    medianOf(cell(all, server, crowd.name), (f) => f.peakKiB / 1024),
  );
  const still = cell(all, server, idle.name);
  add(
    { title: idle.title, goal: goals.idleKiBEachMax, bound: "max", unit: "KiB each" },
    medianOf(still, (f) => (f.endKiB - f.startKiB) / idle.receivers),
  );
  add(
    { title: `${idle.title}, login`, goal: goals.idleLoginSecondsMax, bound: "max", unit: "s" },
    medianOf(still, (f) => f.loginMs / 1000),
  );
  return list;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError("Cannot take no median");
  return (upper + lower) / 2;
}

/** The n-th root of the product. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
