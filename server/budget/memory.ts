/**
 * Who is let go when memory is short: whoever costs most.
 *
 * ```text
 *   what all share ─ ids, offers, the logs' own chunks ┐
 *   what each holds ─ unread answers, half frames      ├─► more than the budget? the dearest go until 9/10 of it fit
 *   what each keeps alive of a log by lagging behind   ┘
 * ```
 *
 * A log is held by all who have not read it, so it counts once, with the slowest. What all share no departure frees: so
 * a part of the budget is the connections' own, and while they keep within it nobody goes, whatever is shared. Pure.
 *
 * @module
 */

import { Heap } from "./heap.ts";

/** What is kept of a log because somebody lags behind it. */
export interface Lag {
  /** The log; compared by identity. */
  readonly log: object;
  readonly bytes: number;
}

/** Somebody who costs memory. */
export interface Payer {
  /** Bytes that are held for this one alone. */
  readonly ownBytes: number;
  readonly lags: readonly Lag[];
}

/** When somebody must go, others may grow a little before the next one has to: the share that is left filled. */
const FILLED_AFTERWARDS = 0.9;

/** The share of the budget that connections may take together, however much all share: some 8,000 idle ones of 256 MiB. */
const CONNECTIONS_SHARE = 0.25;

/** Adds up what payers cost, one after the other, each log once. */
export class Sum {
  #bytes: number;
  readonly #slowest = new Map<object, number>();

  constructor(sharedBytes: number) {
    this.#bytes = sharedBytes;
  }

  /** What all of it costs in bytes until now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds one more. */
  add({ ownBytes, lags }: Payer): void {
    this.#bytes += ownBytes;
    for (const { log, bytes } of lags) {
      const before = this.#slowest.get(log) ?? 0;
      if (bytes <= before) continue;
      this.#slowest.set(log, bytes);
      this.#bytes += bytes - before;
    }
  }
}

/** How much all of it may cost before somebody must go, in bytes. */
export function bytesAllowed(sharedBytes: number, bytesMax: number): number {
  return Math.max(bytesMax, sharedBytes + bytesMax * CONNECTIONS_SHARE);
}

/**
 * Those who must go so that the others fit into `bytesMax`, or into the connections' own part of it; the dearest first.
 * Nobody while all fit. There may be many, each with many logs, so it is done in steps: after one that lets nobody go
 * comes `undefined`.
 *
 * @returns What the others cost.
 */
export function* dearest<P extends Payer>(
  payers: Iterable<P>,
  sharedBytes: number,
  bytesMax: number,
): Generator<P | undefined, number, void> {
  const sum = new Sum(sharedBytes);
  const byCost = new Heap<P>();
  /** Those who lag behind each log, the slowest on top. */
  const waiting = new Map<object, Heap<P>>();
  for (const payer of payers) {
    sum.add(payer);
    byCost.push(payer, costOf(payer));
    for (const { log, bytes } of payer.lags) {
      const behind = waiting.get(log) ?? new Heap<P>();
      behind.push(payer, bytes);
      waiting.set(log, behind);
    }
    yield undefined;
  }
  let { bytes } = sum;
  const ownMax = bytesMax * CONNECTIONS_SHARE;
  if (bytes <= bytesAllowed(sharedBytes, bytesMax)) return bytes;
  const target = Math.max(
    bytesMax * FILLED_AFTERWARDS,
    sharedBytes + ownMax * FILLED_AFTERWARDS,
  );
  const gone = new Set<P>();
  while (bytes > target) {
    const payer = byCost.pop()?.value;
    if (payer === undefined) return bytes;
    gone.add(payer);
    bytes -= payer.ownBytes;
    for (const { log } of payer.lags) bytes -= freedOf(waiting.get(log), gone);
    yield payer;
  }
  return bytes;
}

function costOf({ ownBytes, lags }: Payer): number {
  return lags.reduce((sum, { bytes }) => sum + bytes, ownBytes);
}

/** What of a log is not held any more, now that some are gone. Those of them who were slowest are taken off its top. */
function freedOf<P>(behind: Heap<P> | undefined, gone: ReadonlySet<P>): number {
  if (behind === undefined) return 0;
  const before = behind.top?.size ?? 0;
  while (behind.top !== undefined && gone.has(behind.top.value)) behind.pop();
  return before - (behind.top?.size ?? 0);
}
