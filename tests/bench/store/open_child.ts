/**
 * Opens a store in a process of its own and prints what that took, so that the memory is the store's alone.
 *
 * @module
 */

import { openStore } from "../../../db/mod.ts";

/** What opening took. */
export interface Opening {
  readonly ms: number;
  readonly indexBytes: number;
  /** By how much the process has grown, in bytes. */
  readonly rss: number;
}

if (import.meta.main) {
  const [directory = ""] = Deno.args;
  const before = Deno.memoryUsage().rss;
  const start = performance.now();
  await using store = await openStore(directory, { autoCompact: false });
  const ms = performance.now() - start;
  const opening: Opening = {
    ms,
    indexBytes: store.stat().indexBytes,
    rss: Deno.memoryUsage().rss - before,
  };
  await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(opening)));
}
