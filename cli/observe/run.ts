/**
 * Runs `chat observe`: takes what is needed from the system, gives up all other permissions, and shows the observation
 * in the one way that was asked for.
 *
 * @module
 */

import type { Backend, End, ObserveOptions } from "../../observe/mod.ts";
import { endSignal } from "../signals.ts";
import { hasScreen, print } from "../streams.ts";
import { EXIT, Failure } from "../failure.ts";
import { runLive } from "./app.ts";
import { meterOwnCpu, ownCpuMs } from "./own_cpu.ts";
import { printJson, printLines, printOutcome } from "./printed.ts";
import { cutText, endOfObserverText, summaryText } from "./lines.ts";
import { answered, type MetricsPort, openMetricsPort } from "./prometheus.ts";
import { serverFacts, type Where } from "./server_facts.ts";
import { failureOf, openSource } from "./source.ts";
import { processOf } from "./server_process.ts";
import type { Sort, Watched } from "./values.ts";
import type { Address } from "../values.ts";

/** What was asked for. */
export interface ObserveFlags {
  readonly pid?: readonly number[] | undefined;
  /** Also the children of these. */
  readonly children?: boolean | undefined;
  readonly comm?: string | undefined;
  readonly cgroup?: readonly string[] | undefined;
  readonly all?: boolean | undefined;
  /** In seconds, as all times here. */
  readonly duration?: number | undefined;
  readonly interval: number;
  readonly backend: Backend | "auto";
  readonly json: boolean;
  readonly follow: boolean;
  readonly hist: boolean;
  readonly sort: Sort;
  readonly top: number;
  readonly functions?: readonly string[] | undefined;
  readonly events?: boolean | undefined;
  readonly durations?: boolean | undefined;
  readonly record?: string | undefined;
  readonly replay?: string | undefined;
  /** The chat server that is watched, where one is. */
  readonly asked?: Where | undefined;
  /** Where others are told. */
  readonly socket?: string | undefined;
  /** Where another observer tells. */
  readonly from?: string | undefined;
  /** Where figures are answered for Prometheus. */
  readonly prometheus?: Address | undefined;
}

/** The same, while it need not be known yet which process is the server. */
export interface AskedFlags extends Omit<ObserveFlags, "pid" | "asked"> {
  /** The directory in which the server's token may lie. */
  readonly data: string;
  readonly pid?: Watched | undefined;
  /** Where the server is that `--pid server` means. */
  readonly server: Address;
}

/** Observes, or replays, until it is over. @throws {Failure} In one sentence, with the contract's exit code. */
export async function runObserve({ server, data, ...flags }: AskedFlags): Promise<void> {
  try {
    const { pid } = flags;
    if (pid !== "server") return await show({ ...flags, pid });
    await show({ ...flags, pid: [await processOf(server)], asked: { server, data } });
  } catch (error) {
    throw failureOf(error);
  }
}

async function show(flags: ObserveFlags): Promise<void> {
  const { from } = flags;
  const isElsewhere = flags.replay !== undefined || from !== undefined;
  if (!isElsewhere) checkWhom(flags);
  // Who wants others to see it need not see it here.
  const quiet = !flags.json && !flags.follow && !flags.hist;
  const told = flags.socket !== undefined || flags.prometheus !== undefined;
  const screen = quiet && !told && hasScreen();
  using interrupted = endSignal();
  const stop = new AbortController();
  const signal = AbortSignal.any([interrupted.signal, stop.signal]);
  // Only a screen shows what it tells.
  await using server = screen && flags.asked ? await serverFacts(flags.asked) : undefined;
  await using port = flags.prometheus && openMetricsPort(flags.prometheus);
  const source = await openSource(flags, optionsOf(flags, signal), screen);
  await using observer = port === undefined ? source : answered(source, port, !isElsewhere);
  // A replay, and who listens to another observer, watch nothing.
  const ownCpu = isElsewhere ? undefined : meterOwnCpu();
  let end: End | undefined;
  if (quiet && told) {
    end = await printOutcome(observer, seenElsewhere(flags, port), ownCpu);
  } else if (screen) {
    end = await runLive({
      observer,
      sort: flags.sort,
      replayed: flags.replay !== undefined,
      cpuMs: ownCpu && ownCpuMs,
      server: server && (() => server.latest()),
      stop: () => stop.abort(),
    });
    print(summaryText(observer.summary(), observer.start, end, ownCpu?.()));
  } else end = await (flags.json ? printJson : printLines)(observer, { ...flags, ownCpu });
  if (from !== undefined && !signal.aborted && !flags.json && !(quiet && told)) {
    print(endOfObserverText(from, end));
  }
  if (flags.replay !== undefined && end?.reason === "cut") {
    throw new Failure(cutText(observer.start, end), EXIT.failed);
  }
}

/** Where else the observation can be seen, in sentences. */
function seenElsewhere({ socket }: ObserveFlags, port: MetricsPort | undefined): readonly string[] {
  return [
    ...(socket === undefined ? [] : [`See it with: chat observe --from ${socket}`]),
    ...(port === undefined ? [] : [port.where]),
  ];
}

/** @throws {Failure} When nobody is to be watched. */
function checkWhom({ pid, children, comm, cgroup, all }: ObserveFlags): void {
  if (children && pid === undefined) {
    throw new Failure("Whose children? Give the number of their parent with --pid.", EXIT.usage);
  }
  if (pid !== undefined || comm !== undefined || cgroup !== undefined || all) return;
  throw new Failure(
    "Which process? Give its number with --pid, or --pid server for the chat server here; " +
      "--comm, --cgroup and --all watch many.",
    EXIT.usage,
  );
}

/** Whom to ask the observer for. */
function whomOf({ pid, children, comm, cgroup, all }: ObserveFlags): Partial<ObserveOptions> {
  if (all) return { all };
  if (comm !== undefined) return { comm };
  if (cgroup !== undefined) return { cgroups: cgroup };
  return { pids: pid ?? [], children: children ?? false };
}

/** What to ask the observer for. */
export function optionsOf(flags: ObserveFlags, signal: AbortSignal): ObserveOptions {
  const { duration, functions } = flags;
  // Who wants histograms wants both of them.
  const durations = flags.durations ?? (flags.hist ? true : undefined);
  return {
    ...whomOf(flags),
    backend: flags.backend,
    events: tellsCalls(flags),
    intervalMs: flags.interval * 1_000,
    lowLatency: flags.follow,
    signal,
    ...(duration === undefined ? {} : { durationMs: duration * 1_000 }),
    ...(functions === undefined ? {} : { functions }),
    ...(durations === undefined ? {} : { durations }),
  };
}

/** Whether each call is to be told: only where somebody gets to see it. */
export function tellsCalls({ events, json, hist, follow, record }: ObserveFlags): boolean {
  return events ?? (follow || record !== undefined || (json && !hist));
}
