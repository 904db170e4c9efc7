/**
 * `deno task flame FILE [--title TEXT] [--from FUNCTION] > x.svg`: a profile as a flame graph. What a function does is drawn once
 * with `--from`, wherever it was called from.
 *
 *   chat serve --profile run.cpuprofile                 (or SIGUSR2 to a server that runs)
 *   deno task flame run.cpuprofile > run.svg
 *
 *   perf record -g -p PID -- sleep 10; perf script > perf.txt
 *   deno task flame perf.txt > perf.svg
 *
 * @module
 */

import { parseArgs } from "node:util";
import { beginningAt } from "./calls.ts";
import { callsOfProfile } from "./cpu_profile.ts";
import { flameGraph } from "./graph.ts";
import { callsOfPerf } from "./perf_script.ts";

const help = "Usage: deno task flame FILE.cpuprofile [--title TEXT] [--from FUNCTION] > x.svg";

/** How a picture is drawn. */
export interface DrawOptions {
  readonly title: string;
  /** The function whose calls begin at the bottom, wherever they were called from. */
  readonly from?: string | undefined;
}

/** A profile's text as a picture. @throws {TypeError} When it is no profile. */
export function draw(text: string, { title, from }: DrawOptions): string {
  const calls = text.trimStart().startsWith("{") ? callsOfProfile(text) : callsOfPerf(text);
  return flameGraph(from === undefined ? calls : beginningAt(calls, from), { title });
}

function say(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  for (let rest = new TextEncoder().encode(text); rest.length > 0;) {
    rest = rest.subarray(to.writeSync(rest));
  }
}

function main(args: string[]): number {
  let file: string | undefined;
  try {
    const options = {
      title: { type: "string" },
      from: { type: "string" },
      help: { type: "boolean", default: false },
    } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values.help || positionals.length !== 1) {
      say(Deno.stderr, `${help}\n`);
      return values.help ? 0 : 2;
    }
    file = positionals[0] ?? "";
    const { title = file.replace(/^.*\//, ""), from } = values;
    say(Deno.stdout, draw(Deno.readTextFileSync(file), { title, from }));
    return 0;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(Deno.stderr, file === undefined ? `${why}\n${help}\n` : `${file}: ${why}\n`);
    return file === undefined ? 2 : 1;
  }
}

if (import.meta.main) Deno.exit(main(Deno.args));
