/**
 * What an attack has come to, and whether that is good enough. Pure.
 *
 * @module
 */

import type { Excuse } from "./attack.ts";
import type { Attacked } from "./attackers.ts";
import { LATENCY_MS_MAX, MEMORY_BESIDE, MEMORY_BUDGET } from "./numbers.ts";
import type { Met } from "./prober.ts";
import type { Spread } from "./spread.ts";

/** What became of the store. */
export interface StoreState {
  /** Why it does not open. */
  readonly refuses?: string;
  readonly damages: number;
  /** Of the honest's acknowledged messages: how many are not there, and how many are there twice. */
  readonly lost: number;
  readonly doubled: number;
}

/** One attack's row. */
export interface Row {
  readonly attack: string;
  readonly seconds: number;
  readonly seed: number;
  readonly met: Omit<Met, "acknowledged">;
  /** In bytes: before the attack, at its worst, and after it. */
  readonly memory: { readonly before: number; readonly peak: number; readonly after: number };
  /** Whether the server lived until it was asked to end. */
  readonly alive: boolean;
  /** With which code it ended then. */
  readonly code: number;
  readonly store: StoreState;
  /** What else must not be in its directory. */
  readonly left: readonly string[];
  /** Lines of stack traces in its log. */
  readonly traces: number;
  /** The first of them. */
  readonly trace: string;
  readonly serverCpuMs: number;
  readonly attacked: Attacked;
}

/** How strictly latencies are judged. */
export type Judging =
  /** As the honest met them. */
  | "as met"
  /** Without the time in which server and prober had no core: for machines on which others run, too. */
  | "without the machine's";

/** How a row is judged. */
export interface Judge {
  readonly judging: Judging;
  readonly excuse?: Excuse | undefined;
}

/** What is wrong with a row, in a few words each; nothing when it is good. */
export function faults(row: Row, { judging, excuse }: Judge): string[] {
  const { met, store, memory } = row;
  const all: string[] = [...row.attacked.breaches, ...row.left];
  const limit = LATENCY_MS_MAX + (excuse?.latencyMs?.(row.seconds) ?? 0);
  const slow = (what: string, { max, ownMax }: Spread) => {
    const ms = judging === "as met" ? max : ownMax;
    if (ms > limit) all.push(`${what} took ${Math.round(ms)} ms, over ${limit}`);
  };
  if (!row.alive) all.push(`the server died with code ${row.code}`);
  else if (row.code !== 0) all.push(`the server ended with code ${row.code}`);
  slow("a ping", met.ping);
  slow("saying something", met.say);
  slow("coming in", met.join);
  slow("asking for its health", met.health);
  if (met.ping.count === 0 || met.tally.acknowledged === 0) all.push("the honest got no answer");
  if (met.unanswered > 0) all.push(`${met.unanswered} questions have no answer`);
  if (excuse?.cut !== true) {
    for (const [code, count] of Object.entries(met.refused)) {
      if (excuse?.refusals?.test(code) !== true) all.push(`refused ${count} ×: ${code}`);
    }
    for (const cut of new Set(met.cuts)) all.push(`the honest were cut off: ${cut}`);
  }
  const lost = met.tally.lost + store.lost;
  const doubled = met.tally.doubled + store.doubled;
  if (lost > 0) all.push(`${met.tally.lost} not received, ${store.lost} not stored`);
  if (doubled > 0) all.push(`${met.tally.doubled} received twice, ${store.doubled} stored twice`);
  if (store.refuses !== undefined) all.push(`the store does not open: ${store.refuses}`);
  if (store.damages > 0) all.push(`the store has ${store.damages} damages`);
  if (memory.peak > MEMORY_BUDGET + MEMORY_BESIDE) {
    all.push(
      `memory peaked at ${mib(memory.peak)} MiB, over ${mib(MEMORY_BUDGET + MEMORY_BESIDE)}`,
    );
  }
  if (row.traces > 0) all.push(`${row.traces} lines of stack traces: ${row.trace}`);
  return all;
}

/** Whether only time is to blame, which a busy machine may take: worth a second look. */
export function onlySlow(all: readonly string[]): boolean {
  return all.length > 0 && all.every((fault) => / took \d+ ms, over /.test(fault));
}

/** Bytes as whole MiB. */
export function mib(bytes: number): number {
  return Math.round(bytes / (1 << 20));
}
