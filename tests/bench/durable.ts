/**
 * What durability costs the server, end to end: deliveries per second, and the time to start.
 *
 *   for each workload, for each round:  none -> durable,  durable -> none,  ...   (in pairs, in turns)
 *   for each round:                     start none -> start on the filled store
 *
 * The reference is the same server with `--durability none`, in the same run. Each pair gives a ratio, and
 * the median of the ratios is quoted: what the machine does in a slow minute it does to both of a pair.
 * Starting is measured from the start of the process to its line `listening on`; the reference tells how
 * much of it is the runtime. Where the data is written matters: a sync takes what the disk takes.
 *
 * @module
 */

import { parseArgs } from "node:util";
import manifest from "../../deno.json" with { type: "json" };
import { compilePrograms, type Programs } from "./compile.ts";
import { filled } from "./durable_fill.ts";
import { forgetPages } from "./forget.ts";
import { type Figures, measure } from "./generator.ts";
import { note, print } from "./output.ts";
import { median } from "./results.ts";
import { type RunningServer, type ServerSpec, startServer } from "./servers.ts";
import { line } from "./store/report.ts";
import { durableWorkloads, type Workload } from "./workloads.ts";

const help = `Usage: deno task bench durable [options]

  --rounds R       pairs per workload, and starts; medians are quoted (5)
  --seconds T      measured seconds per run (3)
  --warmup T       seconds before that (1)
  --messages N     messages in the store that is started on (1000000; the goal is for 10000000)
  --only PART      deliveries or start
  --help           this text`;

/** The levels that are compared. */
type Level = "none" | "durable";

/** What is meant to be reached. */
const goals = { ratioMin: 0.75, startSecondsMax: 1, startMessages: 10_000_000 } as const;

interface Plan {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly messages: number;
  readonly parts: ReadonlySet<string>;
}

/** Runs the benchmark; the exit code is 0, 1 a server failed, 2 wrong usage, 77 no compiler. */
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
  print(`The server with --durability durable beside none, medians of ${plan.rounds} pairs\n`);
  print(line("what", "durable", "none", "ratio", "goal"));
  if (plan.parts.has("deliveries")) {
    for (const workload of durableWorkloads) await bench.deliveries(workload);
  }
  if (plan.parts.has("start")) await bench.starts();
  return 0;
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

  /** Prints how many messages reach their receivers per second, and how long one is under way. */
  async deliveries(workload: Workload): Promise<void> {
    const none: Figures[] = [];
    const durable: Figures[] = [];
    for (let round = 0; round < this.#plan.rounds; round++) {
      const order: Level[] = round % 2 === 0 ? ["none", "durable"] : ["durable", "none"];
      for (const level of order) {
        const figures = await this.#measure(level, workload);
        (level === "none" ? none : durable).push(figures);
        note(`${workload.title} round ${round + 1}, ${level}: ${perSecond(figures)}`);
      }
    }
    const middle = (all: Figures[], of: (figures: Figures) => number) => median(all.map(of));
    const ratios = durable.map((figures, round) =>
      figures.deliveriesPerS / (none[round]?.deliveriesPerS ?? NaN)
    );
    print(line(
      `deliveries/s, ${workload.title}`,
      millions(middle(durable, (f) => f.deliveriesPerS)),
      millions(middle(none, (f) => f.deliveriesPerS)),
      median(ratios).toFixed(2),
      `≥ ${goals.ratioMin.toFixed(2)}  ${verdict(median(ratios) >= goals.ratioMin)}`,
    ));
    print(line("  lowest and highest ratio", "", "", range(ratios)));
    for (const quantile of ["p50", "p99"] as const) {
      const ms = (all: Figures[]) =>
        `${(middle(all, (f) => f.latencyUs[quantile]) / 1000).toFixed(1)} ms`;
      print(line(`  sent to landed, ${quantile}`, ms(durable), ms(none)));
    }
  }

  /** Prints how long the server takes to start on a store of many messages. */
  async starts(): Promise<void> {
    const { messages, rounds } = this.#plan;
    const directory = `${this.#programs.scratch}/filled`;
    note(`Filling a store with ${messages} messages …`);
    await filled(directory, messages, this.#signal);
    const crashed = await this.#start("durable", directory);
    const none: number[] = [];
    const warm: number[] = [];
    const cold: number[] = [];
    for (let round = 0; round < rounds; round++) {
      none.push(await this.#start("none", directory));
      warm.push(await this.#start("durable", directory));
      if (await forgetPages(directory)) cold.push(await this.#start("durable", directory));
    }
    const reference = seconds(median(none));
    const row = (what: string, value: number) =>
      print(line(what, seconds(value), reference, "", this.#startGoal(value)));
    row(`start with ${messages / 1e6} M messages`, median(warm));
    row("  when the last server was killed, once", crashed);
    if (cold.length > 0) row("  when its files are not in memory", median(cold));
    await Deno.remove(directory, { recursive: true });
  }

  #startGoal(value: number): string {
    if (this.#plan.messages < goals.startMessages) return "";
    return `≤ ${goals.startSecondsMax} s  ${verdict(value <= goals.startSecondsMax)}`;
  }

  async #measure(level: Level, workload: Workload): Promise<Figures> {
    const directory = await Deno.makeTempDir({ dir: this.#programs.scratch });
    try {
      await using server = await this.#server(level, directory);
      const { seconds, warmup } = this.#plan;
      const options = { workload, seconds, warmup, landed: "own", signal: this.#signal } as const;
      const outcome = await measure(server, this.#programs, options);
      if (outcome.kind === "measured") return outcome.figures;
      throw new Error(`${workload.title}, ${level}: ${outcome.reason}\n${server.lastWords()}`);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  }

  /** Starts a server, ends it in order, and gives the seconds until it listened. */
  async #start(level: Level, directory: string): Promise<number> {
    const start = performance.now();
    await using _server = await this.#server(level, directory);
    return (performance.now() - start) / 1000;
  }

  #server(level: Level, directory: string): Promise<RunningServer> {
    const spec: ServerSpec = {
      name: level,
      title: `chat, ${level}`,
      command: () => ({
        command: Deno.execPath(),
        args: [
          // The arguments of `deno task chat`: what is measured is what users start.
          ...manifest.tasks.chat.split(" ").slice(1),
          ...`serve --port 0 --rate 0 --durability ${level} --data`.split(" "),
          directory,
        ],
      }),
    };
    return startServer(spec, this.#programs, this.#signal);
  }
}

function perSecond({ deliveriesPerS, generatorBusy }: Figures): string {
  return `${millions(deliveriesPerS)}/s, generator ${Math.round(100 * generatorBusy)} % busy`;
}

function millions(value: number): string {
  return `${(value / 1e6).toPrecision(3)} M`;
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

function range(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)}`;
}

function verdict(reached: boolean): string {
  return reached ? "reached" : "missed";
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
        messages: { type: "string", default: "1000000" },
        only: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return help;
    const { only } = values;
    if (only !== undefined && only !== "deliveries" && only !== "start") {
      throw new RangeError("--only is deliveries or start");
    }
    return {
      rounds: positive("rounds", values.rounds),
      seconds: positive("seconds", values.seconds),
      warmup: positive("warmup", values.warmup),
      messages: positive("messages", values.messages),
      parts: new Set(only === undefined ? ["deliveries", "start"] : [only]),
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
