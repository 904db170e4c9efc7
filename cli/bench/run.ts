/**
 * Runs the load generator for a person or a script: progress while it runs, then the result, then what it is compared with.
 *
 * @module
 */

import { BenchError, conduct, type Plan, startTrivialServer } from "../../load/mod.ts";
import { isLoopback } from "../../ground/mod.ts";
import { Failure } from "../failure.ts";
import { harmlessJson } from "../json_text.ts";
import { ownCpuMs } from "../observe/own_cpu.ts";
import { keepOnly } from "../privileges.ts";
import { endSignal } from "../signals.ts";
import { outputColumns, print } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { comparisonText } from "./comparison.ts";
import { progressLine } from "./progress_line.ts";
import { readReport, type Report, reportOf } from "./report.ts";
import { reportText } from "./report_text.ts";
import { costsBetween, processAt, type Usage, usageOf } from "./server_process.ts";

/** How long the ceiling is measured, in s, and warmed up before: it is only to be seen which side is the limit. */
const CEILING_SECONDS = 2;
const CEILING_WARM_UP_SECONDS = 1;

/** Runs it. @throws {Failure} When it breaks off, or when a message was not as it must be. */
export async function runBench(
  plan: Plan,
  { json, compare, ceiling }: {
    readonly json: boolean;
    readonly compare?: string | undefined;
    readonly ceiling: boolean;
  },
): Promise<void> {
  const earlier = compare === undefined ? undefined : await readReport(compare);
  // Servers are heard by threads that may use the network, and nothing else. Of what this one may, modules are read and
  // the server's process is looked at.
  keepOnly("net", "read", "run", ...plan.transport === "epoll" ? ["ffi" as const] : []);
  using end = endSignal();
  const report = await measured(plan, ceiling, end.signal);
  if (json) print(`${harmlessJson(JSON.stringify(report))}\n`);
  else {
    print(reportText(report, outputColumns()));
    if (earlier !== undefined) print(comparisonText(earlier, report));
  }
  const { broken, lost, doubled, outOfOrder, changed, foreign, misnumbered } = report;
  // In part the server's words, which may want to be several lines.
  if (broken !== undefined) throw new Failure(safeText(broken));
  if (lost + doubled + outOfOrder + changed + foreign + misnumbered > 0) {
    throw new Failure(
      "The server did not deliver every message once, in order and as it was said.",
    );
  }
}

async function measured(plan: Plan, ceiling: boolean, signal: AbortSignal): Promise<Report> {
  const isHere = isLoopback(plan.host);
  const pid = isHere ? await processAt(plan.port) : undefined;
  const unseen = (): string => {
    if (!isHere) return "not seen: it may be on another machine";
    return pid === undefined
      ? `not seen: ss names no process of yours that listens on port ${plan.port}`
      : `process ${pid} has ended`;
  };
  const server: Usage[] = [];
  const own: number[] = [];
  const look = async (): Promise<void> => {
    own.push(ownCpuMs());
    const usage = pid === undefined ? undefined : await usageOf(pid);
    if (usage !== undefined) server.push(usage);
  };
  using line = progressLine(plan);
  try {
    const outcome = await conduct(plan, { signal, onProgress: line.update, onPhase: look });
    const [before, after] = server;
    const [ownBefore = 0, ownAfter = 0] = own;
    // An open loop shows what was asked for, not what could be; and the other server speaks no TLS.
    const top = ceiling && plan.rate === 0 && plan.way === "frames" && plan.tls === undefined &&
        !outcome.interrupted && outcome.broken === undefined
      ? await ceilingOf(plan, signal, () => line.update({ kind: "ceiling" }))
      : undefined;
    return reportOf(plan, outcome, {
      generatorCores: (ownAfter - ownBefore) / 1_000 / outcome.seconds,
      ...(before === undefined || after === undefined
        ? { serverUnseen: unseen() }
        : { server: costsBetween(before, after) }),
      ...(top === undefined ? {} : { ceilingPerS: top }),
    });
  } catch (error) {
    if (error instanceof BenchError) throw new Failure(safeText(error.message));
    throw error;
  }
}

/** The deliveries per second of the same plan with a server that does next to nothing; `undefined` when it breaks off. */
async function ceilingOf(
  plan: Plan,
  signal: AbortSignal,
  begin: () => void,
): Promise<number | undefined> {
  begin();
  using trivial = await startTrivialServer(plan.transport);
  const same = {
    ...plan,
    host: "127.0.0.1",
    port: trivial.port,
    warmUpSeconds: CEILING_WARM_UP_SECONDS,
    seconds: CEILING_SECONDS,
  };
  try {
    const { deliveriesPerS, interrupted, broken } = await conduct(same, { signal });
    return interrupted || broken !== undefined ? undefined : deliveriesPerS;
  } catch (error) {
    // What was measured before is worth more than this.
    if (error instanceof BenchError) return undefined;
    throw error;
  }
}
