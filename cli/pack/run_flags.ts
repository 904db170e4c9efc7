/**
 * With which flags the packed program runs. Pure.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };

/** Flags of `deno run` that only sources need. */
const OF_SOURCES: ReadonlySet<string> = new Set(["--frozen"]);

/** Those of the task, and what `deno.json` says, which is not there then. @param task The task that runs the sources. */
export function runFlags(task: string = manifest.tasks.chat): string[] {
  const [, words] = /^deno run (.*) cli\/main\.ts$/.exec(task) ?? [];
  if (words === undefined) throw new Error("deno.json has no task 'chat' that can be packed.");
  const flags = words.split(" ").filter((flag) => !OF_SOURCES.has(flag));
  return ["--quiet", "--no-config", "--unstable-worker-options", ...flags];
}
