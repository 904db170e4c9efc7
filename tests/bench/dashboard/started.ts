/**
 * `chat dashboard` as a process of its own, started as users start it.
 *
 * @module
 */

import manifest from "../../../deno.json" with { type: "json" };
import { startChild } from "../child.ts";

/** The arguments of `deno task chat`: what is measured is what users start. */
const CHAT = manifest.tasks.chat.split(" ").slice(1);
/** How long it may take until it says where its page is, in ms. */
const START_MS_MAX = 20_000;

/** A dashboard that runs. */
export interface Dashboard extends AsyncDisposable {
  readonly pid: number;
  /** What opens the page, with the token. */
  readonly url: string;
  readonly origin: string;
  readonly token: string;
}

/** What to start. */
export interface DashboardOptions {
  /** The chat server's port on this machine. */
  readonly port: number;
  /** What makes it an operator of that server, in whose figures the page lives. */
  readonly operator: string;
  /** A process that the kernel is to watch. */
  readonly watched?: number;
  readonly signal: AbortSignal;
}

/** Starts a dashboard, and waits until its page can be opened. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { port, operator, watched, signal } = options;
  await using stack = new AsyncDisposableStack();
  const child = stack.use(startChild({
    command: Deno.execPath(),
    args: [
      ...CHAT,
      ...`dashboard -s 127.0.0.1:${port} -n Reader --listen 127.0.0.1:0`.split(" "),
      ...(watched === undefined ? [] : ["--pid", `${watched}`]),
    ],
    cwd: new URL("../../../", import.meta.url),
    env: { CHAT_OPERATOR_TOKEN: operator },
    signal,
  }));
  const timer = setTimeout(() => child[Symbol.asyncDispose](), START_MS_MAX);
  const line = await child.firstLine.catch((cause) => {
    throw new Error(`Cannot start the dashboard: ${child.lastWords() || "no word"}`, { cause });
  }).finally(() => clearTimeout(timer));
  const found = /^dashboard at (\S+)$/.exec(line)?.[1];
  if (found === undefined) {
    throw new Error(`Cannot start the dashboard: its first line is "${line}"`);
  }
  const url = new URL(found);
  const owned = stack.move();
  return {
    pid: child.pid,
    url: url.href,
    origin: url.origin,
    token: url.hash.slice(1),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
