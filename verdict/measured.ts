/**
 * What a chat server tells of itself in `Inspection`, as facts of the time between two of them. Pure.
 *
 * @module
 */

import type { Facts, SlowReader } from "./facts.ts";
import { type Slot, slotsBetween, splitsBetween, type SplitSlot } from "./slots.ts";

/** What a server measures of itself: sums since its start, in slots that are subtracted from each other, and states. */
export interface Measured {
  readonly acks: readonly SplitSlot[];
  readonly loop: readonly Slot[];
  readonly fanout: readonly Slot[];
  readonly syncs: readonly Slot[];
  /** Sums: who was cut off as too slow, and turned away because it was full. */
  readonly cutOff: number;
  readonly turnedAway: number;
  /** States: since when the disk owes an answer, in ms, and whether the store refused what it was given last. */
  readonly diskOwesMs: number;
  readonly storeFailed: boolean;
  /** Bytes that may wait for somebody. */
  readonly lagBytesMax?: number;
}

/** A distribution of times, as far as it is told. */
interface Times {
  readonly slots?: readonly Slot[];
}

/** The figures of an `Inspection`, as far as a verdict needs them. */
export interface InspectedFigures {
  readonly acknowledgements?: readonly SplitSlot[];
  readonly loopDelayMs: Times;
  readonly fanoutMs: Times;
  readonly store?: { readonly syncMs: Times };
  readonly lagBytesMax?: number;
  readonly storeFailed?: boolean;
  readonly storePendingMs?: number;
  readonly slowConsumers: number;
  readonly turnedAway: number;
}

/** What is measured; `undefined` of a server that does not tell it. */
export function measuredOf(figures: InspectedFigures): Measured | undefined {
  const { acknowledgements, loopDelayMs, fanoutMs, store, lagBytesMax } = figures;
  if (acknowledgements === undefined) return undefined;
  return {
    acks: acknowledgements,
    loop: loopDelayMs.slots ?? [],
    fanout: fanoutMs.slots ?? [],
    syncs: store?.syncMs.slots ?? [],
    cutOff: figures.slowConsumers,
    turnedAway: figures.turnedAway,
    diskOwesMs: figures.storePendingMs ?? 0,
    storeFailed: figures.storeFailed ?? false,
    ...(lagBytesMax === undefined ? {} : { lagBytesMax }),
  };
}

/** For whom bytes wait, before the limit is known. */
export type Waited = Omit<SlowReader, "bytesMax">;

/**
 * The facts of the time between.
 *
 * @param slowest Who reads most slowly now.
 * @param wasSlow Whether anybody was slow then.
 */
export function factsBetween(
  before: Measured | undefined,
  now: Measured,
  slowest: Waited | undefined,
  wasSlow: boolean,
): Facts {
  const { lagBytesMax, diskOwesMs, storeFailed } = now;
  return {
    ...(before === undefined ? {} : {
      acks: splitsBetween(before.acks, now.acks),
      loop: slotsBetween(before.loop, now.loop),
      fanout: slotsBetween(before.fanout, now.fanout),
      syncs: slotsBetween(before.syncs, now.syncs),
      losses: {
        cutOff: added(before.cutOff, now.cutOff),
        turnedAway: added(before.turnedAway, now.turnedAway),
      },
    }),
    diskOwesMs,
    storeFailed,
    wasSlow,
    ...(slowest === undefined ? {} : {
      slowest: {
        ...slowest,
        ...(lagBytesMax === undefined ? {} : { bytesMax: lagBytesMax }),
      },
    }),
  };
}

/** What is less than before was counted anew. */
function added(before: number, now: number): number {
  return now < before ? now : now - before;
}
