/**
 * Waiting, but not for ever: for a promise, for something that nobody tells of, and for nothing.
 *
 * What can be waited for as an event is. Files of other processes and lists of the kernel tell nobody when they change:
 * `until` looks at them again and again, and is the only place in the tests that pauses.
 *
 * @module
 */

/** How long anything may take before a test fails, in ms: generous, for a busy machine. */
export const DEADLINE_MS = 10_000;

/** Waits for a promise, but not for ever. */
export async function within<T>(
  promise: Promise<T>,
  what: string,
  ms: number = DEADLINE_MS,
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what}: not within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Between two looks, in ms: nobody who waits notices it, and a busy machine is left alone. */
const LOOK_MS = 5;

/** Looks until something is so that nobody tells of, but not for ever. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  ms: number = DEADLINE_MS,
): Promise<void> {
  const deadline = performance.now() + ms;
  while (!await isSo()) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/**
 * Lets the event loop turn so often: everything that is ready and waits for nothing outside has then happened. For
 * showing that something does not happen, and for letting others have their turn.
 */
export async function turns(count: number = 1): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves behind every timer that was set before and is due by now: timers of one length go off in their order. */
export function behindTimers(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
