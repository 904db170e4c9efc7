/**
 * Conducts a run: its threads, its phases, and the sum of what they found.
 *
 * ```text
 *   log in ─► talk (warm-up) ─► measure ─► drain: until everybody has everything ─► over
 * ```
 *
 * Rates are of the measured time alone. What is checked (lost, doubled, out of order, changed) is checked from the first
 * message to the last. Who interrupts the measuring gets what was measured until then, and all of it checked that arrives
 * soon; so does whose server breaks off. Every phase has a limit, and ends when it is interrupted.
 *
 * @module
 */

import { wait } from "../ground/mod.ts";
import { BenchError } from "./bench_error.ts";
import type { Latencies } from "./latencies.ts";
import {
  DRAIN_MS_MAX,
  GRACE_MS,
  INTERRUPTED_DRAIN_MS_MAX,
  LOGIN_EACH_MS,
  LOGIN_MS_MAX,
  STALL_MS,
  START_MS_MAX,
} from "./limits.ts";
import { type Defects, noDefects } from "./ledger.ts";
import { dealt, hearsItself, type Plan } from "./plan.ts";
import { enter, look, newSharedMemory, PHASE, type Shared, TALLY, totalOf } from "./shared.ts";
import { startThreads, type Threads } from "./threads.ts";
import { Timeline } from "./timeline.ts";

/** How often progress is told, in ms. */
const PROGRESS_MS = 500;
/** How often the end of the drain is looked for, in ms. */
const DRAIN_LOOK_MS = 10;

/** Where a run stands. */
export type Progress =
  | { readonly kind: "logging in"; readonly loggedIn: number }
  | { readonly kind: "warming up" }
  | { readonly kind: "measuring"; readonly seconds: number; readonly deliveriesPerS: number }
  | { readonly kind: "draining" };

/** What a run gave. */
export interface Outcome {
  /** How long it took until all were in, in ms. */
  readonly loginMs: number;
  /** How long was measured, in s. */
  readonly seconds: number;
  readonly deliveries: number;
  readonly deliveriesPerS: number;
  /** Messages that were sent in that time, per second. */
  readonly messagesPerS: number;
  /** Bytes that all members got, per second. */
  readonly bytesPerS: number;
  /** From sending, or from when it was due, until it had landed. */
  readonly latencies: Latencies;
  /** The same by when it landed. */
  readonly timeline: { readonly everySeconds: number; readonly latencies: readonly Latencies[] };
  /** Whether it was ended before its time. */
  readonly interrupted: boolean;
  /** Why it broke off, in a sentence, if it did: what was on the way then counts as lost. */
  readonly broken?: string;
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  readonly changed: number;
  readonly foreign: number;
  readonly misnumbered: number;
}

/** How long is waited, in ms: see `limits.ts`. */
export interface Patience {
  readonly stallMs: number;
  readonly loginMs: number;
  readonly loginEachMs: number;
  readonly drainMs: number;
  readonly interruptedDrainMs: number;
}

const PATIENCE: Patience = {
  stallMs: STALL_MS,
  loginMs: LOGIN_MS_MAX,
  loginEachMs: LOGIN_EACH_MS,
  drainMs: DRAIN_MS_MAX,
  interruptedDrainMs: INTERRUPTED_DRAIN_MS_MAX,
};

/**
 * Carries out a plan.
 *
 * @param onPhase Is called when measuring begins and ends, to read what the server has used.
 * @param signal Ends it: from when it is measured, with what was found until then.
 * @param patience How long is waited, where it is to be otherwise.
 * @throws {BenchError} When it breaks off or is ended before anything was measured.
 */
