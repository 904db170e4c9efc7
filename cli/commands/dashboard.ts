/**
 * `chat dashboard`: the chat and the machine side by side, as a page.
 *
 * @module
 */

import { type Command, Option } from "@commander-js/extra-typings";
import type { KernelSource, PageServer, PageWindow } from "../../observe/dashboard/mod.ts";
import type { Observer } from "../../observe/mod.ts";
import type { Client } from "../../server/wire/mod.ts";
import { dataOption } from "../data_dir.ts";
import { EXIT, Failure } from "../failure.ts";
import { logIn, nameOption, serverOption } from "../log_in.ts";
import { findOperatorToken } from "../operator_token.ts";
import { keepOnly } from "../privileges.ts";
import { endSignal } from "../signals.ts";
import { print, printError } from "../streams.ts";
import { type Address, address, showAddress, wholeNumber } from "../values.ts";

/** How long the server is waited for, in ms: it may have been started a moment ago. */
const PATIENCE_MS = 10_000;
/** The largest number that Linux gives to a process. */
const PID_MAX = 4_194_304;
const LISTEN_DEFAULT: Address = { host: "127.0.0.1", port: 0 };

/** Adds the command. */
export function addDashboard(program: Command): void {
  program.command("dashboard")
    .description("the chat, its server and the kernel on one page")
    .addOption(serverOption())
    .addOption(nameOption())
    .option("-r, --room <room...>", "rooms to enter beside the lobby", [] as string[])
    .addOption(
      new Option("--pid <n>", "the server's process, to see what the kernel does for it")
        .env("CHAT_PID").argParser(wholeNumber(1, PID_MAX)),
    )
    .addOption(
      new Option(
        "--observer-socket <path>",
        "the same from chat observe --socket; needs no privilege",
      )
        .env("CHAT_OBSERVER_SOCKET").conflicts("pid"),
    )
    .addOption(dataOption())
    .addOption(
      new Option("--listen <host:port>", "where the page is, port 0 for a free one")
        .env("CHAT_LISTEN").argParser(address)
        .default(LISTEN_DEFAULT, showAddress(LISTEN_DEFAULT)),
    )
    .option("--window", "open it in a window of its own (GTK 4, WebKitGTK 6)", false)
    .addHelpText(
      "after",
      `
Examples:
  chat dashboard                              of the server on this machine: open the URL it prints
  chat dashboard -s chat.example.org -n Anna  of another
  sudo chat dashboard --pid $(pgrep -f 'chat serve')  with the kernel's view of the server

The same, with root for the observer alone:
  sudo chat observe --pid $(pgrep -f 'chat serve') --socket /tmp/seen.sock --events --interval 0.2
  chat dashboard --observer-socket /tmp/seen.sock`,
    )
    .action(dashboard);
}

interface DashboardFlags {
  readonly server: Address;
  readonly name?: string | undefined;
  readonly room: readonly string[];
  readonly pid?: number | undefined;
  readonly observerSocket?: string | undefined;
  readonly data: string;
  readonly listen: Address;
  readonly window: boolean;
}

