/**
 * Conducts a run: its threads, its phases, and the sum of what they found.
 *
 * ```text
 *   log in ─► talk (warm-up) ─► measure ─► drain: until everybody has everything ─► over
 * ```
 *
 * Rates are of the measured time alone. What is checked (lost, doubled, out of order, changed) is checked from the first
 * message to the last.
 *
 * @module
 */

import { wait } from "../ground/mod.ts";
import { BenchError } from "./bench_error.ts";
import { Latencies } from "./latencies.ts";
import { GRACE_MS, STALL_MS, START_MS_MAX } from "./limits.ts";
import { dealt, hearsItself, type Plan } from "./plan.ts";
import { look, newSharedMemory, PHASE, ring, type Shared, TALLY, totalOf } from "./shared.ts";
import { startThreads, type Threads } from "./threads.ts";

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
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  readonly changed: number;
  readonly foreign: number;
}

/**
 * Carries out a plan.
 *
 * @param onPhase Is called when measuring begins and ends, to read what the server has used.
 * @throws {BenchError} When it breaks off. When `signal` fires, also.
 */
export async function conduct(
  plan: Plan,
  { signal, onProgress = () => {}, onPhase = () => {} }: {
    readonly signal: AbortSignal;
    readonly onProgress?: (progress: Progress) => void;
    readonly onPhase?: (phase: "measuring" | "measured") => void | Promise<void>;
  },
): Promise<Outcome> {
  const memory = newSharedMemory(plan);
  const shared = look(memory);
  using threads = startThreads(plan, memory);
  // However it ends, nothing is waited for any more.
  using over = new Over();
  const broken = Promise.race([threads.failed, aborted(signal, over)]);
  broken.catch(() => {}); // it may break when nobody waits for anything
  const guard = <T>(work: Promise<T>): Promise<T> => Promise.race([work, broken]);

  await guard(Promise.race([threads.ready, notStarted(over)]));
  const begun = performance.now();
  threads.begin();
  await guard(logIn(threads, shared, over, onProgress));
  const loginMs = performance.now() - begun;

  enter(shared, PHASE.talking);
  onProgress({ kind: "warming up" });
  await guard(watched(plan, shared, plan.warmUpSeconds * 1_000, over, () => {}));

  const before = reading(shared);
  enter(shared, PHASE.measuring);
  await guard(Promise.resolve(onPhase("measuring")));
  await guard(watched(plan, shared, plan.seconds * 1_000, over, () => {
    const { seconds, deliveries } = between(before, reading(shared));
    onProgress({ kind: "measuring", seconds, deliveriesPerS: deliveries / seconds });
  }));
  const measured = between(before, reading(shared));
  enter(shared, PHASE.draining);
  await guard(Promise.resolve(onPhase("measured")));

  onProgress({ kind: "draining" });
  await guard(drain(plan, shared, over));
  enter(shared, PHASE.over);
  const results = await guard(threads.results);

  const latencies = new Latencies();
  let [lost, doubled, outOfOrder, changed, foreign] = [0, 0, 0, 0, 0];
  for (const { defects, missing, latencies: counts, maxUs } of results) {
    latencies.add(new Latencies(counts, maxUs));
    // Whatever came behind a later one was skipped before: it is late, not lost.
    const late = Math.min(defects.doubled, defects.skipped);
    outOfOrder += late;
    doubled += defects.doubled - late;
    lost += missing - late;
    changed += defects.changed;
    foreign += defects.foreign;
  }
  const { seconds, deliveries, sent, bytes } = measured;
  return {
    loginMs,
    seconds,
    deliveries,
    deliveriesPerS: deliveries / seconds,
    messagesPerS: sent / seconds,
    bytesPerS: bytes / seconds,
    latencies,
    lost,
    doubled,
    outOfOrder,
    changed,
    foreign,
  };
}

async function logIn(
  threads: Threads,
  shared: Shared,
  over: Over,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const allIn = new AbortController();
  const all = threads.allIn.finally(() => allIn.abort());
  const end = AbortSignal.any([allIn.signal, over.signal]);
  const quiet = new Quiet();
  while (!end.aborted) {
    await wait(PROGRESS_MS, end);
    const loggedIn = totalOf(shared, TALLY.loggedIn);
    onProgress({ kind: "logging in", loggedIn });
    if (quiet.isTooLong(loggedIn)) {
      throw new BenchError(`The server answers no more: ${loggedIn} members are in.`);
    }
  }
  if (!over.signal.aborted) await all;
}

/** Waits, and throws when what is due does not arrive any more. */
async function watched(
  plan: Plan,
  shared: Shared,
  ms: number,
  over: Over,
  look: () => void,
): Promise<void> {
  const end = performance.now() + ms;
  const quiet = new Quiet();
  for (let left = ms; left > 0 && !over.signal.aborted; left = end - performance.now()) {
    await wait(Math.min(PROGRESS_MS, left), over.signal);
    const heard = totalOf(shared, TALLY.inOrder);
    const missing = due(plan, shared) - heard;
    if (quiet.isTooLong(heard) && missing > 0) {
      const seconds = STALL_MS / 1_000;
      throw new BenchError(
        `Nothing has arrived for ${seconds} s, and members lack ${missing} messages that were sent.`,
      );
    }
    look();
  }
}

/**
 * Waits until everybody has everything, or nothing comes any more. What is missing then is lost. A thread may be about to
 * say something while the phase changes, so this is the end only when it still is a while later.
 */
async function drain(plan: Plan, shared: Shared, over: Over): Promise<void> {
  const quiet = new Quiet();
  for (let before = -1; !over.signal.aborted;) {
    const heard = totalOf(shared, TALLY.inOrder);
    const all = due(plan, shared);
    if (quiet.isTooLong(heard) || (heard >= all && all === before)) return;
    before = heard >= all ? all : -1;
    await wait(before < 0 ? DRAIN_LOOK_MS : GRACE_MS, over.signal);
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

/** Tells how long a counter has not moved. */
class Quiet {
  #before = -1;
  #movedAt = performance.now();

  isTooLong(value: number): boolean {
    const now = performance.now();
    if (value !== this.#before) [this.#before, this.#movedAt] = [value, now];
    return now - this.#movedAt > STALL_MS;
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

function enter(shared: Shared, phase: number): void {
  Atomics.store(shared.phase, 0, phase);
  for (let thread = 0; thread < shared.bells.length; thread++) ring(shared, thread);
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

function aborted(signal: AbortSignal, over: Over): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new BenchError("Interrupted."));
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true, signal: over.signal });
  return promise;
}
