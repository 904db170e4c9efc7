/**
 * `deno task flame FILE [TITLE] > x.svg`: a profile as a flame graph.
 *
 *   chat serve --profile run.cpuprofile                 (or SIGUSR2 to a server that runs)
 *   deno task flame run.cpuprofile > run.svg
 *
 *   perf record -g -p PID -- sleep 10; perf script > perf.txt
 *   deno task flame perf.txt > perf.svg
 *
 * @module
 */

import { callsOfProfile } from "./cpu_profile.ts";
import { flameGraph } from "./graph.ts";
import { callsOfPerf } from "./perf_script.ts";

/** A profile's text as a picture. @throws {TypeError} When it is no profile. */
export function draw(text: string, title: string): string {
  const calls = text.trimStart().startsWith("{") ? callsOfProfile(text) : callsOfPerf(text);
  return flameGraph(calls, { title });
}

function say(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  for (let rest = new TextEncoder().encode(text); rest.length > 0;) {
    rest = rest.subarray(to.writeSync(rest));
  }
}

function main([file, title, ...rest]: readonly string[]): number {
  if (file === undefined || rest.length > 0 || file === "--help") {
    say(Deno.stderr, "Usage: deno task flame FILE.cpuprofile [TITLE] > x.svg\n");
    return file === "--help" ? 0 : 2;
  }
  try {
    say(Deno.stdout, draw(Deno.readTextFileSync(file), title ?? file.replace(/^.*\//, "")));
    return 0;
  } catch (error) {
    say(Deno.stderr, `${file}: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(main(Deno.args));
