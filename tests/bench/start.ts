/**
 * `deno task bench start`: how soon the program is there, from sources and packed, beside a script of the runtime that does
 * nothing.
 *
 * All are started in turns, so that what else the machine does falls upon all. The time is that until the first line of output.
 *
 * @module
 */

import { parseArgs } from "node:util";
import manifest from "../../deno.json" with { type: "json" };
import { linesOf } from "../lines.ts";
import { note, print } from "./output.ts";

const root = new URL("../..", import.meta.url).pathname;

const HELP = `Usage: deno task bench start [options]

  --rounds R  starts of each (15)
  --help      this text`;

/** What is started. */
interface Start {
  readonly name: string;
  readonly words: readonly string[];
  /** With nothing that the runtime has kept of an earlier start. */
  readonly isFirst?: boolean;
}

function starts(folder: string): Start[] {
  const sources = manifest.tasks.chat.split(" ").slice(1);
  const [firstLine = ""] = Deno.readTextFileSync(`${folder}/dist/chat.js`).split("\n", 1);
  const packed = [...firstLine.split(" ").slice(3), `${folder}/dist/chat.js`];
  const serve = (data: string) => ["serve", "--port", "0", "--data", `${folder}/${data}`];
  return [
    { name: "the runtime: a script of one line", words: ["run", `${folder}/line.ts`] },
    { name: "chat --help, sources", words: [...sources, "--help"] },
    { name: "chat --help, packed", words: [...packed, "--help"] },
    { name: "chat serve until it listens, sources", words: [...sources, ...serve("sources")] },
    { name: "chat serve until it listens, packed", words: [...packed, ...serve("packed")] },
    {
      name: "the same, its very first start",
      words: [...packed, ...serve("packed")],
      isFirst: true,
    },
  ];
}

/** Measures, and prints a table. @returns The exit code. */
export async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: "string", default: "15" }, help: { type: "boolean" } },
  });
  if (values.help === true) {
    print(HELP);
    return 0;
  }
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    note("--rounds must be a whole number from 1 on.");
    return 2;
  }
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/line.ts`, "Deno.stdout.writeSync(new Uint8Array([10]));\n");
    const pack = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "pack", `${folder}/dist`],
      cwd: root,
      stdout: "null",
      stderr: "inherit",
    }).output();
    if (!pack.success) throw new Error("The program could not be packed.");
    const all = starts(folder).map((start) => ({ ...start, times: [] as number[] }));
    // The first round fills the runtime's caches.
    for (let round = 0; round <= rounds; round++) {
      for (const start of all) {
        signal.throwIfAborted();
        const ms = await firstLineMs(start, folder);
        if (round > 0) start.times.push(ms);
      }
      note(`${round} of ${rounds}`);
    }
    print("| start, ms until the first line | least | median |\n| --- | ---: | ---: |");
    for (const { name, times } of all) {
      times.sort((one, other) => one - other);
      const median = times[times.length >> 1] ?? NaN;
      print(`| ${name} | ${(times[0] ?? NaN).toFixed(0)} | ${median.toFixed(0)} |`);
    }
    return 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function firstLineMs({ words, isFirst = false }: Start, folder: string): Promise<number> {
  const cache = isFirst ? { DENO_DIR: await Deno.makeTempDir({ dir: folder }) } : {};
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...words],
    cwd: root,
    env: { CHAT_CONFIG: "/nonexistent/config.json", ...cache },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = linesOf(child.stdout);
  const { value } = await lines.next();
  const ms = performance.now() - began;
  if (value === undefined) throw new Error(`Nothing was said by: deno ${words.join(" ")}`);
  try {
    child.kill("SIGTERM");
  } catch {
    // It has ended by itself.
  }
  await lines.return();
  await child.status;
  return ms;
}
