/**
 * An observer that passes on what another one tells, and does something besides.
 *
 * Recording, telling readers and listening are each an observer around an observer; what they have in common is here once.
 *
 * @module
 */

import type { Observation, Observer } from "../../observe/mod.ts";

/** What is done besides. */
export interface Besides {
  /** Gets each group before anybody else does. What it throws ends the observation. */
  readonly group?: (batch: readonly Observation[]) => void;
  /** Runs before the inner observer is disposed. */
  readonly closeFirst?: () => void;
  /** Runs when the inner observer is disposed, also when that failed. */
  readonly closeLast?: () => void | Promise<void>;
}

/** An observer like `inner`. Disposing it disposes `inner`. */
export function passing(inner: Observer, { group, closeFirst, closeLast }: Besides): Observer {
  async function* batches(): AsyncGenerator<readonly Observation[], void> {
    for await (const batch of inner.batches()) {
      group?.(batch);
      yield batch;
    }
  }
  return {
    start: inner.start,
    batches,
    async *[Symbol.asyncIterator]() {
      for await (const batch of batches()) yield* batch;
    },
    snapshot: () => inner.snapshot(),
    summary: () => inner.summary(),
    async [Symbol.asyncDispose]() {
      closeFirst?.();
      try {
        await inner[Symbol.asyncDispose]();
      } finally {
        await closeLast?.();
      }
    },
  };
}
