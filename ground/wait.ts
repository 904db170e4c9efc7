/**
 * Waiting that can be cut short.
 *
 * @module
 */

/**
 * Resolves after `ms` milliseconds, or at once when `signal` fires; it never rejects. Whoever must know which of both
 * it was asks the signal.
 */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", done);
    resolve();
  };
  const timer = setTimeout(done, ms);
  signal?.addEventListener("abort", done);
  return promise;
}
