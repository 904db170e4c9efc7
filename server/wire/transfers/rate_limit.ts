/**
 * Holds a flow of bytes to a rate (`--limit-rate`), with a token bucket.
 *
 * Bytes are taken at once and may be owed: a bucket in debt says how long to wait until it is even. So no piece is
 * too large for a bucket, and in any span of time no more than the rate and one burst goes through. Large pieces are
 * cut, so that a slow flow flows and does not jerk.
 *
 * @module
 */

import { BURST_SECONDS } from "./limits.ts";

/** Bytes that may go, or are owed when below zero, as of a moment in milliseconds. */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** Time, and waiting for it. */
export interface Clock {
  /** Milliseconds from some moment on, never going back. */
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** A bucket that is even: the first bytes wait as all others do. */
export function newBucket(now: number): Bucket {
  return { tokens: 0, at: now };
}

/** Takes bytes out. @param rate Bytes per second, above 0. */
export function takeOut(
  bucket: Bucket,
  bytes: number,
  { rate, now }: { readonly rate: number; readonly now: number },
): { readonly bucket: Bucket; readonly waitMs: number } {
  const gained = Math.max(0, now - bucket.at) * rate / 1_000;
  const tokens = Math.min(rate * BURST_SECONDS, bucket.tokens + gained) - bytes;
  return {
    bucket: { tokens, at: Math.max(now, bucket.at) },
    waitMs: Math.max(0, -tokens * 1_000 / rate),
  };
}

/** A bucket that several flows share: together they keep the rate. */
export interface SharedBucket {
  bucket: Bucket;
}

/** How to limit. */
export interface LimitOptions {
  /** Bytes per second; 0 for no limit. */
  readonly rate: number;
  /** Default: one of its own. */
  readonly shared?: SharedBucket | undefined;
  /** Ends the waiting, and with it the flow. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

/** The same bytes, no faster than the rate. Ends early when the signal says so. */
export async function* limitRate(
  pieces: AsyncIterable<Uint8Array>,
  { rate, signal, clock = realClock, shared = { bucket: newBucket(clock.now()) } }: LimitOptions,
): AsyncGenerator<Uint8Array, void, void> {
  if (rate === 0) return yield* pieces;
  const pieceMax = Math.max(1, Math.floor(rate * BURST_SECONDS));
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += pieceMax) {
      const part = piece.subarray(at, at + pieceMax);
      const taken = takeOut(shared.bucket, part.length, { rate, now: clock.now() });
      shared.bucket = taken.bucket;
      if (taken.waitMs > 0) await clock.wait(taken.waitMs, signal);
      if (signal?.aborted) return;
      yield part;
    }
  }
}

const realClock: Clock = {
  now: () => performance.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener("abort", end);
    }),
};
