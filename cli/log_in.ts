/**
 * Logging in from the command line: which server, under which name, and for how long to try.
 *
 * A name that the user chose is used or refused. Without one it is the system's user name, and when somebody
 * has that already, the same with a number: a script should not fail because its owner is chatting.
 *
 * Who waits for longer than a moment is told for what, on standard error.
 *
 * @module
 */

import { Option } from "@commander-js/extra-typings";
import type { Client, ConnectOptions } from "../server/wire/mod.ts";
import { printError } from "./streams.ts";
import { safeText } from "./tty/safe.ts";
import { type Address, address, PORT_DEFAULT, showAddress } from "./values.ts";

/** How often another name is tried when nobody chose one. */
const NAME_TRIES = 9;
/** How long a login may take before it is said what it waits for, in ms: longer than any that goes well. */
const TOLD_MS = 1_500;

const SERVER_DEFAULT: Address = { host: "127.0.0.1", port: PORT_DEFAULT };

/** `--server HOST[:PORT]`. */
export function serverOption(): Option<"-s, --server <host:port>", undefined, Address, Address> {
  return new Option("-s, --server <host:port>", "the chat server")
    .env("CHAT_SERVER").argParser(address)
    .default(SERVER_DEFAULT, showAddress(SERVER_DEFAULT));
}

/** `--name N`. */
export function nameOption(): Option<"-n, --name <name>"> {
  return new Option("-n, --name <name>", "your name (default: your user name)").env("CHAT_NAME");
}

/** How to log in. */
export interface LogInOptions {
  readonly server: Address;
  readonly name?: string | undefined;
  readonly rooms?: readonly string[];
  /** The secret of the session to go on with. */
  readonly session?: string | undefined;
  /** The operator's token, or how to get it before each login. */
  readonly operator?: ConnectOptions["operator"];
  /** Ends the client, whenever it fires. */
  readonly signal: AbortSignal;
  /** How long to try, in ms; 0 tries once. Later breaks are the client's own business. */
  readonly patienceMs: number;
  /** Called when everything is loaded, before the first byte from outside is read. */
  readonly ready: () => void;
}

/**
 * A client that is online.
 *
 * @throws {ClosedError} When the server cannot be reached. @throws {ChatError} When it refuses the name.
 */
export async function logIn(options: LogInOptions): Promise<Client> {
  const wire = await import("../server/wire/mod.ts");
  const { server, signal, rooms = [], patienceMs, ready, operator, session } = options;
  const names = options.name === undefined ? defaultNames(wire.userName) : [options.name];
  ready();
  let refusal: unknown;
  let trying: Client | undefined;
  using _telling = telling(() => printError(`${waitingFor(server, trying)}\n`));
  for (const name of names) {
    const client = trying = wire.connect({
      ...server,
      name,
      rooms,
      patienceMs,
      signal,
      ...(operator === undefined ? {} : { operator }),
      ...(session === undefined ? {} : { session }),
    });
    try {
      await client.online();
      return client;
    } catch (error) {
      await client.close();
      if (!(error instanceof wire.ChatError)) throw error;
      refusal = error;
      if (error.code !== "name_taken") break;
    }
  }
  throw refusal;
}

/** Calls `tell` once, unless it is disposed of before. */
function telling(tell: () => void): Disposable {
  const timer = setTimeout(tell, TOLD_MS);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/** What is waited for, as a sentence. */
function waitingFor(server: Address, client: Client | undefined): string {
  const where = showAddress(server);
  const status = client?.status;
  if (status?.kind === "offline") return `${safeText(status.reason)} Trying again…`;
  if (client?.reached) {
    return `${where} took the connection and says nothing. Waiting for its answer…`;
  }
  return `Waiting for a connection to ${where}…`;
}

/** The system's name for the user, also behind sudo, as far as it can be a name; then the same with numbers. */
function defaultNames(userName: (text: string) => { readonly kind: string }): string[] {
  const user = ["SUDO_USER", "USER", "LOGNAME"].map((name) => Deno.env.get(name)).find(Boolean) ??
    "guest";
  const base = userName(user).kind === "name" ? user : "guest";
  const numbers = Array.from({ length: NAME_TRIES }, (_, index) => index + 2);
  return [base, ...numbers.map((number) => `${base.slice(0, 29)}-${number}`)];
}
