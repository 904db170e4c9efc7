/**
 * `chat dashboard`: the chat and the machine side by side, as a page.
 *
 * @module
 */

import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { isLoopback } from "../../ground/mod.ts";
import type { PageServer, PageWindow } from "../../observe/dashboard/mod.ts";
import type { Client } from "../../server/wire/mod.ts";
import { cannotListen } from "../cannot_listen.ts";
import type { Watched } from "../dashboard/kernel.ts";
import { dataOption, defaultDataDir } from "../data_dir.ts";
import { EXIT, Failure } from "../failure.ts";
import { logIn, nameOption, serverOption, tokenFileOption } from "../log_in.ts";
import { findOperatorToken } from "../operator_token.ts";
import { keepOnly } from "../privileges.ts";
import { endSignal } from "../signals.ts";
import { print, printError } from "../streams.ts";
import { type Address, address, PORT_DEFAULT, showAddress } from "../values.ts";

/** How long the server is waited for, in ms: it may have been started a moment ago. */
const PATIENCE_MS = 10_000;
/** The largest number that Linux gives to a process. */
const PID_MAX = 4_194_304;
const LISTEN_DEFAULT: Address = { host: "127.0.0.1", port: 0 };

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .addOption(serverOption())
    .addOption(nameOption())
    .addOption(tokenFileOption())
    .option("-r, --room <room...>", "rooms to enter beside the lobby", [] as string[])
    .addOption(
      new Option(
        "--pid <n>",
        "the server's process, to see what the kernel does for it; 'server' finds it and follows restarts",
      )
        .env("CHAT_PID").argParser(watched),
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
  sudo chat dashboard --pid server --data ~/.local/share/chat  with the kernel's view of the server

The same, with root for the observer alone; either may come first, and each may be started again:
  sudo chat observe --pid $(pgrep -d, -f 'main.ts serve') --socket /tmp/seen.sock --events
  chat dashboard --observer-socket /tmp/seen.sock`,
    )
    .action(dashboard);
}

interface DashboardFlags {
  readonly server: Address;
  readonly name?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly room: readonly string[];
  readonly pid?: Watched | undefined;
  readonly observerSocket?: string | undefined;
  readonly data: string;
  readonly listen: Address;
  readonly window: boolean;
}

async function dashboard(flags: DashboardFlags): Promise<void> {
  const page = await import("../../observe/dashboard/mod.ts");
  const { openKernel } = await import("../dashboard/kernel.ts");
  const { reservedKeeping } = await import("../account/keeping.ts");
  const { server: chat, pid, observerSocket } = flags;
  using end = endSignal();
  // First: whoever mistyped a path or lacks a privilege need not wait for the server.
  await using kernel = await openKernel({
    pid,
    observerSocket: observerSocket === undefined ? undefined : resolve(observerSocket),
    data: resolve(flags.data),
    isUsualData: resolve(flags.data) === resolve(defaultDataDir()),
    name: flags.name,
    rooms: flags.room,
    server: isUsual(chat) ? undefined : showAddress(chat),
    isHere: isLoopback(chat.host),
  }, end.signal);
  const { client, operator } = await enter(flags, end.signal);
  const inspector = operator
    ? page.operatorInspector(client)
    : page.clientInspector(client, "More is told to operators: see --data.");
  // A guest may register on the page, and no file can be opened then.
  await using keeping = isGuest(client) ? await reservedKeeping(chat, client.name) : undefined;
  await using server = await open(flags, client, () => {
    if (pid === "server" && !operator) {
      throw new Failure(
        "--pid server asks the server for its process, and only its operator may: give its directory with --data, " +
          "or the number of the process.",
        EXIT.usage,
      );
    }
    return page.openDashboard({
      client,
      rooms: flags.room.map((room) => room.replace(/^#/, "")),
      server: chat,
      where: showAddress(chat),
      kernel: kernel.source,
      inspector,
      ...(keeping === undefined ? {} : { keeping }),
      hostname: flags.listen.host,
      port: flags.listen.port,
    });
  });
  await using opened = flags.window ? await inWindow(server.url) : undefined;
  // The operator's token changes with each start of the server, and is read again then.
  keepOnly(
    "net",
    ...kernel.permissions,
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

/** Logs in: as an operator when the server's token is to be found here and is this server's. */
async function enter(
  flags: DashboardFlags,
  signal: AbortSignal,
): Promise<{ readonly client: Client; readonly operator: boolean }> {
  const isToken = findOperatorToken(flags.data, flags.server.host) !== undefined;
  const client = await logIn({
    server: flags.server,
    name: flags.name,
    tokenFile: flags.tokenFile,
    signal,
    patienceMs: PATIENCE_MS,
    // A token that is refused, of another server or left behind by a crash, is left out: see `connect`.
    ...(isToken ? { operator: () => findOperatorToken(flags.data, flags.server.host) } : {}),
  });
  return { client, operator: isToken && await mayInspect(client) };
}

/** Whether it is nobody's name, where names can be somebody's. */
function isGuest({ status }: Client): boolean {
  if (status.kind !== "online") return false;
  const { accounts, account = false } = status.welcome;
  return accounts !== undefined && !account;
}

async function mayInspect(client: Client): Promise<boolean> {
  const { ChatError } = await import("../../server/wire/mod.ts");
  try {
    await client.inspect();
    return true;
  } catch (error) {
    if (error instanceof ChatError) return false;
    throw error;
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
    throw cannotListen(listen, cause);
  }
}

/** A process by its number, or `server`. */
function watched(text: string): Watched {
  if (text === "server") return text;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > PID_MAX) {
    throw new InvalidArgumentError(
      `It must be 'server', or a whole number from 1 to ${PID_MAX}.`,
    );
  }
  return number;
}

function isUsual({ host, port }: Address): boolean {
  return host === "127.0.0.1" && port === PORT_DEFAULT;
}

function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}
