/**
 * Takes the flame graphs of `docs/performance/`: the real server under load, profiled by itself at `SIGUSR2`, and by `perf`
 * where that may be used, which sees the kernel as well.
 *
 * ```text
 *   server ◄── load generator      … warm …   SIGUSR2 ─► a profile of some seconds ─► SVG
 *                                             perf    ─► the same seconds, by the kernel
 * ```
 *
 * A login storm is asked for before the first connection, and is over when all have come in.
 *
 * @module
 */

import { parseArgs } from "node:util";
import manifest from "../../deno.json" with { type: "json" };
import { draw } from "../../docs/flame/main.ts";
import { lastOfMap } from "../../docs/flame/perf_script.ts";
import { wait } from "../../ground/mod.ts";
import { startChild } from "./child.ts";
import { compilePrograms, type Programs } from "./compile.ts";
import { note } from "./output.ts";
import { type RunningServer, type ServerSpec, startServer } from "./servers.ts";
import { messageBytes } from "./workloads.ts";

const help = `Usage: deno task bench flames [options]

  --only LIST   pictures: FANOUT, CROWD, LOGIN, DURABLE
  --out DIR     where they go (docs/performance)
  --help        this text`;

/** How long a load runs before it is profiled, how long that takes, and a storm, in seconds. */
const WARM_S = 2, PROFILED_S = 4, STORM_S = 2;
/** What the server does in a turn: drawn once, wherever the turn was called from. */
const TURN = "#turn";
/** How long perf takes until it looks, in ms. */
const PERF_STARTS_MS = 300;
/** How often perf looks, a second: no divisor of anything that happens regularly. */
const PERF_HZ = 999;

interface Picture {
  readonly name: string;
  readonly title: string;
  readonly receivers: number;
  readonly senders: number;
  readonly window: number;
  readonly durable: boolean;
}

const pictures: readonly Picture[] = [
  {
    name: "fanout",
    title: "Fan-out over epoll: 100 members, 4 talk, 128 messages of each in flight",
    receivers: 100,
    senders: 4,
    window: 128,
    durable: false,
  },
  {
    name: "crowd",
    title: "Fan-out over epoll: 1,000 members, 4 talk, 8 messages of each in flight",
    receivers: 1_000,
    senders: 4,
    window: 8,
    durable: false,
  },
  {
    name: "login",
    title: "10,000 come in at once, over epoll",
    receivers: 10_000,
    senders: 0,
    window: 1,
    durable: false,
  },
  {
    name: "durable",
    title: "Durable messages over epoll: 100 members, 64 talk, 8 messages of each in flight",
    receivers: 100,
    senders: 64,
    window: 8,
    durable: true,
  },
];

/** Runs it; exit codes as those of the fan-out benchmark. */
export async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string" },
      out: { type: "string", default: "docs/performance" },
      help: { type: "boolean", default: false },
    },
  });
  const only = values.only?.split(",");
  const wanted = pictures.filter(({ name }) => only?.includes(name) ?? true);
  if (values.help || wanted.length !== (only ?? pictures).length) {
    note(help.replace("FANOUT, CROWD, LOGIN, DURABLE", pictures.map(({ name }) => name).join(",")));
    return values.help ? 0 : 2;
  }
  await using programs = await compilePrograms(signal);
  if (programs === undefined) {
    note("The load generator needs a C compiler (cc or gcc).");
    return 77;
  }
  await Deno.mkdir(values.out, { recursive: true });
  for (const picture of wanted) await take(picture, values.out, { programs, signal });
  return 0;
}

interface Means {
  readonly programs: Programs;
  readonly signal: AbortSignal;
}

