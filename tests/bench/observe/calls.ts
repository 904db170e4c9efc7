/**
 * What watching costs per call, and how many events a second the reader keeps up with: on a process that does nothing but
 * call (c/flood.c).
 *
 * @module
 */

import type { Programs } from "../compile.ts";
import type { Sight, Watcher } from "./watchers.ts";

/** One run. */
export interface Calls {
  /** Nanoseconds that a call took. */
  readonly nsPerCall: number;
  readonly callsPerS: number;
  readonly sight: Sight;
}

/** Runs the process once, with somebody watching. */
export async function measureCalls(
  watcher: Watcher,
  programs: Programs,
  options: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<Calls> {
  const { seconds, signal } = options;
  const child = new Deno.Command(programs.flood, {
    args: [String(seconds)],
    signal,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const said = new Response(child.stdout).text();
  try {
    const watch = await watcher.start(child.pid, signal);
    // A byte begins it, so that nobody misses the first call.
    await child.stdin.getWriter().write(new Uint8Array(1));
    const [calls = NaN, ns = NaN] = (await said).split("\n")[1]?.split(" ").map(Number) ?? [];
    return { nsPerCall: ns / calls, callsPerS: calls / (ns / 1e9), sight: await watch.end() };
  } finally {
    if (!child.stdin.locked) await child.stdin.close();
    await said;
    await child.status;
  }
}
