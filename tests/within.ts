/**
 * Waiting, but not for ever.
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
