/**
 * Who is measured: how each server is started, and how its memory is read. The rivals stand in rivals.ts.
 *
 * Every server is a native process of its own with one contract: its first line on stdout is
 * `listening on HOST:PORT`. A fresh process per measurement, so that neither a warm heap nor a
 * memory peak is inherited from the workload before.
 *
 * The reference must be the entry named "c"; all ratios are against it. "c-sliced" is the same
 * program with its second argument, see c/broadcast.c; it is only run when asked for.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };
import { wait } from "../../ground/mod.ts";
import { freePort } from "../ports.ts";
import { type Child, startChild } from "./child.ts";
import type { Programs } from "./compile.ts";
import { rivals } from "./rivals.ts";
import type { Ability, Block, Workload } from "./workloads.ts";

/** What is started. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** One row of the table. */
export interface ServerSpec {
  /** Word for `--servers`. */
  readonly name: string;
  readonly title: string;
  /** A row of the fan-out benchmark unless `--servers` says otherwise. */
  readonly inFanout?: boolean;
  /** Where it is a row of the comparison with others; nowhere unless it is told. */
  readonly blocks?: readonly Block[];
  /** No goal speaks of it, so that every other round is enough. */
  readonly isAside?: boolean;
  /** What it knows beside one room. */
  readonly can?: readonly Ability[];
  /** With more, a run would take minutes. */
  readonly membersMax?: number;
  /** What is to be known about its figures. */
  readonly differs?: string;
  /** Throws `NotFound` with a sentence when it is not here. */
  readonly command: (programs: Programs, port: number) => Command | Promise<Command>;
  /** In which protocol it is spoken to; ours unless it is told. */
  readonly speech?: "ids" | "nats" | "irc" | "mqtt";
  /** It says nothing when it listens: it is given a port, and asked until it answers. */
  readonly isSilent?: boolean;
  /** A file without which it cannot run. */
  readonly needs?: URL;
  /** Where it is started; this checkout unless it is told. */
  readonly folder?: URL;
  /** What it finds in its environment, beside what the benchmark was started with. */
  readonly env?: Readonly<Record<string, string>>;
}

const root = new URL("../../", import.meta.url);
const chatMain = new URL("cli/main.ts", root);
const roomLog = new URL("room_log.ts", import.meta.url);

/** How long a server may take until it listens. */
const startMsMax = 20_000;

/** How often a silent one is asked for a connection. */
const askMs = 20;

/** Members that the sliced reference serves before it looks at its sockets again. */
const slice = "32";

const chatCan: readonly Ability[] = ["rooms", "whispers", "text", "moves"];

/** All, in the order of the table. */
export const servers: readonly ServerSpec[] = [
  {
    name: "c",
    title: "C, shared batch",
    inFanout: true,
    blocks: ["fan-out", "idle", "people"],
    command: ({ broadcast }) => ({ command: broadcast, args: [] }),
  },
  {
    name: "c-sliced",
    title: "C, sliced",
    command: ({ broadcast }) => ({ command: broadcast, args: ["0", slice] }),
  },
  {
    name: "log",
    title: "Deno, room log",
    inFanout: true,
    command: () => ({
      command: Deno.execPath(),
      args: ["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read", fileURLToPath(roomLog)],
    }),
    needs: roomLog,
  },
  {
    name: "chat",
    title: "chat",
    inFanout: true,
    blocks: ["fan-out", "idle", "people", "durable"],
    can: chatCan,
    command: () => chat("--durability none"),
    needs: chatMain,
  },
  {
    name: "chat-ids",
    title: "chat, with ids",
    blocks: ["fan-out"],
    can: chatCan,
    differs: "every message carries an id, as real clients send it, and gets an Ack",
    speech: "ids",
    command: () => chat("--durability none"),
    needs: chatMain,
  },
  {
    name: "chat-durable",
    title: "chat, durable",
    blocks: ["fan-out", "people", "durable"],
    can: [...chatCan, "pages"],
    differs: "nobody is told a message before the disk has it; none of the others keeps anything",
    command: durable(""),
    needs: chatMain,
  },
  {
    name: "chat-runtime",
    title: "chat, runtime's sockets",
    blocks: ["fan-out", "idle"],
    isAside: true,
    can: chatCan,
    command: () => chat("--durability none --transport runtime"),
    needs: chatMain,
  },
  {
    name: "chat-runtime-durable",
    title: "… and durable",
    can: [...chatCan, "pages"],
    command: durable("--transport runtime"),
    needs: chatMain,
  },
  {
    name: "chat-epoll",
    title: "chat, epoll",
    can: chatCan,
    command: () => chat("--durability none --transport epoll"),
    needs: chatMain,
  },
  {
    name: "chat-epoll-durable",
    title: "chat, epoll, durable",
    can: [...chatCan, "pages"],
    command: durable("--transport epoll"),
    needs: chatMain,
  },
  ...rivals,
];