export async function conduct(
  plan: Plan,
  { signal, patience, onProgress = () => {}, onPhase = () => {} }: {
    readonly signal: AbortSignal;
    readonly patience?: Partial<Patience>;
    readonly onProgress?: (progress: Progress) => void;
    readonly onPhase?: (phase: "measuring" | "measured") => void | Promise<void>;
  },
): Promise<Outcome> {
  const memory = newSharedMemory(plan);
  const shared = look(memory);
  const patient = { ...PATIENCE, ...patience };
  await using threads = startThreads(plan, memory);
  // However it ends, nothing is waited for any more.
  using over = new Over();
  const guard = <T>(work: Promise<T>): Promise<T> => Promise.race([work, threads.failed]);
  const unlessInterrupted = <T>(work: Promise<T>): Promise<T> =>
    guard(Promise.race([work, interrupted(signal, over)]));

  await unlessInterrupted(Promise.race([threads.ready, notStarted(over)]));
  const begunMs = performance.now();
  threads.begin(performance.timeOrigin + begunMs);
  await unlessInterrupted(logIn(plan, threads, { shared, over, patient, onProgress }));
  const loginMs = performance.now() - begunMs;

  enter(shared, PHASE.talking);
  onProgress({ kind: "warming up" });
  const warmUpMs = plan.warmUpSeconds * 1_000;
  await unlessInterrupted(
    watched(plan, shared, { ms: warmUpMs, end: over.signal, patient, look: () => {} }),
  );

  await guard(Promise.resolve(onPhase("measuring")));
  const before = reading(shared);
  shared.measuredFrom[0] = (before.atMs - begunMs) * 1_000;
  enter(shared, PHASE.measuring);
  const measuring = {
    ms: plan.seconds * 1_000,
    end: AbortSignal.any([signal, over.signal]),
    patient,
    look: () => {
      const { seconds, deliveries } = between(before, reading(shared));
      onProgress({ kind: "measuring", seconds, deliveriesPerS: deliveries / seconds });
    },
  };
  const talked = await guard(watched(plan, shared, measuring)).then(noSentence, sentenceOf);
  const wasInterrupted = signal.aborted;
  const measured = between(before, reading(shared));
  enter(shared, PHASE.draining);
  await onPhase("measured");

  onProgress({ kind: "draining" });
  const broken = talked ??
    await guard(drain(plan, shared, { signal, over, patient })).then(noSentence, sentenceOf);
  enter(shared, PHASE.over);
  const results = await Promise.race([threads.results, notEnded(over, signal)]);

  const timeline = new Timeline(plan.seconds);
  const found = noDefects();
  let lost = 0;
  for (const { defects, missing, intervals } of results) {
    timeline.add(intervals);
    lost += missing;
    for (const kind of Object.keys(found) as (keyof Defects)[]) found[kind] += defects[kind];
  }
  const { doubled, late: outOfOrder, changed, foreign, misnumbered } = found;
  const { seconds, deliveries, sent, bytes } = measured;
  return {
    loginMs,
    seconds,
    deliveries,
    deliveriesPerS: deliveries / seconds,
    messagesPerS: sent / seconds,
    bytesPerS: bytes / seconds,
    latencies: timeline.total(),
    timeline: { everySeconds: timeline.everySeconds, latencies: timeline.upTo(seconds) },
    interrupted: wasInterrupted,
    ...broken === undefined ? {} : { broken },
    lost,
    doubled,
    outOfOrder,
    changed,
    foreign,
    misnumbered,
  };
}

async function logIn(
  { members }: Plan,
  threads: Threads,
  { shared, over, patient, onProgress }: {
    readonly shared: Shared;
    readonly over: Over;
    readonly patient: Patience;
    readonly onProgress: (progress: Progress) => void;
  },
): Promise<void> {
  const allIn = new AbortController();
  const all = threads.allIn.finally(() => allIn.abort());
  const end = AbortSignal.any([allIn.signal, over.signal]);
  const quiet = new Quiet(patient.stallMs);
  const ms = patient.loginMs + members * patient.loginEachMs;
  const endMs = performance.now() + ms;
  while (!end.aborted) {
    await wait(PROGRESS_MS, end);
    const loggedIn = totalOf(shared, TALLY.loggedIn);
    onProgress({ kind: "logging in", loggedIn });
    const isIn = `${loggedIn} of ${members} members are in`;
    if (quiet.isTooLong(loggedIn)) {
      const what = loggedIn === 0 ? "does not answer" : "answers no more";
      throw new BenchError(`The server ${what}: ${isIn}.`);
    }
    if (performance.now() > endMs) {
      throw new BenchError(`The server is too slow: after ${inSeconds(ms)} s ${isIn}.`);
    }
  }
  if (!over.signal.aborted) await all;
}

/** Waits, and throws when what is due does not arrive any more. */
async function watched(
  plan: Plan,
  shared: Shared,
  { ms, end, patient: { stallMs }, look }: {
    readonly ms: number;
    readonly end: AbortSignal;
    readonly patient: Patience;
    readonly look: () => void;
  },
): Promise<void> {
  const endMs = performance.now() + ms;
  const quiet = new Quiet(stallMs);
  for (let left = ms; left > 0 && !end.aborted; left = endMs - performance.now()) {
    await wait(Math.min(PROGRESS_MS, left), end);
    const heard = totalOf(shared, TALLY.deliveries);
    const missing = due(plan, shared) - heard;
    if (quiet.isTooLong(heard) && missing > 0) {
      throw new BenchError(
        `Nothing has arrived for ${
          inSeconds(stallMs)
        } s, and members lack ${missing} messages that were sent.`,
      );
    }
    look();
  }
}

