/**
 * The options of `deno task bench fanout|peers`, as a plan. Pure.
 *
 * @module
 */

import { parseArgs } from "node:util";
import type { Manner } from "./measure_all.ts";
import type { ProbeName } from "./results.ts";
import { servers, type ServerSpec } from "./servers.ts";
import { allWorkloads, type Workload, workloads } from "./workloads.ts";

/** Which of the two it is. */
export type Bench = "fanout" | "peers";

/** What to do. */
export interface Plan extends Manner {
  readonly columns: readonly Workload[];
  readonly rows: readonly ServerSpec[];
  /** The rows were asked for by name. */
  readonly everywhere: boolean;
  readonly probes: readonly ProbeName[];
  /** Everything is measured, and a goal without a figure is told. */
  readonly isWhole: boolean;
  readonly json: boolean;
  /** A checkout of another commit. */
  readonly old?: string;
  readonly markdown?: string;
  readonly save?: string;
  readonly from?: string;
}

/** What to tell who asked for it. */
export const help: string = `Usage: deno task bench fanout|peers [options]

fanout measures a few, for a change at hand; peers measures everything, prints the goals, and takes 25 minutes.

  --quick          one short round: 4 minutes for everything
  --rounds R       rounds, the median is quoted (fanout 3, peers 5)
  --seconds T      measured seconds per run (fanout 3, peers 2)
  --warmup T       seconds before that (1)
  --minutes M      no round but the first goes on after that (peers 25)
  --only LIST      workloads: ${allWorkloads.map((w) => w.name).join(",")}
  --servers LIST   servers: ${servers.map((s) => s.name).join(",")}
  --old DIR        a checkout of another commit, whose durable server is measured beside
  --landed RULE    a message is in flight until every member has it (all), or its sender (own)
  --markdown FILE  writes all as Markdown, and the plot beside it as .svg; a file with the lines
                   <!-- table --> and <!-- /table --> keeps all that is not between them
  --save FILE      writes the raw measurements, after each round
  --from FILE      shows such measurements without measuring
  --json           prints the raw measurements instead of tables
  --help           this text

Progress goes to stderr. The exit code is 1 when something failed; a goal that is missed is no failure.`;

/** The options as a plan, or what to tell the user instead. */
export function parse(bench: Bench, args: string[]): Plan | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        quick: { type: "boolean", default: false },
        rounds: { type: "string" },
        seconds: { type: "string" },
        warmup: { type: "string" },
        minutes: { type: "string" },
        only: { type: "string" },
        servers: { type: "string" },
        old: { type: "string" },
        landed: { type: "string", default: "all" },
        markdown: { type: "string" },
        save: { type: "string" },
        from: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return help;
    const { landed, json, old, markdown, save, from, quick } = values;
    if (landed !== "own" && landed !== "all") throw new RangeError("--landed is own or all");
    const isAll = bench === "peers" && values.only === undefined && values.servers === undefined;
    const preset = quick ? presets.quick : presets[bench];
    const minutes = positive("minutes", values.minutes) ??
      ("minutes" in preset && isAll ? preset.minutes : undefined);
    return {
      rounds: positive("rounds", values.rounds) ?? preset.rounds,
      seconds: positive("seconds", values.seconds) ?? preset.seconds,
      warmup: positive("warmup", values.warmup) ?? preset.warmup,
      columns: pick("--only", allWorkloads, values.only) ?? columns[bench],
      rows: pick("--servers", servers, values.servers) ??
        servers.filter((spec) => bench === "fanout" ? spec.inFanout : spec.blocks !== undefined),
      everywhere: bench === "fanout" || values.servers !== undefined,
      probes: isAll ? ["start", "help", "page"] : [],
      isWhole: isAll,
      landed,
      json,
      ...(minutes === undefined ? {} : { minutes }),
      ...(old === undefined ? {} : { old }),
      ...(markdown === undefined ? {} : { markdown }),
      ...(save === undefined ? {} : { save }),
      ...(from === undefined ? {} : { from }),
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : error}\n\n${help}`;
  }
}

const columns: Readonly<Record<Bench, readonly Workload[]>> = {
  fanout: workloads,
  peers: allWorkloads,
};

const presets = {
  fanout: { rounds: 3, seconds: 3, warmup: 1 },
  peers: { rounds: 5, seconds: 2, warmup: 1, minutes: 25 },
  quick: { rounds: 1, seconds: 0.5, warmup: 0.3, minutes: 4 },
} as const;

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
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
