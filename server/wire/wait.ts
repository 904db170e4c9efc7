/**
 * Waiting that can be cut short, and waiting for others.
 *
 * @module
 */

/** Resolves after `ms` milliseconds, or at once when `signal` fires. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

/** Functions between a promise and whoever acts on it that only pass it on: more than anybody writes. */
const PASSED_ON_MAX = 8;

/** Lets whoever waits for something that is settled by now go on first. */
export async function othersFirst(): Promise<void> {
  for (let turn = 0; turn < PASSED_ON_MAX; turn++) await undefined;
}
