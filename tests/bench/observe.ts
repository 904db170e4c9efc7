/**
 * What being observed costs: a server's deliveries per second, and each single call.
 *
 *   deliveries   for each workload, round and watcher:  nobody -> watched,  watched -> nobody,  ...
 *   calls        for each round:  nobody -> figures -> events -> durations -> reference
 *
 * Deliveries are measured in pairs, in turns, and the median of the ratios within the pairs is quoted: what the machine
 * does in a slow minute it does to both of a pair. The server is the one that users start, on one processor, and is busy
 * all the time; what the observer does itself needs another one, which it shares with the load generator.
 *
 * Calls are those of a process that does nothing else, so that nanoseconds show; here the reader has more to read than any
 * real process gives it, and what it loses is told. Runs of the kernel programs are timed by the kernel itself.
 *
 * The server's processor time per delivery stands beside, as it says something on a busy machine, too: what the kernel
 * programs do is done in the server's own calls.
 *
 * The reference is a tool of the same kind, where one runs. Needs root, as watching does.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { compilePrograms, type Programs } from "./compile.ts";
import { measure } from "./generator.ts";
import { type Calls, measureCalls } from "./observe/calls.ts";
import { CannotWatch, type Sight, type Watcher, watchers } from "./observe/watchers.ts";
import { note, print } from "./output.ts";
import { cpuSeconds } from "./processor.ts";
import { median } from "./results.ts";
import { servers, startServer } from "./servers.ts";
import { line } from "./store/report.ts";
import { type Workload, workloads } from "./workloads.ts";

const help = `Usage: deno task bench observe [options]

  --rounds R       pairs per workload and watcher, medians are quoted (5)
  --seconds T      measured seconds per run (3)
  --warmup T       seconds before that (1)
  --workloads LIST of the fan-out benchmark (100x4w8,1000x4w8)
  --only PART      deliveries or calls
  --help           this text`;

interface Plan {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly workloads: readonly Workload[];
  readonly parts: ReadonlySet<string>;
}

/** Runs the benchmark; the exit code is 0, 1 a server failed, 2 wrong usage, 77 not possible here. */
export async function run(args: string[], signal: AbortSignal): Promise<number> {
  const plan = parse(args);
  if (typeof plan === "string") {
    note(plan);
    return plan === help ? 0 : 2;
  }
  await using programs = await compilePrograms(signal);
  if (programs === undefined) {
    note("The benchmark needs a C compiler (cc or gcc) for its load generator.");
    return 77;
  }
  const bench = new Bench(plan, programs, signal);
  const able = await bench.able();
  if (able.length < 2) return 77;
  print(line("what", "watched", "nobody", "ratio", "goal"));
  if (plan.parts.has("deliveries")) {
    for (const workload of plan.workloads) {
      for (const watcher of able.slice(1)) await bench.deliveries(workload, watcher);
    }
  }
  if (plan.parts.has("calls")) await bench.calls(able);
  return 0;
}

/** One run of the server. */
interface Served {
  readonly deliveriesPerS: number;
  /** Processor time of the server per delivery, roughly: the warm-up is taken to be as fast as what is measured. */
  readonly cpuNs: number;
  readonly sight: Sight;
}

class Bench {
  readonly #plan: Plan;
  readonly #programs: Programs;
  readonly #signal: AbortSignal;

  constructor(plan: Plan, programs: Programs, signal: AbortSignal) {
    this.#plan = plan;
    this.#programs = programs;
    this.#signal = signal;
  }

