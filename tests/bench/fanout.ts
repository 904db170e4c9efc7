/**
 * The fan-out benchmark: how fast does one message reach everybody in the room? `peers.ts` asks the same of other servers.
 *
 *   for each workload, for each round:  C  ->  Deno room log  ->  chat     (A B C, A B C, ...)
 *
 * Each measurement is a fresh server process and a fresh load generator, one pair at a time; the
 * servers take turns within a round, so that a slow minute of the machine hits all of them.
 *
 * What the figures mean is in workloads.ts (what), servers.ts (who), c/load.c (how it is counted
 * and proved) and results.ts (median, ratio, goal). This file is the shell: options, order, end.
 * Nothing it starts outlives it: every process is held with `await using`.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { compilePrograms, type Programs } from "./compile.ts";
import { measure, type MeasureOptions, type Outcome } from "./generator.ts";
import { note, print } from "./output.ts";
import type { Measurement } from "./results.ts";
import { servers, type ServerSpec, startServer } from "./servers.ts";
import { table } from "./table.ts";
import { moreWorkloads, type Workload, workloads } from "./workloads.ts";

const help = `Usage: deno task bench fanout|peers [options]

  --rounds R       rounds per workload, the median is quoted (3)
  --seconds T      measured seconds per run (3)
  --warmup T       seconds before that (1)
  --only LIST      workloads: ${[...workloads, ...moreWorkloads].map((w) => w.name).join(",")}
  --servers LIST   servers: ${servers.map((s) => s.name).join(",")}
  --landed RULE    a message is in flight until every member has it (all), or its sender (own)
  --json           the raw measurements, one JSON object
  --help           this text`;

interface Plan {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly landed: "own" | "all";
  readonly columns: readonly Workload[];
  readonly rows: readonly ServerSpec[];
  readonly json: boolean;
}

/** What is measured unless something else is asked for. */
export interface Defaults {
  readonly columns: readonly Workload[];
  readonly rows: readonly ServerSpec[];
}

const usual: Defaults = { columns: workloads, rows: servers.filter((s) => s.byDefault) };

/** Runs the benchmark; the exit code is 0, 1 a server failed, 2 wrong usage, 77 no compiler. */
export async function run(
  args: string[],
  signal: AbortSignal,
  defaults: Defaults = usual,
): Promise<number> {
  const plan = parse(args, defaults);
  if (typeof plan === "string") {
    note(plan);
    return plan === help ? 0 : 2;
  }
  await using programs = await compilePrograms(signal);
  if (programs === undefined) {
    note("The fan-out benchmark needs a C compiler (cc or gcc) for its load generator.");
    return 77;
  }
  const rows: ServerSpec[] = [];
  for (const row of plan.rows) if (await exists(row, programs)) rows.push(row);
  const measurements = await measureAll({ ...plan, rows }, programs, signal);
  print(
    plan.json ? JSON.stringify(report(plan, measurements)) : table(
      measurements,
      rows,
      plan.columns,
    ),
  );
  return measurements.some((m) => m.outcome.kind === "failed") ? 1 : 0;
}

async function measureAll(
  plan: Plan,
  programs: Programs,
  signal: AbortSignal,
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const workload of plan.columns) {
    for (let round = 1; round <= plan.rounds; round++) {
      for (const spec of plan.rows) {
        const outcome = await measureOnce(spec, programs, { ...plan, workload, signal });
        measurements.push({ server: spec.name, workload: workload.name, round, outcome });
        note(`${workload.title}  round ${round}/${plan.rounds}  ${spec.title}: ${brief(outcome)}`);
      }
    }
  }
  return measurements;
}

async function measureOnce(
  spec: ServerSpec,
  programs: Programs,
  options: MeasureOptions,
): Promise<Outcome> {
  if (spec.hasOneRoom && (options.workload.rooms ?? 1) > 1) {
    return { kind: "impossible", reason: "it knows one room" };
  }
  await using server = await startServer(spec, programs, options.signal);
  const { speech = "chat" } = spec;
  const outcome = await measure(server, programs, { ...options, speech });
  if (outcome.kind !== "failed" || server.lastWords() === "") return outcome;
  return { ...outcome, reason: `${outcome.reason}\n${spec.title} says: ${server.lastWords()}` };
}

function brief(outcome: Outcome): string {
  if (outcome.kind !== "measured") return `${outcome.kind}: ${outcome.reason}`;
  const { deliveriesPerS, sent, latencyUs, loginMs, generatorBusy, peakKiB } = outcome.figures;
  const memory = `login ${Math.round(loginMs)} ms, peak ${Math.round(peakKiB / 1024)} MiB`;
  if (sent === 0 && deliveriesPerS === 0) return memory;
  return `${(deliveriesPerS / 1e6).toPrecision(3)} M/s, p99 ${
    (latencyUs.p99 / 1000).toFixed(1)
  } ms, generator ${Math.round(100 * generatorBusy)} % busy, ${memory}`;
}

/** Whether a server is on this machine. */
async function exists(spec: ServerSpec, programs: Programs): Promise<boolean> {
  try {
    if (spec.needs) await Deno.stat(spec.needs);
    const { command } = await spec.command(programs, 1);
    const { success } = await new Deno.Command("sh", {
      args: ["-c", 'command -v "$0"', command],
      stdout: "null",
    }).output();
    if (success) return true;
    note(`${spec.title} is left out: it is not installed.`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    note(`${spec.title} is left out: ${error.message}`);
  }
  return false;
}

function report(plan: Plan, measurements: readonly Measurement[]): unknown {
  const { rounds, seconds, warmup, landed } = plan;
  const machine = { cores: navigator.hardwareConcurrency, deno: Deno.version.deno };
  return { bench: "fanout", rounds, seconds, warmup, landed, machine, measurements };
}

/** The options as a plan, or what to tell the user instead. */
function parse(args: string[], defaults: Defaults): Plan | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rounds: { type: "string", default: "3" },
        seconds: { type: "string", default: "3" },
        warmup: { type: "string", default: "1" },
        only: { type: "string" },
        servers: { type: "string" },
        landed: { type: "string", default: "all" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return help;
    const { landed, json } = values;
    if (landed !== "own" && landed !== "all") throw new RangeError("--landed is own or all");
    return {
      rounds: positive("rounds", values.rounds),
      seconds: positive("seconds", values.seconds),
      warmup: positive("warmup", values.warmup),
      columns: pick("--only", [...workloads, ...moreWorkloads], values.only) ?? defaults.columns,
      rows: pick("--servers", servers, values.servers) ?? defaults.rows,
      landed,
      json,
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : error}\n\n${help}`;
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new RangeError(`--${name} must be a number above 0, not "${text}"`);
}

/** The listed items in the order of the table; undefined when nothing was listed. */
function pick<Item extends { readonly name: string }>(
  option: string,
  items: readonly Item[],
  list: string | undefined,
): Item[] | undefined {
  if (list === undefined) return undefined;
  const names = list.split(",");
  const unknown = names.find((name) => !items.some((item) => item.name === name));
  if (unknown !== undefined) throw new RangeError(`${option} does not know "${unknown}"`);
  return items.filter((item) => names.includes(item.name));
}
