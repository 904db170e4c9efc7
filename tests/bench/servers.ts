/**
 * Who is measured: how each server is started, and how its memory is read.
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
import { type Child, startChild } from "./child.ts";
import type { Programs } from "./compile.ts";

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
  /** Run unless `--servers` says otherwise. */
  readonly byDefault: boolean;
  readonly command: (programs: Programs, port: number) => Command | Promise<Command>;
  /** In which protocol it is spoken to; ours unless it is told. */
  readonly speech?: "ids" | "nats" | "irc" | "mqtt";
  /** It says nothing when it listens: it is given a port, and asked until it answers. */
  readonly isSilent?: boolean;
  /** It knows one room. */
  readonly hasOneRoom?: boolean;
  /** A file without which it cannot run. */
  readonly needs?: URL;
  /** What it finds in its environment, beside what the benchmark was started with. */
  readonly env?: Readonly<Record<string, string>>;
}

const root = new URL("../../", import.meta.url);
const chatMain = new URL("cli/main.ts", root);
/** The arguments of `deno task chat`: what is measured is what users start. */
const chatTask = manifest.tasks.chat.split(" ").slice(1);
const roomLog = new URL("room_log.ts", import.meta.url);

/** How long a server may take until it listens. */
const startMsMax = 20_000;

/** How often a silent one is asked for a connection. */
const askMs = 20;

/** Members that the sliced reference serves before it looks at its sockets again. */
const slice = "32";

/** All, in the order of the table. */
export const servers: readonly ServerSpec[] = [
  {
    name: "c",
    title: "C, shared batch",
    byDefault: true,
    hasOneRoom: true,
    command: ({ broadcast }) => ({ command: broadcast, args: [] }),
  },
  {
    name: "c-sliced",
    title: "C, sliced",
    byDefault: false,
    hasOneRoom: true,
    command: ({ broadcast }) => ({ command: broadcast, args: ["0", slice] }),
  },
  {
    name: "log",
    title: "Deno, room log",
    byDefault: true,
    hasOneRoom: true,
    command: () => ({
      command: Deno.execPath(),
      args: ["run", "--no-config", "--no-prompt", "--allow-net=127.0.0.1", fileURLToPath(roomLog)],
    }),
    needs: roomLog,
  },
  {
    name: "chat",
    title: "chat",
    byDefault: true,
    command: () => chat("--durability none"),
    needs: chatMain,
  },
  {
    name: "chat-ids",
    title: "chat, ids",
    byDefault: false,
    speech: "ids",
    command: () => chat("--durability none"),
    needs: chatMain,
  },
  {
    name: "chat-durable",
    title: "chat, durable",
    byDefault: false,
    // A store of its own for each run.
    command: async ({ scratch }) =>
      chat(`--data ${await Deno.makeTempDir({ dir: scratch, prefix: "store-" })}`),
    needs: chatMain,
  },
  {
    name: "chat-epoll",
    title: "chat, epoll",
    byDefault: false,
    command: () => chat("--durability none --transport epoll"),
    needs: chatMain,
  },
  {
    name: "chat-epoll-durable",
    title: "chat, epoll, durable",
    byDefault: false,
    command: async ({ scratch }) =>
      chat(
        `--transport epoll --data ${await Deno.makeTempDir({ dir: scratch, prefix: "store-" })}`,
      ),
    needs: chatMain,
  },
  {
    name: "nats",
    title: "nats-server",
    byDefault: false,
    speech: "nats",
    isSilent: true,
    command: (_, port) => ({ command: "nats-server", args: ["-a", "127.0.0.1", "-p", `${port}`] }),
  },
  {
    name: "ngircd",
    title: "ngircd",
    byDefault: false,
    speech: "irc",
    isSilent: true,
    command: async ({ scratch }, port) => {
      const file = await configFile(scratch, ngircdConfig(port));
      return { command: "ngircd", args: ["-n", "-f", file] };
    },
  },
  {
    name: "mosquitto",
    title: "Mosquitto",
    byDefault: false,
    speech: "mqtt",
    isSilent: true,
    command: async ({ scratch }, port) => {
      const file = await configFile(scratch, mosquittoConfig(port));
      return { command: "mosquitto", args: ["-c", file] };
    },
  },
];

function chat(options: string): Command {
  return {
    command: Deno.execPath(),
    args: [...chatTask, ...`serve --port 0 --rate 0 ${options}`.split(" ")],
  };
}

/** Without its limits and without questions to the network: what others are measured without, too. */
function ngircdConfig(port: number): string {
  return `[Global]
Name = bench.local
Info = bench
Listen = 127.0.0.1
Ports = ${port}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
PingTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
`;
}

/** Nothing is thrown away for slow readers, and small packets are not held back. */
function mosquittoConfig(port: number): string {
  return `listener ${port} 127.0.0.1
allow_anonymous true
max_queued_messages 0
set_tcp_nodelay true
log_type error
`;
}

async function configFile(folder: string, text: string): Promise<string> {
  const file = await Deno.makeTempFile({ dir: folder, suffix: ".conf" });
  await Deno.writeTextFile(file, text);
  // Some give up root's rights before they read it.
  await Deno.chmod(folder, 0o755);
  await Deno.chmod(file, 0o644);
  return file;
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
    cwd: root,
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
    memory: () => readMemory(child.pid),
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

/** A port that nobody has now. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

async function readMemory(pid: number): Promise<{ residentKiB: number; peakKiB: number }> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const field = (name: string) => {
    const kib = Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, "m").exec(status)?.[1]);
    if (Number.isNaN(kib)) throw new Error(`No ${name} in /proc/${pid}/status`);
    return kib;
  };
  return { residentKiB: field("VmRSS"), peakKiB: field("VmHWM") };
}