async function take(picture: Picture, out: string, { programs, signal }: Means): Promise<void> {
  const { name, title, receivers, senders, window, durable } = picture;
  const storm = senders === 0;
  const dir = await Deno.makeTempDir({ dir: programs.scratch, prefix: "profile-" });
  const seconds = storm ? STORM_S : PROFILED_S;
  const spec: ServerSpec = {
    name,
    title: "chat",
    command: () => ({
      command: Deno.execPath(),
      args: [
        ...withNames(manifest.tasks.chat.split(" ").slice(1), dir),
        ...`serve --port 0 --rate 0 --transport epoll --profile ${dir}`.split(" "),
        ...["--profile-seconds", `${seconds}`, "--data", `${dir}/data`],
        ...["--durability", durable ? "durable" : "none"],
      ],
    }),
  };
  let recorded: Promise<Recorded | undefined> | undefined;
  {
    await using server = await startServer(spec, programs, signal);
    const byPerf = () => record(server, { file: `${dir}/perf.data`, seconds, signal });
    if (storm) {
      recorded = byPerf();
      await wait(PERF_STARTS_MS, signal);
      Deno.kill(server.pid, "SIGUSR2");
    }
    await using load = startChild({
      command: programs.load,
      args: Object.entries({
        port: server.port,
        receivers,
        senders,
        window,
        bytes: messageBytes,
        seconds: 2 * PROFILED_S + 1,
        warmup: WARM_S,
        landed: "all",
      }).map(([name, value]) => `--${name}=${value}`),
      signal,
      stdin: true,
    });
    if (!storm) {
      await wait(WARM_S * 1_000, signal);
      Deno.kill(server.pid, "SIGUSR2");
      await wait(PROFILED_S * 1_000 + 500, signal);
      recorded = byPerf();
      await recorded;
    }
    await load.firstLine;
    await load.closeStdin();
    await load.ended;
  }
  for await (const { name: file } of Deno.readDir(dir)) {
    if (!file.endsWith(".cpuprofile")) continue;
    const text = await Deno.readTextFile(`${dir}/${file}`);
    await write(`${out}/${name}.svg`, draw(text, { title, from: TURN }));
  }
  const seen = await recorded;
  if (seen === undefined) return;
  const kernel = { title: `${title}: processor time, by perf`, from: TURN };
  await write(`${out}/${name}-kernel.svg`, draw(await scriptOf(seen, signal), kernel));
}

/** Lets the engine write down which function lies where, for perf. It keeps a log then, too, which goes with the folder. */
function withNames(args: readonly string[], folder: string): string[] {
  const names = "--perf-basic-prof,--interpreted-frames-native-stack,--no-compact-code-space";
  const log = `--no-logfile-per-isolate,--logfile=${folder}/v8.log`;
  return args.map((arg) => arg.startsWith("--v8-flags=") ? `${arg},${names},${log}` : arg);
}

/** What perf has seen of a process, and where the engine has written what lies where. */
interface Recorded {
  readonly file: string;
  readonly map: string;
}

/** Lets perf look at a server's thread; `undefined` where it may not. */
async function record(
  { pid }: RunningServer,
  { file, seconds, signal }: {
    readonly file: string;
    readonly seconds: number;
    readonly signal: AbortSignal;
  },
): Promise<Recorded | undefined> {
  const how = ["-e", "cpu-clock", "-F", `${PERF_HZ}`, "-g", "-o", file, "-t", `${pid}`];
  try {
    await perf(["record", ...how, "--", "sleep", `${seconds}`], signal);
    return { file, map: `/tmp/perf-${pid}.map` };
  } catch (error) {
    note(`Without the kernel's view: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** The same as text, with names. To be called when the process has ended, and writes its map no more. */
async function scriptOf({ file, map }: Recorded, signal: AbortSignal): Promise<string> {
  try {
    await Deno.writeTextFile(map, lastOfMap(await Deno.readTextFile(map)));
    return await perf(["script", "-i", file], signal);
  } finally {
    await Deno.remove(map);
  }
}

async function perf(args: readonly string[], signal: AbortSignal): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("perf", { args: [...args], signal })
    .output();
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(err.trim().split("\n")[0]);
  return out;
}

async function write(path: string, svg: string): Promise<void> {
  await Deno.writeTextFile(path, svg);
  note(`${path}: ${Math.round(svg.length / 1_000)} KB`);
}
