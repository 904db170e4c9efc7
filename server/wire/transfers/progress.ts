/**
 * How far a transfer is.
 *
 * The rate is that of the last seconds, measured in bytes that went over the line now: what a resume found on the disk
 * does not count. A transfer that stands still is seen to: its rate falls to zero and the guess of the rest goes away.
 *
 * @module
 */

import { RATE_SAMPLE_MS, RATE_WINDOW_MS } from "./limits.ts";

const LEFT_SECONDS_MAX = 100 * 3_600;

/** A transfer's progress: bytes done at some moments, the newest last. Never empty. */
export interface Progress {
  readonly size: number;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly done: number;
  /** Milliseconds. */
  readonly at: number;
}

/** The progress of a transfer that begins at `offset`. */
export function startProgress(size: number, offset: number, now: number): Progress {
  return { size, samples: [{ done: offset, at: now }] };
}

/** The progress after so many bytes of the whole are done. Call it as often as you like. */
export function advance({ size, samples }: Progress, done: number, now: number): Progress {
  const before = samples.at(-2);
  const kept = before !== undefined && now - before.at < RATE_SAMPLE_MS
    ? samples.slice(0, -1)
    : samples;
  // One sample from before the window stays: it is where the window's bytes are counted from.
  const first = kept.findIndex(({ at }) => at > now - RATE_WINDOW_MS);
  const inside = first < 0 ? kept.slice(-1) : kept.slice(Math.max(0, first - 1));
  return { size, samples: [...inside, { done, at: now }] };
}

/** Whole percent that are done: 100 only when all is. */
export function percent(done: number, size: number): number {
  return size === 0 ? 100 : Math.floor(100 * (done / size));
}

/** Bytes per second, over the last seconds; 0 when nothing is known. */
export function rateOf({ samples }: Progress, now: number): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || now <= first.at) return 0;
  const stands = now - last.at >= RATE_WINDOW_MS;
  return stands ? 0 : (last.done - first.done) * 1_000 / (now - first.at);
}

/** Seconds until the end at this rate; `undefined` when nobody can say. */
export function secondsLeft(progress: Progress, now: number): number | undefined {
  const rate = rateOf(progress, now);
  const seconds = (progress.size - doneOf(progress)) / rate;
  return Number.isFinite(seconds) && seconds < LEFT_SECONDS_MAX ? Math.ceil(seconds) : undefined;
}

/** Bytes that are done. */
export function doneOf({ samples }: Progress): number {
  return samples.at(-1)?.done ?? 0;
}
