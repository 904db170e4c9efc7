/**
 * Whether something that was looked at again and again is flat. Pure.
 *
 * Memory goes up and down with the garbage collector, so of each window only the least counts, which is right behind a collection.
 * What is warmed up first (code, buffers, names) is left out: the first third. Through the rest goes the straight line
 * that fits best, and it rises by so much from its one end to the other.
 *
 * @module
 */

/** What was seen at a moment. */
export interface Sample {
  /** Seconds since the beginning. */
  readonly at: number;
  readonly residentKiB: number;
  readonly descriptors: number;
}

/** The part of the time that is for warming up. */
const WARM_UP_SHARE = 1 / 3;

/** The sample of least memory of each window of so many seconds. */
export function leasts(samples: readonly Sample[], windowS: number): readonly Sample[] {
  const windows = new Map<number, Sample>();
  for (const sample of samples) {
    const window = Math.floor(sample.at / windowS);
    const least = windows.get(window);
    if (least === undefined || sample.residentKiB < least.residentKiB) windows.set(window, sample);
  }
  return [...windows.values()];
}

/** By how much `valueOf` rises after the warming up, on the line that fits best. */
export function rise(samples: readonly Sample[], valueOf: (sample: Sample) => number): number {
  const end = samples.at(-1)?.at ?? 0;
  const warm = samples.filter(({ at }) => at >= end * WARM_UP_SHARE);
  const first = warm[0];
  if (first === undefined || warm.length < 2) return 0;
  const meanAt = mean(warm.map(({ at }) => at));
  const meanValue = mean(warm.map(valueOf));
  let above = 0;
  let below = 0;
  for (const sample of warm) {
    above += (sample.at - meanAt) * (valueOf(sample) - meanValue);
    below += (sample.at - meanAt) ** 2;
  }
  return above / below * (end - first.at);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
