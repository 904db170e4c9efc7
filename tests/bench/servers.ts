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
import { startChild } from "./child.ts";
import type { Programs } from "./compile.ts";

/** One row of the table. */
export interface ServerSpec {
  /** Word for `--servers`. */
  readonly name: string;
  readonly title: string;
  /** Run unless `--servers` says otherwise. */
  readonly byDefault: boolean;
  readonly command: (programs: Programs) => { command: string; args: readonly string[] };
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

/** Members that the sliced reference serves before it looks at its sockets again. */
const slice = "32";

/** All, in the order of the table. */
export const servers: readonly ServerSpec[] = [
  {
    name: "c",
    title: "C, shared batch",
    byDefault: true,
    command: ({ broadcast }) => ({ command: broadcast, args: [] }),
  },
  {
    name: "c-sliced",
    title: "C, sliced",
    byDefault: false,
    command: ({ broadcast }) => ({ command: broadcast, args: ["0", slice] }),
  },
  {
    name: "log",
    title: "Deno, room log",
    byDefault: true,
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
    command: () => ({
      command: Deno.execPath(),
      args: [...chatTask, ..."serve --port 0 --durability none --rate 0".split(" ")],
    }),
    needs: chatMain,
  },
];

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
  const child = stack.use(startChild({
    ...spec.command(programs),
    cwd: root,
    // The command line above is the one the goals are stated for; the data folder of whoever runs
    // the benchmark must not be touched all the same.
    env: { CHAT_DATA: programs.scratch, ...spec.env },
    signal,
  }));
  const timer = setTimeout(() => child[Symbol.asyncDispose](), startMsMax);
  const line = await child.firstLine.catch((cause) => {
    throw new Error(`Cannot start ${spec.title}: ${child.lastWords() || "no word"}`, { cause });
  }).finally(() => clearTimeout(timer));
  const port = Number(/^listening on \S+:(\d+)\s*$/.exec(line)?.[1]);
  if (!Number.isInteger(port)) {
    throw new Error(`Cannot start ${spec.title}: its first line is "${line}"`);
  }
  const owned = stack.move();
  return {
    port,
    pid: child.pid,
    memory: () => readMemory(child.pid),
    lastWords: () => child.lastWords(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
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
