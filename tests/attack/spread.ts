/**
 * How long answers took, and how much of it was the machine's. Pure.
 *
 * @module
 */

/** One answer. */
export interface Took {
  /** From the question to the answer, in ms. */
  readonly ms: number;
  /** For how much of it the server or the prober had no core, in ms. */
  readonly machineMs: number;
}

/** Many answers. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The longest that the server itself has made: without the time in which there was no core for it. */
  readonly ownMax: number;
}

/** Adds up. */
export function spread(all: readonly Took[]): Spread {
  const sorted = all.map(({ ms }) => ms).sort((one, other) => one - other);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return {
    count: all.length,
    p50: at(0.5) ?? 0,
    p99: at(0.99) ?? 0,
    max: sorted.at(-1) ?? 0,
    ownMax: all.reduce((most, { ms, machineMs }) => Math.max(most, ms - machineMs), 0),
  };
}
