/**
 * Measures everything that was chosen, round by round, and tells on the way what it does and how long it will take.
 *
 * Each measurement is a fresh server process and a fresh load generator, one pair at a time. Whatever goes wrong with one is
 * its outcome, and the rest goes on; what failed once is not tried again, since it has no median any more.
 *
 * @module
 */

import type { Programs } from "./compile.ts";
import { measure, type Outcome } from "./generator.ts";
import { note } from "./output.ts";
import { Probes } from "./probes.ts";
import type { Measurement, Reading, Results } from "./results.ts";
import { type Choice, Clock, isAside, keyOf, type Step, stepsOf } from "./schedule.ts";
import { type ServerSpec, startServer } from "./servers.ts";
import { crowd, type Workload } from "./workloads.ts";

/** Of what a server says on stderr, when it fails. */
const lastLines = 3;

/** Seconds more before ten thousand are measured: they are still being told who came in. */
const crowdWarmup = 0.5;

/** How it is measured. */
export interface Manner {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmup: number;
  /** After which no step of another round than the first is begun; none unless it is told. */
  readonly minutes?: number;
  readonly landed: "own" | "all";
}

/** With what, and who is told. */
export interface Means {
  readonly programs: Programs;
  readonly signal: AbortSignal;
  /** What there is after each round. */
  readonly onRound?: (results: Results) => Promise<void>;
}

/** Measures all of it. */
export async function measureAll(
  choice: Choice,
  manner: Manner,
  { programs, signal, onRound }: Means,
): Promise<Results> {
  const measurements: Measurement[] = [];
  const readings: Reading[] = [];
  const broken = new Set<string>();
  const clock = new Clock(manner.seconds + manner.warmup);
  const probes = new Probes(programs, signal);
  const begun = performance.now();
  const passed = () => (performance.now() - begun) / 1000;
  const secondsMax = (manner.minutes ?? Infinity) * 60;

  for (let round = 1; round <= manner.rounds; round++) {
    const later = Array.from(
      { length: manner.rounds - round },
      (_, n) => stepsOf(choice, round + 1 + n),
    ).flat();
    const steps = stepsOf(choice, round);
    for (const [n, step] of steps.entries()) {
      if (broken.has(keyOf(step))) continue;
      const due = [step, ...[...steps.slice(n + 1), ...later].filter((one) => !isAside(one))];
      const isTooLate = passed() + clock.estimate(isAside(step) ? due : [step]) > secondsMax;
      if (round > 1 && isTooLate) continue;
      const start = passed();
      const told = await one(step, round);
      clock.note(step, passed() - start);
      const here = clock.estimate(steps.slice(n + 1));
      const left = Math.min(here + clock.estimate(later), secondsMax - passed());
      const rest = round === 1 ? Math.max(here, left) : Math.max(0, left);
      note(`[${round}/${manner.rounds}, ${minutes(rest)} left] ${told}`);
    }
    await onRound?.({ measurements, readings });
  }
  return { measurements, readings };

  /** Measures one step, and says in a line what came out. */
  async function one(step: Step, round: number): Promise<string> {
    if (step.kind === "probe") {
      const reading = await probes.measure(step.probe).catch((error: unknown) => {
        signal.throwIfAborted();
        broken.add(keyOf(step));
        return { reason: wordsOf(error) };
      });
      readings.push({ probe: step.probe, round, ...reading });
      return `${step.probe}: ${"ms" in reading ? `${reading.ms.toFixed(1)} ms` : reading.reason}`;
    }
    const { spec, workload } = step;
    const outcome = await measureOnce(spec, workload, { manner, programs, signal });
    if (outcome.kind !== "measured") broken.add(keyOf(step));
    measurements.push({ server: spec.name, workload: workload.name, round, outcome });
    return `${workload.title}, ${spec.title}: ${brief(outcome, workload)}`;
  }
}

async function measureOnce(
  spec: ServerSpec,
  workload: Workload,
  options: { readonly manner: Manner; readonly programs: Programs; readonly signal: AbortSignal },
): Promise<Outcome> {
  const { manner, programs, signal } = options;
  try {
    await using server = await startServer(spec, programs, signal);
    const speech = workload.speech ?? spec.speech ?? "chat";
    const warmup = manner.warmup + (workload.receivers >= crowd.receivers ? crowdWarmup : 0);
    const outcome = await measure(server, programs, {
      ...manner,
      warmup,
      workload,
      speech,
      signal,
    });
    const words = server.lastWords().split("\n").slice(-lastLines).join("; ");
    if (outcome.kind !== "failed" || words === "") return outcome;
    return { ...outcome, reason: `${outcome.reason}; it says: ${words}` };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "failed", reason: wordsOf(error) };
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function brief(outcome: Outcome, workload: Workload): string {
  if (outcome.kind !== "measured") return `${outcome.kind}: ${outcome.reason}`;
  const { deliveriesPerS, latencyUs, loginMs, generatorBusy, peakKiB, answersPerS } =
    outcome.figures;
  const memory = `login ${Math.round(loginMs)} ms, peak ${Math.round(peakKiB / 1024)} MiB`;
  if (workload.senders === 0) return memory;
  const answers = answersPerS > 0 ? `${Math.round(answersPerS)} answers/s, ` : "";
  return `${(deliveriesPerS / 1e6).toPrecision(3)} M/s, p99 ${
    (latencyUs.p99 / 1000).toFixed(1)
  } ms, ${answers}generator ${Math.round(100 * generatorBusy)} % busy, ${memory}`;
}

function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
