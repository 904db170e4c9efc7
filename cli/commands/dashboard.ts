/**
 * `chat dashboard`: the chat and the machine side by side, as a page.
 *
 * @module
 */

import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { isLoopback } from "../../ground/mod.ts";
import type { Entering, HubOptions, PageServer, PageWindow } from "../../observe/dashboard/mod.ts";
import type { Client } from "../../server/wire/mod.ts";
import { cannotListen } from "../cannot_listen.ts";
import type { Keeper } from "../dashboard/keeper.ts";
import type { Watched } from "../dashboard/kernel.ts";
import { dataOption, defaultDataDir } from "../data_dir.ts";
import { EXIT, Failure } from "../failure.ts";
import {
  logIn,
  nameOption,
  PasswordNeeded,
  serverOption,
  tokenFileOption,
  typingOption,
} from "../log_in.ts";
import { addressOfToken, findOperatorToken } from "../operator_token.ts";
import { keepOnly } from "../privileges.ts";
import { endSignal } from "../signals.ts";
import { print, printError } from "../streams.ts";
import { tlsCaOption, tlsOption } from "../tls/dial_options.ts";
import { safeText } from "../tty/safe.ts";
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
    .addOption(tlsOption())
    .addOption(tlsCaOption())
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
    .addOption(typingOption())
    .option("--window", "open it in a window of its own (GTK 4, WebKitGTK 6)", false)
    .addHelpText(
      "after",
      `
Examples:
  chat dashboard                              of the server on this machine: open the URL it prints
  chat dashboard -s chat.example.org -n Anna  of another
  sudo chat dashboard --pid server --data ~/.local/share/chat  with the kernel's view of the server

The same, with root for the observer alone; either may come first, and each may be started again:
  sudo chat observe --pid server --socket /tmp/seen.sock --events
  chat dashboard --observer-socket /tmp/seen.sock`,
    )
    .action(dashboard);
}

type Wire = typeof import("../../server/wire/mod.ts");

interface DashboardFlags {
  readonly server: Address;
  readonly name?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly room: readonly string[];
  readonly pid?: Watched | undefined;
  readonly observerSocket?: string | undefined;
  readonly data: string;
  readonly listen: Address;
  readonly typing: "on" | "off";
  readonly window: boolean;
}

async function dashboard(flags: DashboardFlags): Promise<void> {
  const page = await import("../../observe/dashboard/mod.ts");
  const { openKernel } = await import("../dashboard/kernel.ts");
  // Now: later nothing can be loaded.
  const wire = await import("../../server/wire/mod.ts");
  const { startKeeper } = await import("../dashboard/keeper.ts");
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
  // A page's user may register, log in and ignore, and no file can be opened then.
  using keeper = await startKeeper(chat);
  const shows = asOperator(flags);
  const came = await enter(flags, shows, end.signal);
  // The operator's token changes with each start of the server, and is read again then.
  const mayBe = shows.operator !== undefined;
  let isOperator = mayBe && came instanceof PasswordNeeded;
  const hubOf = async (client: Client): Promise<HubOptions> => {
    isOperator = mayBe && await mayInspect(wire, client);
    if (pid === "server" && !isOperator) throw notOperator();
    return {
      client,
      rooms: flags.room.map((room) => room.replace(/^#/, "")),
      server: { ...chat, host: shows.host },
      where: showAddress(chat),
      kernel: kernel.source,
      inspector: isOperator
        ? page.operatorInspector(client)
        : page.clientInspector(client, "More is told to operators: see --data."),
      keeping: keeper,
      tellsTyping: flags.typing === "on",
    };
  };
  if (pid === "server" && came instanceof PasswordNeeded && !isOperator) throw notOperator();
  await using server = await open(flags, came, async () => {
    const { host: hostname, port } = flags.listen;
    if (!(came instanceof PasswordNeeded)) {
      return await page.openDashboard({ hostname, port, ...await hubOf(came) });
    }
    const entering = enteringAs(came, flags.server, { wire, keeper, shows, hubOf });
    return await page.openDashboard({ hostname, port, entering });
  });
  await using shown = flags.window ? await inWindow(server.url) : undefined;
  keepOnly(
    "net",
    ...kernel.permissions,
    // The window's libraries were loaded before, and WebKit's processes are its own.
    ...(flags.window ? ["ffi"] as const : []),
    ...(isOperator ? ["read", "env"] as const : []),
  );
  if (came instanceof PasswordNeeded) printError(`${came.message} The page asks for it.\n`);
  if (server.open) {
    printError("The page can be reached from other machines, and it is not encrypted.\n");
  }
  print(`dashboard at ${server.url}\n`);
  await Promise.race([
    server.finished,
    ended(end.signal),
    ...(shown === undefined ? [] : [shown.closed]),
  ]);
}

/** Logs in, as an operator when the server's token is to be found here and is this server's; or says whose password is missing. */
async function enter(
  flags: DashboardFlags,
  shows: Shown,
  signal: AbortSignal,
): Promise<Client | PasswordNeeded> {
  try {
    return await logIn({
      ...flags,
      signal,
      patienceMs: PATIENCE_MS,
      asksElsewhere: true,
      showsTyping: true,
      ...shows,
    });
  } catch (error) {
    if (error instanceof PasswordNeeded) return error;
    throw error;
  }
}

/** Comes in with a password that was typed on a page. The token that the server gives for it is kept. */
function enteringAs(
  { account, message }: PasswordNeeded,
  server: Address,
  { wire, keeper, shows, hubOf }: {
    readonly wire: Wire;
    readonly keeper: Keeper;
    readonly shows: Shown;
    readonly hubOf: (client: Client) => Promise<HubOptions>;
  },
): Entering {
  const end = new AbortController();
  return {
    name: account,
    where: showAddress(server),
    why: message,
    async enter(password) {
      const client = wire.connect({
        ...server,
        name: account,
        password,
        deviceName: keeper.machine,
        typing: true,
        patienceMs: 0,
        signal: end.signal,
        ...shows,
      });
      try {
        const welcome = await client.online();
        await keeper.keep(welcome).catch((error: Error) => {
          const why = safeText(error.message);
          printError(`The password will be asked for again: its token cannot be kept. ${why}\n`);
        });
        return await hubOf(client);
      } catch (error) {
        await client.close();
        throw error;
      }
    },
    close: () => Promise.resolve(end.abort()),
  };
}

/** To whom the operator's token is shown, if one is at hand; one that is refused, of another server or left by a crash, is left out (`connect`). */
interface Shown {
  /** Where the server is reached: `localhost` may be several addresses, and what listens on another one be somebody else's. */
  readonly host: string;
  readonly operator?: () => string | undefined;
}

function asOperator({ data, server }: DashboardFlags): Shown {
  if (findOperatorToken(data, server) === undefined) return { host: server.host };
  const own = addressOfToken(data, server);
  return { host: own.host, operator: () => findOperatorToken(data, own) };
}

function notOperator(): Failure {
  return new Failure(
    "--pid server asks the server for its process, and only its operator may: give its directory with --data, " +
      "or the number of the process.",
    EXIT.usage,
  );
}

async function mayInspect({ ChatError }: Wire, client: Client): Promise<boolean> {
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
  came: Client | PasswordNeeded,
  start: () => Promise<PageServer>,
): Promise<PageServer> {
  try {
    return await start();
  } catch (cause) {
    if (!(came instanceof PasswordNeeded)) await came.close();
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
