/**
 * What can be asked for, checked and settled before anything is opened.
 *
 * @module
 */

import {
  INTERVAL_MS,
  INTERVAL_MS_MAX,
  INTERVAL_MS_MIN,
  RING_BYTES,
  RING_BYTES_MAX,
  RING_BYTES_MIN,
} from "./limits.ts";
import type { ObserveOptions, Sync } from "./observation.ts";
import type { Asked } from "./probes.ts";
import { settleWhom, type Whom } from "./whom.ts";

/** Options with nothing left open. */
export interface Settled extends Asked {
  readonly whom: Whom;
  readonly events: boolean;
  readonly intervalMs: number;
  readonly durationMs: number;
  readonly ringBytes: number;
  readonly lowLatency: boolean;
  readonly onSync: ((sync: Sync) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly library: string | undefined;
}

/**
 * Checks options and fills in what is not said.
 *
 * @throws {RangeError} When a number is out of its range.
 */
export function settle(options: ObserveOptions): Settled {
  const whom = settleWhom(options);
  const { intervalMs = INTERVAL_MS, durationMs = Infinity, ringBytes = RING_BYTES } = options;
  if (!(intervalMs >= INTERVAL_MS_MIN && intervalMs <= INTERVAL_MS_MAX)) {
    throw new RangeError(
      `The interval must be ${INTERVAL_MS_MIN} to ${INTERVAL_MS_MAX} ms, not ${intervalMs}`,
    );
  }
  if (!(durationMs > 0)) throw new RangeError(`The duration must be above 0 ms, not ${durationMs}`);
  const isPowerOfTwo = Number.isInteger(Math.log2(ringBytes));
  if (!isPowerOfTwo || ringBytes < RING_BYTES_MIN || ringBytes > RING_BYTES_MAX) {
    throw new RangeError(
      `The ring must have a power of two from ${RING_BYTES_MIN} to ${RING_BYTES_MAX} bytes, not ${ringBytes}`,
    );
  }
  const events = options.events ?? true;
  return {
    whom,
    events,
    intervalMs,
    durationMs,
    ringBytes,
    backend: options.backend ?? "auto",
    exit: options.exit ?? "auto",
    durations: options.durations ?? events,
    functions: options.functions === undefined ? undefined : [...new Set(options.functions)],
    lowLatency: options.lowLatency ?? false,
    syncs: options.onSync !== undefined,
    onSync: options.onSync,
    signal: options.signal,
    library: options.library,
  };
}
