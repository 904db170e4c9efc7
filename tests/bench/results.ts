/**
 * The arithmetic of the benchmark, pure: measurements in, medians and ratios out.
 *
 *   Measurement[]  (server, workload, round, outcome)
 *        -> cell(server, workload)         all rounds of one cell
 *        -> medianOf(cell, figure)         its middle
 *        -> ratio(one cell, other cell)    the middle of the ratios round by round
 *
 * The median, not the mean: a shared machine has slow seconds, never fast ones. A ratio is taken
 * within each round, whose servers took turns, and only then the middle: a slow minute of the
 * machine slows both and leaves their ratio alone. Over columns it is the geometric mean, so that no
 * column counts more because its figures are large. A workload in which one round failed has no
 * median: wrong answers are not averaged away.
 *
 * @module
 */

import type { Figures, Outcome } from "./generator.ts";
import type { Workload } from "./workloads.ts";

/** One run of one workload against one server. */
export interface Measurement {
  /** `name` of the server and of the workload. */
  readonly server: string;
  readonly workload: string;
  readonly round: number;
  readonly outcome: Outcome;
}

/** What is measured of the program by itself, without a load. */
export type ProbeName = "start" | "help" | "page";

/** One such figure, in milliseconds; or why there is none. */
export interface Reading {
  readonly probe: ProbeName;
  readonly round: number;
  readonly ms?: number;
  readonly reason?: string;
}

/** All that was measured. */
export interface Results {
  readonly measurements: readonly Measurement[];
  readonly readings: readonly Reading[];
}

/** All rounds of one workload against one server. */
export type Cell =
  | { readonly kind: "measured"; readonly rounds: ReadonlyMap<number, Figures> }
  | { readonly kind: "failed" | "impossible"; readonly reason: string }
  | { readonly kind: "absent" };

/** Which cell of the table. */
export interface Place {
  readonly server: string;
  readonly workload: string;
}

/** One figure of a run. */
export type Pick = (figures: Figures) => number;

/** Deliveries a second. */
export function speed(figures: Figures): number {
  return figures.deliveriesPerS;
}

/** The 99th percentile of the time until everybody has a message, in ms. */
export function p99(figures: Figures): number {
  return figures.latencyUs.p99 / 1000;
}

/** Collects the rounds of one cell of the table. */
export function cell(all: readonly Measurement[], { server, workload }: Place): Cell {
  const rounds = new Map<number, Figures>();
  for (const of of all) {
    if (of.server !== server || of.workload !== workload) continue;
    if (of.outcome.kind !== "measured") return of.outcome;
    rounds.set(of.round, of.outcome.figures);
  }
  return rounds.size === 0 ? { kind: "absent" } : { kind: "measured", rounds };
}

/** The median of one figure over the rounds; undefined when there is none to quote. */
export function medianOf(of: Cell, figure: Pick): number | undefined {
  return of.kind === "measured" ? median([...of.rounds.values()].map(figure)) : undefined;
}

/** How far the rounds lie apart: half of (highest - lowest) / median. Ratios finer than it say nothing. */
export function spread(of: Cell, figure: Pick): number | undefined {
  const middle = medianOf(of, figure);
  if (of.kind !== "measured" || of.rounds.size < 2 || !middle) return undefined;
  const values = [...of.rounds.values()].map(figure);
  return (Math.max(...values) - Math.min(...values)) / 2 / middle;
}

/** One cell's figure as part of another's: the median of what it is round by round. */
export function ratio(
  all: readonly Measurement[],
  pair: { readonly of: Place; readonly to: Place; readonly figure?: Pick },
): number | undefined {
  const { figure = speed } = pair;
  const [mine, theirs] = [cell(all, pair.of), cell(all, pair.to)];
  if (mine.kind !== "measured" || theirs.kind !== "measured") return undefined;
  const ratios: number[] = [];
  for (const [round, figures] of mine.rounds) {
    const other = theirs.rounds.get(round);
    if (other !== undefined && figure(other) > 0) ratios.push(figure(figures) / figure(other));
  }
  return ratios.length === 0 ? undefined : median(ratios);
}

/** Whether senders ran ahead of the other members: more than twice what the windows allow was still
 * on its way. The server then had larger batches than the workload is meant to give it, and its
 * figure must not be held against one that had not. */
export function ranAhead(of: Cell, workload: Workload): boolean {
  const behind = medianOf(of, (f) => f.behind);
  return behind !== undefined && behind > 2 * workload.senders * workload.window;
}

/** The middle of what was read of the program by itself. */
export function medianReading(
  readings: readonly Reading[],
  probe: ProbeName,
): number | undefined {
  const values = readings.filter((of) => of.probe === probe).map(({ ms }) => ms);
  const good = values.filter((ms) => ms !== undefined);
  return good.length === 0 || good.length < values.length ? undefined : median(good);
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
