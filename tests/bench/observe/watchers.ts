/**
 * Who watches a process while it is measured: nobody, the observer in three ways, and another tool as a reference.
 *
 * The observer runs in the benchmark's own process, which does nothing else meanwhile, and all that it tells is taken.
 *
 * @module
 */

import { observe, ObserveUnavailable, type Snapshot } from "../../../observe/mod.ts";
import type { ObserveOptions } from "../../../observe/mod.ts";
import { startChild } from "../child.ts";

/** What a watcher saw of a run. */
export interface Sight {
  readonly last?: Snapshot;
  /** Seconds that were observed. */
  readonly seconds: number;
}

/** A watch that is on. */
export interface Watch {
  /** Takes everything out of the kernel. */
  end(): Promise<Sight>;
}

/** One way to watch. */
export interface Watcher {
  /** Word for `--watchers`. */
  readonly name: string;
  readonly title: string;
  /** The most deliveries that may be missing, as a share. */
  readonly goalMax?: number;
  start(pid: number, signal: AbortSignal): Promise<Watch>;
}

/** It cannot watch here, and why. */
export class CannotWatch extends Error {
  override readonly name: string = "CannotWatch";
}

/** A program of Debian's libbpf-tools: counts system calls by two tracepoints, and times them. */
const REFERENCE = "syscount-libbpf";
/** Milliseconds until it must say that it has begun. */
const REFERENCE_START_MS_MAX = 10_000;

/** All, nobody first. */
export const watchers: readonly Watcher[] = [
  {
    name: "nobody",
    title: "nobody",
    start: () => Promise.resolve({ end: () => Promise.resolve({ seconds: 0 }) }),
  },
  ours("figures", "figures only", { events: false }, 0.05),
  ours("events", "with events", { events: true, durations: false }, 0.1),
  ours("durations", "with events and durations", { events: true, durations: true }),
  { name: "reference", title: `${REFERENCE} -L`, start: startReference },
];

function ours(
  name: string,
  title: string,
  options: Partial<ObserveOptions>,
  goalMax?: number,
): Watcher {
  const goal = goalMax === undefined ? {} : { goalMax };
  return { name, title, ...goal, start: (pid) => startOurs(pid, options) };
}

async function startOurs(pid: number, options: Partial<ObserveOptions>): Promise<Watch> {
  const enough = new AbortController();
  const seen = await observe({ pids: [pid], signal: enough.signal, ...options }).catch((error) => {
    throw error instanceof ObserveUnavailable ? new CannotWatch(error.message) : error;
  });
  const taking = take(seen.batches());
  return {
    async end() {
      enough.abort();
      await using _ = seen;
      const { last, endNs } = await taking;
      return { last, seconds: (endNs - seen.start.ts) / 1e9 };
    },
  };
}

/** Takes all that is told, to the end. */
async function take(
  batches: ReturnType<Awaited<ReturnType<typeof observe>>["batches"]>,
): Promise<{ last: Snapshot; endNs: number }> {
  for await (const batch of batches) {
    const last = batch.at(-1);
    if (last?.kind === "end") return { last: last.last, endNs: last.ts };
  }
  throw new Error("The observation has no end");
}

async function startReference(pid: number, signal: AbortSignal): Promise<Watch> {
  // It finds its tracepoints in a file system that is not mounted everywhere.
  const mounted =
    `mount -t tracefs tracing /sys/kernel/tracing; exec stdbuf -oL ${REFERENCE} -L -p ${pid}`;
  const tool = startChild({ command: "unshare", args: ["-m", "sh", "-c", mounted], signal });
  const timer = setTimeout(() => tool[Symbol.asyncDispose](), REFERENCE_START_MS_MAX);
  try {
    await tool.firstLine;
  } catch {
    throw new CannotWatch(`${REFERENCE} does not run here: ${tool.lastWords() || "no word"}`);
  } finally {
    clearTimeout(timer);
  }
  const start = performance.now();
  return {
    async end() {
      const seconds = (performance.now() - start) / 1000;
      await tool[Symbol.asyncDispose]();
      return { seconds };
    },
  };
}