/** The durable server of another commit, beside which this one is measured. */
export async function oldServer(folder: URL): Promise<ServerSpec> {
  const text = await Deno.readTextFile(new URL("deno.json", folder));
  const task = (JSON.parse(text) as typeof manifest).tasks.chat;
  const { stdout } = await new Deno.Command("git", {
    args: ["-C", fileURLToPath(folder), "rev-parse", "--short", "HEAD"],
    stderr: "null",
  }).output();
  const commit = new TextDecoder().decode(stdout).trim();
  return {
    name: "old-durable",
    title: `chat ${commit || "of another commit"}, durable`,
    blocks: ["durable"],
    can: [...chatCan, "pages"],
    command: durable("", task),
    folder,
    needs: new URL("cli/main.ts", folder),
  };
}

/** Whether a server can be asked to do that; otherwise why not. */
export function whyNot(
  spec: ServerSpec,
  { needs, receivers }: Pick<Workload, "needs" | "receivers">,
): string | undefined {
  if (receivers > 1.5 * (spec.membersMax ?? Infinity)) return "its logins take minutes";
  if (needs === undefined || spec.can?.includes(needs)) return undefined;
  return {
    rooms: "it knows one room",
    whispers: "it knows no whispers",
    text: "it speaks no lines of text beside another protocol",
    moves: "nobody can leave its room and stay",
    pages: "it keeps nothing",
  }[needs];
}

/** With the arguments of `deno task chat`: what is measured is what users start. */
function chat(options: string, task: string = manifest.tasks.chat): Command {
  return {
    command: Deno.execPath(),
    args: [
      ...task.split(" ").slice(1),
      ...`serve --port 0 --rate 0 ${options}`.split(" ").filter((word) => word !== ""),
    ],
  };
}

/** A store of its own for each run. */
function durable(options: string, task?: string): ServerSpec["command"] {
  return async ({ scratch }) =>
    chat(`${options} --data ${await Deno.makeTempDir({ dir: scratch, prefix: "store-" })}`, task);
}

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Resident memory now, and its peak so far. */
  memory(): Promise<{ residentKiB: number; peakKiB: number }>;
  /** The end of what it said on stderr. */
  lastWords(): string;
}

/** Starts a server and waits until it listens. */
export async function startServer(
  spec: ServerSpec,
  programs: Programs,
  signal: AbortSignal,
): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack();
  const given = spec.isSilent ? freePort() : 0;
  const child = stack.use(startChild({
    ...await spec.command(programs, given),
    cwd: spec.folder ?? root,
    // The command line above is the one the goals are stated for; the data folder of whoever runs
    // the benchmark must not be touched all the same.
    env: { CHAT_DATA: programs.scratch, ...spec.env },
    signal,
  }));
  const timer = setTimeout(() => child[Symbol.asyncDispose](), startMsMax);
  const port = await (spec.isSilent ? answers(given, child) : toldPort(child)).catch((cause) => {
    throw new Error(`Cannot start ${spec.title}: ${child.lastWords() || "no word"}`, { cause });
  }).finally(() => clearTimeout(timer));
  const owned = stack.move();
  return {
    port,
    pid: child.pid,
    memory: () => memoryOfProcess(child.pid),
    lastWords: () => child.lastWords(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The port in a server's first line. */
async function toldPort(child: Child): Promise<number> {
  const line = await child.firstLine;
  const port = Number(/^listening on \S+:(\d+)\s*$/.exec(line)?.[1]);
  if (Number.isInteger(port)) return port;
  throw new Error(`Its first line is "${line}"`);
}

/** Asks for a connection until there is one, or the server has ended. */
async function answers(port: number, child: Child): Promise<number> {
  const over = new AbortController();
  void child.ended.then(() => over.abort());
  while (!over.signal.aborted) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      await wait(askMs, over.signal);
    }
  }
  throw new Error("It has ended");
}

/** What a process has in memory. */
export async function memoryOfProcess(
  pid: number,
): Promise<{ residentKiB: number; peakKiB: number }> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const field = (name: string) => {
    const kib = Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, "m").exec(status)?.[1]);
    if (Number.isNaN(kib)) throw new Error(`No ${name} in /proc/${pid}/status`);
    return kib;
  };
  return { residentKiB: field("VmRSS"), peakKiB: field("VmHWM") };
}
