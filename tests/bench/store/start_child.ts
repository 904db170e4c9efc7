/**
 * Opens a server's store in a process of its own and prints what that took, so that the memory is the store's alone.
 *
 * @module
 */

import { durableStore } from "../../../server/mod.ts";

/** What starting took. */
export interface Start {
  readonly ms: number;
  /** Memory of the whole process, in bytes. */
  readonly rss: number;
}

if (import.meta.main) {
  const [directory = ""] = Deno.args;
  const start = performance.now();
  await using _store = await durableStore(directory, { durability: "os" });
  const ms = performance.now() - start;
  const result: Start = { ms, rss: Deno.memoryUsage().rss };
  await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(result)));
}
