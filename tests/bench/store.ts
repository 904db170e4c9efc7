/**
 * The store's figures, with `node:sqlite` as the reference in the same run.
 *
 * ```text
 *   deno task bench store              a million messages, about a minute
 *   deno task bench store --full       ten millions, some minutes and 5 GB of disk
 *   … --dir DIR                        where to write (default: the system's folder for temporary files)
 * ```
 *
 * Sync times are those of the disk under `--dir`, so read the ratios, not the figures.
 *
 * @module
 */

import { benchAppends } from "./store/appends.ts";
import { benchCompaction } from "./store/compaction.ts";
import { benchLarge } from "./store/large.ts";
import { line, type Report } from "./store/report.ts";
import { benchStart } from "./store/start.ts";

/** Runs the benchmark and prints its table. */
export default async function storeBench(args: string[]): Promise<void> {
  const at = args.indexOf("--dir");
  const dir = at < 0 ? undefined : args[at + 1];
  const directory = await Deno.makeTempDir(dir === undefined ? {} : { dir });
  const print: Report = (text) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
  try {
    print("store: bodies of 200 bytes, durable, against node:sqlite (WAL, synchronous=FULL)\n");
    print(line("what", "store", "reference", "ratio", "goal"));
    await benchAppends(directory, print);
    await benchLarge(directory, args.includes("--full") ? 10_000_000 : 1_000_000, print);
    const full = args.includes("--full");
    const past = full
      ? { rooms: 100_000, users: 1_000_000, messages: 10_000_000 }
      : { rooms: 10_000, users: 100_000, messages: 1_000_000 };
    await benchStart(directory, past, print);
    await benchCompaction(directory, print);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) await storeBench(Deno.args);
