/**
 * One measurement: the load generator (c/load.c) against one running server.
 *
 *   server listens -> load logs in -> [ warm-up, measured window, drain ] -> one line of JSON
 *   idle:             load logs in -> one line of JSON -> settle -> read memory -> let go
 *
 * The outcome is a union. A lost, doubled or reordered message, a closed connection and a machine
 * with too few open files are outcomes, told in the generator's own words; one bad measurement
 * must not throw away an hour of good ones.
 *
 * It does not repeat and does not compare; see measure_all.ts and results.ts.
 *
 * @module
 */

import { startChild } from "./child.ts";
import type { Programs } from "./compile.ts";
import type { RunningServer } from "./servers.ts";
import { messageBytes, type Workload } from "./workloads.ts";

/** How long something took, in microseconds. */
export interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What one run of a workload against one server gave. */
export interface Figures {
  readonly deliveriesPerS: number;
  readonly sent: number;
  readonly latencyUs: Times;
  /** Answers a second to those who left and came back, or asked for pages; and how long a page took. */
  readonly answersPerS: number;
  readonly pageUs: Times;
  readonly loginMs: number;
  /** Messages that the average connection had still to get when the window closed. */
  readonly behind: number;
  /** Share of one core that the generator itself used. */
  readonly generatorBusy: number;
  /** The server's resident memory before the first connection, at the end, and at its peak. */
  readonly startKiB: number;
  readonly endKiB: number;
  readonly peakKiB: number;
}

/** `failed`: the server did something wrong. `impossible`: this machine cannot run the workload. */
export type Outcome =
  | { readonly kind: "measured"; readonly figures: Figures }
  | { readonly kind: "failed" | "impossible"; readonly reason: string };

/** How to measure. */
export interface MeasureOptions {
  readonly workload: Workload;
  readonly seconds: number;
  readonly warmup: number;
  /** When the next message may go: the sender has its own, or every member has it. */
  readonly landed: "own" | "all";
  /** The protocol: a word of c/speech.h. */
  readonly speech?: string;
  readonly signal: AbortSignal;
}

/** Login and drain of a very slow server, on top of the time that was asked for. */
const spareMsMax = 60_000;

/** After the last login: time for the server to become quiet, so that `idle` means idle. */
const settleMs = 2000;

/** Runs the workload once. Throws only when the signal is aborted or a program is broken. */
export async function measure(
  server: Omit<RunningServer, "pid">,
  programs: Programs,
  options: MeasureOptions,
): Promise<Outcome> {
  const { workload, seconds, warmup, landed, signal, speech = "chat" } = options;
  const start = await server.memory();
  const tooLong = new AbortController();
  const timer = setTimeout(() => tooLong.abort(), (seconds + warmup) * 1000 + spareMsMax);
  await using load = startChild({
    command: programs.load,
    args: Object.entries({
      port: server.port,
      receivers: workload.receivers,
      senders: workload.senders,
      window: workload.window,
      bytes: messageBytes,
      seconds,
      warmup,
      landed,
      rooms: workload.rooms ?? 1,
      stalled: workload.stalled ?? 0,
      zipf: workload.zipf ? 1 : 0,
      "in-step": workload.inStep ? 1 : 0,
      whispers: workload.whispers ? 1 : 0,
      movers: workload.movers ?? 0,
      moves: workload.moves ?? 0,
      readers: workload.readers ?? 0,
      speech,
    }).map(([name, value]) => `--${name}=${value}`),
    signal: AbortSignal.any([signal, tooLong.signal]),
    stdin: true,
  });
  const line = await load.firstLine.catch(() => undefined);
  if (line !== undefined && workload.senders === 0) await pause(settleMs, signal);
  // A server that died is the generator's "closed connection"; its memory is then unknown.
  const end = await server.memory().catch(() => ({ residentKiB: NaN, peakKiB: NaN }));
  await load.closeStdin();
  const code = await load.ended;
  clearTimeout(timer);

  signal.throwIfAborted();
  if (code === 0 && line !== undefined) {
    const memory = { startKiB: start.residentKiB, endKiB: end.residentKiB, peakKiB: end.peakKiB };
    const figures = { ...parseResult(line), ...memory };
    if (workload.senders === 0 || figures.latencyUs.max > 0) return { kind: "measured", figures };
    return { kind: "failed", reason: `no message reached everybody within ${seconds} s` };
  }
  const reason = tooLong.signal.aborted
    ? "it took far too long"
    : load.lastWords().replaceAll("\n", "; ");
  return { kind: code === 77 ? "impossible" : "failed", reason: `${reason} (exit ${code})` };
}

/** The generator's JSON, field by field; see c/load.c. */
export function parseResult(
  line: string,
): Omit<Figures, "startKiB" | "endKiB" | "peakKiB"> {
  const raw = JSON.parse(line) as Record<string, unknown>;
  const times = (name: string): Times => {
    const of = raw[name] as Record<string, unknown>;
    return { p50: Number(of["p50"]), p99: Number(of["p99"]), max: Number(of["max"]) };
  };
  return {
    deliveriesPerS: Number(raw["deliveries_per_s"]),
    sent: Number(raw["sent"]),
    latencyUs: times("latency_us"),
    answersPerS: Number(raw["answers_per_s"]),
    pageUs: times("page_us"),
    loginMs: Number(raw["login_ms"]),
    behind: Number(raw["behind"]),
    generatorBusy: Number(raw["busy"]),
  };
}

/** Waits, or ends early (without throwing) when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}
