/**
 * The verdict on each second: what the server measured, between its last two answers, and what the kernel saw of it meanwhile.
 *
 * A second without an answer is no news: the verdict before it holds, until it is sure that nothing comes any more.
 *
 * @module
 */

import {
  type Facts,
  factsBetween,
  type KernelFacts,
  type Measured,
  quantilesOf,
  Readers,
  SILENT_MS,
  type Slot,
  slotsBetween,
  type Verdict,
  verdict,
  type Waited,
} from "../../verdict/mod.ts";
import { SLOW_BYTES } from "./limits.ts";
import { plainAddress } from "./names.ts";
import type { KernelSecond, PersonSecond, ServerSecond } from "./page_messages.ts";
import type { ServerReport } from "./server_report.ts";

/** The middle of a slot that ends at twice its beginning, in units of that. */
const MIDDLE = 1.5;

/** What is known of a second that ends. */
export interface Judged {
  /** Its end, in milliseconds since 1970. */
  readonly at: number;
  /** What the server told last, and before that. */
  readonly now: ServerReport | undefined;
  readonly before: ServerReport | undefined;
  readonly kernel: KernelSecond | undefined;
  readonly people: readonly PersonSecond[];
}

/** Judges one second after the other. */
export class Judge {
  /** When the server answered last that tells its times, in milliseconds since 1970. */
  #answeredAt: number | undefined;
  #last: Verdict | undefined;
  /** Known by the peer's address. */
  readonly #readers = new Readers<string>();

  /** The verdict on a second; none where neither server nor kernel tells anything to judge by. */
  second(judged: Judged): Verdict | undefined {
    const { at, now, before, kernel, people } = judged;
    const isNew = now !== undefined && now !== before;
    if (isNew && now.measured !== undefined) this.#answeredAt = now.at;
    const silentMs = this.#answeredAt === undefined ? 0 : at - this.#answeredAt;
    if (this.#answeredAt !== undefined && !isNew && silentMs < SILENT_MS) return this.#last;
    const hasFacts = isNew && now.measured !== undefined || kernel !== undefined || silentMs > 0;
    this.#last = hasFacts
      ? verdict({
        ...(isNew ? this.#factsOf(judged, now) : { silentMs }),
        ...(kernel === undefined ? {} : {
          kernel: { ...costOf(this.#last), ...kernelFacts(kernel, people) },
        }),
      })
      : undefined;
    return this.#last;
  }

  #factsOf({ before, people }: Judged, now: ServerReport): Facts {
    const { measured, connections = [] } = now;
    if (measured === undefined) return {};
    const { slowest, wasSlow } = this.#readers.look(
      connections.values().map(({ name, remote, lagBytes, bytesOut }) =>
        [remote, { who: name ?? remote, bytes: lagBytes, taken: bytesOut }] as const
      ),
    );
    return factsBetween(before?.measured, measured, worse(slowestIn(people), slowest), wasSlow);
  }
}

/** Who is slow by what the server tells, with what a kernel has taken for that one; else whom a kernel tells of. */
function worse(seen: Waited | undefined, told: Waited | undefined): Waited | undefined {
  if (seen === undefined) return told;
  if (told?.isSlow) return seen.who === told.who ? { ...seen, ...told } : told;
  return { ...seen, isSlow: false };
}

/** For whom most waits, where a kernel tells what it has taken for each; those who are slow first. */
function slowestIn(people: readonly PersonSecond[]): Waited | undefined {
  const waits = ({ lag = 0, unsent = 0 }: PersonSecond) => lag + unsent;
  const [first] = people
    .filter((one) => one.name !== undefined && one.unsent !== undefined)
    .filter((one) => one.slow || one.lag !== undefined && one.lag > 0 || waits(one) >= SLOW_BYTES)
    .sort((a, b) => Number(b.slow ?? false) - Number(a.slow ?? false) || waits(b) - waits(a));
  if (first?.name === undefined) return undefined;
  const { name, lag = 0, unsent = 0, slow } = first;
  return { who: name, bytes: lag, inKernel: unsent, ...(slow ? { isStuck: true } : {}) };
}

/** What watching costs is not measured in each second. */
function costOf(last: Verdict | undefined): Pick<KernelFacts, "cost"> {
  return last?.cost === undefined ? {} : { cost: last.cost };
}

function kernelFacts(kernel: KernelSecond, people: readonly PersonSecond[]): KernelFacts {
  const { rttUs, rttMaxUs, retransmits, sendCalls, cost, lost } = kernel;
  const waitedMs = waitedOf(kernel.delaySlots);
  const farthest = people.find((one) => one.rttUs !== undefined && one.rttUs === rttMaxUs)?.name;
  return {
    ...(waitedMs === undefined ? {} : { waitedMs }),
    ...(rttUs === undefined ? {} : { rttMs: rttUs / 1_000 }),
    ...(rttMaxUs === undefined ? {} : { rttMaxMs: rttMaxUs / 1_000 }),
    ...(farthest === undefined ? {} : { rttMaxOf: plainAddress(farthest) }),
    resent: retransmits,
    sendCalls,
    ...(cost === undefined ? {} : { cost }),
    lost,
  };
}

/** The kernel's slots are powers of two: slot i holds [2^(i+7), 2^(i+8)) ns, and is told as what lies in its middle. */
function waitedOf(delaySlots: readonly number[]): number | undefined {
  const slots = delaySlots.map((count, slot): Slot => ({
    le: 2 ** (slot + 7) * MIDDLE / 1e6,
    count,
  }))
    .filter(({ count }) => count > 0);
  return quantilesOf(slots)?.p99Ms;
}

/** A second's times in the place of those of late, where the server tells them; without any in this second they are not known. */
export function withTimes(
  server: ServerSecond,
  before: Measured | undefined,
  now: Measured | undefined,
): ServerSecond {
  if (before === undefined || now === undefined) return server;
  const { loopDelayMs: _loop, fanoutP50Ms: _half, fanoutP99Ms: _most, store, ...rest } = server;
  const loop = quantilesOf(slotsBetween(before.loop, now.loop));
  const fanout = quantilesOf(slotsBetween(before.fanout, now.fanout));
  const syncs = quantilesOf(slotsBetween(before.syncs, now.syncs));
  return {
    ...rest,
    ...(loop === undefined ? {} : { loopDelayMs: loop.p99Ms }),
    ...(fanout === undefined ? {} : { fanoutP50Ms: fanout.p50Ms, fanoutP99Ms: fanout.p99Ms }),
    ...(store === undefined ? {} : { store: storeTimes(store, syncs) }),
  };
}

function storeTimes(
  { syncP50Ms: _half, syncP99Ms: _most, ...store }: NonNullable<ServerSecond["store"]>,
  syncs: ReturnType<typeof quantilesOf>,
): NonNullable<ServerSecond["store"]> {
  if (syncs === undefined) return store;
  return { ...store, syncP50Ms: syncs.p50Ms, syncP99Ms: syncs.p99Ms };
}
