/**
 * Holds a flow of bytes to a rate (`--limit-rate`), with a token bucket.
 *
 * Bytes are taken at once and may be owed: a bucket in debt says how long to wait until it is even. So no piece is
 * too large for a bucket, and in any span of time no more than the rate and one burst goes through. Large pieces are
 * cut, so that a slow flow flows and does not jerk.
 *
 * @module
 */

import { TokenBucket, wait } from "../../../ground/mod.ts";
import { BURST_SECONDS } from "./limits.ts";

/** Time, and waiting for it. */
export interface Clock {
  /** Milliseconds from some moment on, never going back. */
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** A bucket for a flow of so many bytes per second. It starts even: the first bytes wait as all others do. */
export function flowBucket(rate: number, now: number): TokenBucket {
  return new TokenBucket({ perSecond: rate, burst: rate * BURST_SECONDS }, now, 0);
}

/** How to limit. */
export interface LimitOptions {
  /** Bytes per second; 0 for no limit. */
  readonly rate: number;
  /** A bucket that several flows share: together they keep the rate. Default: one of its own. */
  readonly shared?: TokenBucket | undefined;
  /** Ends the waiting, and with it the flow. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

/** The same bytes, no faster than the rate. Ends early when the signal says so. */
export async function* limitRate(
  pieces: AsyncIterable<Uint8Array>,
  { rate, signal, clock = REAL_CLOCK, shared = flowBucket(rate, clock.now()) }: LimitOptions,
): AsyncGenerator<Uint8Array, void, void> {
  if (rate === 0) return yield* pieces;
  const pieceMax = Math.max(1, Math.floor(rate * BURST_SECONDS));
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += pieceMax) {
      const part = piece.subarray(at, at + pieceMax);
      const now = clock.now();
      shared.spend(now, part.length);
      const waitMs = shared.msUntil(now, 0);
      if (waitMs > 0) await clock.wait(waitMs, signal);
      if (signal?.aborted) return;
      yield part;
    }
  }
}

const REAL_CLOCK: Clock = { now: () => performance.now(), wait };
