/**
 * The threads of a run, seen from outside.
 *
 * @module
 */

import type { CrewResult } from "./crew.ts";
import type { CrewNews, CrewOrder } from "./crew_thread.ts";
import { BenchError } from "./bench_error.ts";
import type { Plan } from "./plan.ts";
import { wait } from "../ground/mod.ts";
import { enter, look, PHASE, type SharedMemory } from "./shared.ts";
import { LEAVE_MS_MAX } from "./limits.ts";

/** Threads at work. Disposing them ends them: they close what they hold, or are ended when they do not. */
export interface Threads extends AsyncDisposable {
  /** All threads are there. They log in when they are told to begin. */
  readonly ready: Promise<void>;
  /** Lets them log in. @param since When the run begins, in ms since 1970. */
  begin(since: number): void;
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
    const isGone = Promise.withResolvers<void>();
    const worker = new Worker(new URL("crew_thread.ts", import.meta.url), {
      type: "module",
      name: `crew ${thread}`,
      deno: { permissions: { net: true, ffi: plan.transport === "epoll" } },
    });
    worker.onmessage = ({ data }: MessageEvent<CrewNews>) => {
      if (data.kind === "ready") isReady.resolve();
      else if (data.kind === "in") isIn.resolve();
      else if (data.kind === "result") result.resolve(data.result);
      else if (data.kind === "gone") isGone.resolve();
      else failed.reject(new BenchError(data.sentence));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      isGone.resolve();
      failed.reject(new BenchError(`A thread of the load generator has ended: ${event.message}`));
    };
    return {
      worker,
      isReady: isReady.promise,
      isIn: isIn.promise,
      result: result.promise,
      isGone: isGone.promise,
    };
  });
  let hasBegun = false;
  return {
    ready: Promise.all(crews.map(({ isReady }) => isReady)).then(() => {}),
    begin(since) {
      hasBegun = true;
      crews.forEach(({ worker }, thread) =>
        worker.postMessage({ plan, thread, memory, since } satisfies CrewOrder)
      );
    },
    allIn: Promise.all(crews.map(({ isIn }) => isIn)).then(() => {}),
    results: Promise.all(crews.map(({ result }) => result)),
    failed: failed.promise,
    async [Symbol.asyncDispose]() {
      if (hasBegun) {
        enter(look(memory), PHASE.over);
        const gone = new AbortController();
        void Promise.all(crews.map(({ isGone }) => isGone)).then(() => gone.abort());
        await wait(2 * LEAVE_MS_MAX, gone.signal);
      }
      crews.forEach(({ worker }) => worker.terminate());
    },
  };
}