  /** The watchers that can be had here; tells why not of the others. */
  async able(): Promise<Watcher[]> {
    const able: Watcher[] = [];
    for (const watcher of watchers) {
      try {
        await (await watcher.start(Deno.pid, this.#signal)).end();
        able.push(watcher);
      } catch (error) {
        if (!(error instanceof CannotWatch)) throw error;
        print(`${watcher.title} is left out: ${error.message}`);
      }
    }
    return able;
  }

  /** Prints how many messages reach their receivers per second. */
  async deliveries(workload: Workload, watcher: Watcher): Promise<void> {
    const pairs: { readonly nobody: Served; readonly watched: Served }[] = [];
    const sights: Sight[] = [];
    const [nobody = watcher] = watchers;
    for (let round = 0; round < this.#plan.rounds; round++) {
      const order = round % 2 === 0 ? [nobody, watcher] : [watcher, nobody];
      const found: Served[] = [];
      for (const one of order) {
        const served = await this.#serve(workload, one);
        found.push(served);
        if (one === watcher) sights.push(served.sight);
        const { deliveriesPerS: rate, cpuNs } = served;
        const what = `${workload.title} round ${round + 1}, ${one.title}`;
        note(`${what}: ${millions(rate)}/s, ${ns(cpuNs)} of processor time each`);
      }
      const [first, second] = found;
      if (first === undefined || second === undefined) throw new Error("A pair is two");
      pairs.push(
        round % 2 === 0 ? { nobody: first, watched: second } : { nobody: second, watched: first },
      );
    }
    const ratios = pairs.map(({ nobody, watched }) =>
      watched.deliveriesPerS / nobody.deliveriesPerS
    );
    const ratioMin = watcher.goalMax === undefined ? undefined : 1 - watcher.goalMax;
    print(line(
      `deliveries/s ${workload.title}, ${watcher.title}`,
      millions(median(pairs.map(({ watched }) => watched.deliveriesPerS))),
      millions(median(pairs.map(({ nobody }) => nobody.deliveriesPerS))),
      median(ratios).toFixed(3),
      ratioMin === undefined
        ? ""
        : `≥ ${ratioMin.toFixed(2)}  ${median(ratios) >= ratioMin ? "reached" : "missed"}`,
    ));
    print(line("  lowest and highest ratio", "", "", range(ratios)));
    const cpu = pairs.map(({ nobody, watched }) => nobody.cpuNs / watched.cpuNs);
    print(line(
      "  the server's processor time per delivery",
      ns(median(pairs.map(({ watched }) => watched.cpuNs))),
      ns(median(pairs.map(({ nobody }) => nobody.cpuNs))),
      median(cpu).toFixed(3),
    ));
    print(line("  lowest and highest ratio", "", "", range(cpu)));
    for (const text of told(sights)) print(`  ${text}`);
  }

  async #serve(workload: Workload, watcher: Watcher): Promise<Served> {
    const chat = servers.find(({ name }) => name === "chat");
    if (chat === undefined) throw new Error("The chat server is not in the list");
    const { seconds, warmup } = this.#plan;
    await using server = await startServer(chat, this.#programs, this.#signal);
    const watch = await watcher.start(server.pid, this.#signal);
    const options = { workload, seconds, warmup, landed: "own", signal: this.#signal } as const;
    const before = await cpuSeconds(server.pid);
    const outcome = await measure(server, this.#programs, options);
    const cpu = await cpuSeconds(server.pid) - before;
    const sight = await watch.end();
    if (outcome.kind === "measured") {
      const { deliveriesPerS } = outcome.figures;
      return { deliveriesPerS, cpuNs: 1e9 * cpu / (deliveriesPerS * (seconds + warmup)), sight };
    }
    throw new Error(`${workload.title}, ${watcher.title}: ${outcome.reason}`);
  }

  /** Prints what watching costs per call, and what the reader keeps up with. */
  async calls(able: readonly Watcher[]): Promise<void> {
    const found = new Map<Watcher, Calls[]>(able.map((watcher) => [watcher, []]));
    for (let round = 0; round < this.#plan.rounds; round++) {
      for (const [watcher, calls] of found) {
        calls.push(
          await measureCalls(watcher, this.#programs, { ...this.#plan, signal: this.#signal }),
        );
        note(`calls round ${round + 1}, ${watcher.title}: ${ns(calls.at(-1)?.nsPerCall ?? NaN)}`);
      }
    }
    const [nobody = []] = found.values();
    const bare = median(nobody.map(({ nsPerCall }) => nsPerCall));
    for (const [watcher, calls] of [...found].slice(1)) {
      const each = median(calls.map(({ nsPerCall }) => nsPerCall));
      print(line(`a call, ${watcher.title}`, ns(each), ns(bare), `+${ns(each - bare)}`));
      for (const text of told(calls.map(({ sight }) => sight))) print(`  ${text}`);
    }
  }
}

/** What the observer said of itself: events a second, what it lost, what a run of its programs takes. */
function told(sights: readonly Sight[]): string[] {
  const texts: string[] = [];
  const of = (figure: (last: NonNullable<Sight["last"]>, seconds: number) => number) =>
    median(sights.flatMap(({ last, seconds }) => last ? [figure(last, seconds)] : []));
  const lasts = sights.flatMap(({ last }) => last ?? []);
  if (lasts.some(({ produced }) => produced > 0)) {
    const received = thousands(of((last, seconds) => last.received / seconds));
    const share = 100 * of((last) => last.lost / Math.max(1, last.produced));
    texts.push(`${received} events/s read, ${share.toFixed(2)} % lost`);
  }
  if (lasts.some(({ cost }) => cost)) {
    const perRun = of((last) => (last.cost?.ns ?? NaN) / (last.cost?.runs ?? NaN));
    texts.push(`${ns(perRun)} per run of a kernel program`);
  }
  return texts;
}

function millions(value: number): string {
  return `${(value / 1e6).toPrecision(3)} M`;
}

function thousands(value: number): string {
  return `${Math.round(value / 1000)} k`;
}

function ns(value: number): string {
  return `${Math.round(value)} ns`;
}

function range(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(3)}–${Math.max(...values).toFixed(3)}`;
}

/** The options as a plan, or what to tell the user instead. */
function parse(args: string[]): Plan | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rounds: { type: "string", default: "5" },
        seconds: { type: "string", default: "3" },
        warmup: { type: "string", default: "1" },
        workloads: { type: "string", default: "100x4w8,1000x4w8" },
        only: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return help;
    const { only } = values;
    if (only !== undefined && only !== "deliveries" && only !== "calls") {
      throw new RangeError("--only is deliveries or calls");
    }
    return {
      rounds: positive("rounds", values.rounds),
      seconds: positive("seconds", values.seconds),
      warmup: positive("warmup", values.warmup),
      workloads: values.workloads.split(",").map(workload),
      parts: new Set(only === undefined ? ["deliveries", "calls"] : [only]),
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : error}\n\n${help}`;
  }
}

function workload(name: string): Workload {
  const found = workloads.find((one) => one.name === name && one.senders > 0);
  if (found === undefined) throw new RangeError(`--workloads does not know "${name}"`);
  return found;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new RangeError(`--${name} must be a number above 0, not "${text}"`);
}
