/**
 * What the dashboard's benchmark is asked to do: its options.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { type Workload, workloads } from "../workloads.ts";

/** What is told about the options. */
export const HELP: string = `Usage: deno task bench dashboard [options]

  --rounds R       rounds, medians are quoted (5)
  --seconds T      measured seconds per run (3)
  --warmup T       seconds before that (1)
  --workload NAME  of the fan-out benchmark (1000x4w8)
  --talk N         messages a second into the room that the page shows (1000)
  --loads N        loads for the first paint (10)
  --only PARTS     of cost,frames,paint,size
  --help           this text`;

/** What can be measured. */
const PARTS = ["cost", "frames", "paint", "size"] as const;

/** What is to be measured, and how long. */
export interface Plan {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly workload: Workload;
  readonly talk: number;
  readonly loads: number;
  readonly parts: ReadonlySet<string>;
}

/** The options as a plan, or what to tell the user instead. */
export function parse(args: string[]): Plan | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rounds: { type: "string", default: "5" },
        seconds: { type: "string", default: "3" },
        warmup: { type: "string", default: "1" },
        workload: { type: "string", default: "1000x4w8" },
        talk: { type: "string", default: "1000" },
        loads: { type: "string", default: "10" },
        only: { type: "string", default: PARTS.join(",") },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return HELP;
    return {
      rounds: positive("rounds", values.rounds),
      seconds: positive("seconds", values.seconds),
      warmup: positive("warmup", values.warmup),
      workload: workload(values.workload),
      talk: positive("talk", values.talk),
      loads: positive("loads", values.loads),
      parts: new Set(values.only.split(",").map(part)),
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : error}\n\n${HELP}`;
  }
}

function part(name: string): string {
  const found = PARTS.find((one) => one === name);
  if (found !== undefined) return found;
  throw new RangeError(`--only does not know "${name}"`);
}

function workload(name: string): Workload {
  const found = workloads.find((one) => one.name === name && one.senders > 0);
  if (found !== undefined) return found;
  throw new RangeError(`--workload does not know "${name}"`);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new RangeError(`--${name} must be a number above 0, not "${text}"`);
}
