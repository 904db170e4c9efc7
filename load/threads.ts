/**
 * The threads of a run, seen from outside.
 *
 * @module
 */

import type { CrewResult } from "./crew.ts";
import type { CrewNews, CrewOrder } from "./crew_thread.ts";
import { BenchError } from "./bench_error.ts";
import type { Plan } from "./plan.ts";
import type { SharedMemory } from "./shared.ts";

/** Threads at work. Disposing them ends them. */
export interface Threads extends Disposable {
  /** All threads are there. They log in when they are told to begin. */
  readonly ready: Promise<void>;
  /** Lets them log in. */
  begin(): void;
  /** All members of all threads are in. */
  readonly allIn: Promise<void>;
  /** What they found, when the run is over. */
  readonly results: Promise<CrewResult[]>;
  /** Rejects when one of them cannot go on. */
  readonly failed: Promise<never>;
}

/** Starts them. */
export function startThreads(plan: Plan, memory: SharedMemory): Threads {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {}); // whoever waits for something else is not told of it
  const crews = Array.from({ length: plan.threads }, (_, thread) => {
    const isReady = Promise.withResolvers<void>();
    const isIn = Promise.withResolvers<void>();
    const result = Promise.withResolvers<CrewResult>();
    const worker = new Worker(new URL("crew_thread.ts", import.meta.url), {
      type: "module",
      name: `crew ${thread}`,
      deno: { permissions: { net: true } },
    });
    worker.onmessage = ({ data }: MessageEvent<CrewNews>) => {
      if (data.kind === "ready") isReady.resolve();
      else if (data.kind === "in") isIn.resolve();
      else if (data.kind === "result") result.resolve(data.result);
      else failed.reject(new BenchError(data.sentence));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      failed.reject(new BenchError(`A thread of the load generator has ended: ${event.message}`));
    };
    return { worker, isReady: isReady.promise, isIn: isIn.promise, result: result.promise };
  });
  return {
    ready: Promise.all(crews.map(({ isReady }) => isReady)).then(() => {}),
    begin() {
      const since = performance.timeOrigin + performance.now();
      crews.forEach(({ worker }, thread) =>
        worker.postMessage({ plan, thread, memory, since } satisfies CrewOrder)
      );
    },
    allIn: Promise.all(crews.map(({ isIn }) => isIn)).then(() => {}),
    results: Promise.all(crews.map(({ result }) => result)),
    failed: failed.promise,
    [Symbol.dispose]: () => crews.forEach(({ worker }) => worker.terminate()),
  };
}
