/**
 * What is measured when, pure: rounds of steps, and how long they will take.
 *
 *   round 1   workload A: c, chat, nats, …   workload B: …   what the program takes by itself
 *   round 2   the same, the servers in the other order
 *
 * Within a round the servers of a workload follow each other, so that a slow minute of the machine hits all of them, and each
 * is as often before as behind any other. Servers of which no goal speaks are left out of every second round.
 *
 * Rounds go on until there were enough or until the time is up, whichever is first; those servers give way when the others would
 * not be done in time. The first round is always whole: it is better late than without a column.
 *
 * @module
 */

import { type ServerSpec, whyNot } from "./servers.ts";
import type { ProbeName } from "./results.ts";
import type { Workload } from "./workloads.ts";

/** One thing to measure. */
export type Step =
  | { readonly kind: "load"; readonly spec: ServerSpec; readonly workload: Workload }
  | { readonly kind: "probe"; readonly probe: ProbeName };

/** What is to be measured at all. */
export interface Choice {
  readonly rows: readonly ServerSpec[];
  readonly columns: readonly Workload[];
  readonly probes: readonly ProbeName[];
  /** The rows were asked for by name: each is measured in all columns, whatever its blocks. */
  readonly everywhere: boolean;
}

/** The steps of a round, which counts from 1. */
export function stepsOf(choice: Choice, round: number): Step[] {
  const isEven = round % 2 === 0;
  const rows = isEven ? choice.rows.toReversed() : choice.rows;
  const steps: Step[] = choice.columns.flatMap((workload) =>
    rows.filter((spec) => {
      if (whyNot(spec, workload) !== undefined) return false;
      if (choice.everywhere) return true;
      if (!spec.blocks?.includes(workload.block)) return false;
      return isBesides(spec, workload) && !(isEven && spec.isAside);
    }).map((spec) => ({ kind: "load", spec, workload } as const))
  );
  return [...steps, ...choice.probes.map((probe) => ({ kind: "probe", probe } as const))];
}

/** A durable server is measured among people only in what it alone can do. */
function isBesides(spec: ServerSpec, workload: Workload): boolean {
  return !spec.can?.includes("pages") || workload.block !== "people" || workload.needs === "pages";
}

/** How long steps take: as long as they took, and before that about what is known of their kind. */
export class Clock {
  readonly #seconds: number;
  readonly #took = new Map<string, number>();

  /** @param seconds That a load is applied in each step. */
  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  /** A step took so many seconds. */
  note(step: Step, seconds: number): void {
    this.#took.set(keyOf(step), seconds);
  }

  /** Seconds that steps will take together. */
  estimate(steps: readonly Step[]): number {
    return steps.reduce((sum, step) => sum + (this.#took.get(keyOf(step)) ?? this.#guess(step)), 0);
  }

  #guess(step: Step): number {
    if (step.kind === "probe") return 2;
    const { receivers, senders } = step.workload;
    // Starting, logging in and ending; and with nobody who talks, settling instead of the load.
    const around = 0.5 + receivers / 5000;
    return around + (senders === 0 ? 2 : this.#seconds);
  }
}

/** Whether no goal speaks of it, so that it gives way when time is short. */
export function isAside(step: Step): boolean {
  return step.kind === "load" && Boolean(step.spec.isAside);
}

/** A step in a word, as a key and for progress. */
export function keyOf(step: Step): string {
  return step.kind === "probe" ? step.probe : `${step.workload.name} ${step.spec.name}`;
}