/**
 * Waits until everybody has everything, or nothing comes any more. What is missing then is lost. A thread may be about to
 * say something while the phase changes, so this is the end only when it still is a while later.
 *
 * @throws {BenchError} When something still comes, but it takes too long, or is interrupted.
 */
async function drain(
  plan: Plan,
  shared: Shared,
  { signal, over, patient }: {
    readonly signal: AbortSignal;
    readonly over: Over;
    readonly patient: Patience;
  },
): Promise<void> {
  const wasInterrupted = signal.aborted;
  const ms = wasInterrupted ? patient.interruptedDrainMs : patient.drainMs;
  const end = wasInterrupted ? over.signal : AbortSignal.any([signal, over.signal]);
  const endMs = performance.now() + ms;
  const quiet = new Quiet(patient.stallMs);
  for (let before = -1; !over.signal.aborted;) {
    const heard = totalOf(shared, TALLY.deliveries);
    const all = due(plan, shared);
    if (quiet.isTooLong(heard) || (heard >= all && all === before)) return;
    if (signal.aborted && !wasInterrupted) {
      throw new BenchError(`Interrupted when members lacked ${all - heard} messages.`);
    }
    if (performance.now() > endMs) {
      throw new BenchError(
        `Members lacked ${all - heard} messages ${inSeconds(ms)} s after the last was said: ` +
          "the server is slow, or so many are on the way (--in-flight).",
      );
    }
    before = heard >= all ? all : -1;
    await wait(before < 0 ? DRAIN_LOOK_MS : GRACE_MS, end);
  }
}

/** How many messages all members together must have heard of what was sent up to now. */
function due(plan: Plan, shared: Shared): number {
  let sum = 0;
  for (let sender = 0; sender < plan.senders; sender++) {
    const members = dealt(plan.members, plan.rooms, sender % plan.rooms);
    sum += (shared.sent[sender] ?? 0) * (hearsItself(plan) ? members : members - 1);
  }
  return sum;
}

function inSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

/** Tells whether a counter has not moved for too long. */
class Quiet {
  readonly #ms: number;
  #before = -1;
  #movedAt = performance.now();

  constructor(ms: number) {
    this.#ms = ms;
  }

  isTooLong(value: number): boolean {
    const now = performance.now();
    if (value !== this.#before) [this.#before, this.#movedAt] = [value, now];
    return now - this.#movedAt > this.#ms;
  }
}

/** The end of a run, for whoever still waits for something in it. */
class Over implements Disposable {
  readonly #controller = new AbortController();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    this.#controller.abort();
  }
}

async function notStarted({ signal }: Over): Promise<void> {
  await wait(START_MS_MAX, signal);
  if (!signal.aborted) throw new BenchError("The load generator's threads do not start.");
}

async function notEnded({ signal: over }: Over, signal: AbortSignal): Promise<never> {
  await wait(START_MS_MAX, AbortSignal.any([over, signal]));
  if (!over.aborted) await wait(INTERRUPTED_DRAIN_MS_MAX, over);
  throw new BenchError("The load generator's threads do not end.");
}

/** Nothing broke. */
function noSentence(): undefined {}

/** What broke it. @throws What is no such thing. */
function sentenceOf(error: unknown): string {
  if (error instanceof BenchError) return error.message;
  throw error;
}

interface Reading {
  readonly atMs: number;
  readonly deliveries: number;
  readonly sent: number;
  readonly bytes: number;
}

function reading(shared: Shared): Reading {
  return {
    atMs: performance.now(),
    deliveries: totalOf(shared, TALLY.deliveries),
    sent: totalOf(shared, TALLY.sent),
    bytes: totalOf(shared, TALLY.bytes),
  };
}

function between(from: Reading, to: Reading): Omit<Reading, "atMs"> & { readonly seconds: number } {
  return {
    seconds: (to.atMs - from.atMs) / 1_000,
    deliveries: to.deliveries - from.deliveries,
    sent: to.sent - from.sent,
    bytes: to.bytes - from.bytes,
  };
}

function interrupted(signal: AbortSignal, over: Over): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {}); // it may fire when nobody waits any more
  const stop = () => reject(new BenchError("Interrupted before anything was measured."));
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true, signal: over.signal });
  return promise;
}