async function dashboard(flags: DashboardFlags): Promise<void> {
  const page = await import("../../observe/dashboard/mod.ts");
  using end = endSignal();
  // First: whoever mistyped the path need not wait for the server.
  await using told = flags.observerSocket === undefined
    ? undefined
    : await listen(flags.observerSocket, end.signal);
  const { client, operator } = await enter(flags, end.signal);
  const inspector = operator
    ? page.operatorInspector(client)
    : page.clientInspector(client, "More is told to operators: see --data.");
  const kernel: KernelSource = told !== undefined
    ? { kind: "watching", observer: told, socket: flags.observerSocket ?? "" }
    : await kernelSource(flags.pid, operator ? await pidOf(client) : undefined);
  await using server = await open(flags, client, () =>
    page.openDashboard({
      client,
      rooms: flags.room.map((room) => room.replace(/^#/, "")),
      where: showAddress(flags.server),
      kernel,
      inspector,
      hostname: flags.listen.host,
      port: flags.listen.port,
    }));
  await using opened = flags.window ? await inWindow(server.url) : undefined;
  // One's own observer goes on calling its library and looking after the process; the operator's token changes with
  // each start of the server, and is read again then.
  keepOnly(
    "net",
    ...(kernel.kind === "watching" && told === undefined ? ["ffi", "read", "sys"] as const : []),
    // The window's libraries were loaded before, and WebKit's processes are its own.
    ...(flags.window ? ["ffi"] as const : []),
    ...(operator ? ["read", "env"] as const : []),
  );
  if (server.open) {
    printError("The page can be reached from other machines, and it is not encrypted.\n");
  }
  print(`dashboard at ${server.url}\n`);
  await Promise.race([
    server.finished,
    ended(end.signal),
    ...(opened === undefined ? [] : [opened.closed]),
  ]);
}

/** Listens to an observer that was started apart. */
async function listen(path: string, signal: AbortSignal): Promise<Observer> {
  const { connected, listened } = await import("../observe/listen.ts");
  try {
    return await listened(await connected(path, signal), path, { signal });
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new Failure("Stopped before the page was there.", EXIT.interrupted, { cause });
  }
}

/** Logs in: as an operator when the server's token is to be found here and is this server's. */
async function enter(
  flags: DashboardFlags,
  signal: AbortSignal,
): Promise<{ readonly client: Client; readonly operator: boolean }> {
  const options = {
    server: flags.server,
    name: flags.name,
    signal,
    patienceMs: PATIENCE_MS,
    ready: () => {},
  };
  if (findOperatorToken(flags.data) !== undefined) {
    const { ChatError } = await import("../../server/wire/mod.ts");
    try {
      const operator = () => findOperatorToken(flags.data);
      return { client: await logIn({ ...options, operator }), operator: true };
    } catch (error) {
      // The token of another server, or what a crash left behind: then one is a client like any other.
      if (!(error instanceof ChatError) || error.code !== "auth_failed") throw error;
    }
  }
  return { client: await logIn(options), operator: false };
}

/** The server's process, when it tells. */
async function pidOf(client: Client): Promise<number | undefined> {
  const { ChatError } = await import("../../server/wire/mod.ts");
  try {
    return (await client.inspect()).pid;
  } catch (error) {
    if (error instanceof ChatError) return undefined;
    throw error;
  }
}

/** Watches the process, or says why not: the page is good for something without it. */
async function kernelSource(
  pid: number | undefined,
  known: number | undefined,
): Promise<KernelSource> {
  const remedy = `Start it as sudo chat dashboard --pid ${
    known ?? "N, where N is the server's process"
  }.`;
  if (pid === undefined) return { kind: "absent", why: "No process is watched.", remedy };
  const { observe, ObserveUnavailable } = await import("../../observe/mod.ts");
  try {
    return { kind: "watching", observer: await observe({ pids: [pid] }) };
  } catch (error) {
    if (!(error instanceof ObserveUnavailable)) throw error;
    return { kind: "absent", why: `${error.message}.`, remedy: "chat doctor tells more." };
  }
}

/** Opens the window, or says in one sentence what it needs. */
async function inWindow(url: string): Promise<PageWindow> {
  const { NoWindowError, openWindow } = await import("../../observe/dashboard/mod.ts");
  try {
    return await openWindow(url);
  } catch (cause) {
    if (!(cause instanceof NoWindowError)) throw cause;
    throw new Failure(cause.message, EXIT.impossible, { cause });
  }
}

/** Starts the page server, or says in one sentence why it cannot listen there. */
async function open(
  { listen }: DashboardFlags,
  client: Client,
  start: () => Promise<PageServer>,
): Promise<PageServer> {
  try {
    return await start();
  } catch (cause) {
    await client.close();
    const where = showAddress(listen);
    if (cause instanceof Deno.errors.AddrInUse) {
      throw new Failure(`Cannot listen on ${where}: the port is in use.`, EXIT.failed, { cause });
    }
    if (cause instanceof Deno.errors.AddrNotAvailable) {
      throw new Failure(
        `Cannot listen on ${where}: this machine has no such address.`,
        EXIT.failed,
        { cause },
      );
    }
    throw cause;
  }
}

function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}
