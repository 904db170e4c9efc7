/**
 * Logging in from the command line: which server, under which name, with which proof, and for how long to try.
 *
 * ```text
 *   name     --name, else whose token is shown, else the account that was logged in to here last, else the system's user
 *   proof    CHAT_TOKEN or --token-file, else this machine's token, else CHAT_PASSWORD, else a guest
 *   refused  on a terminal the password is asked for; else one sentence says what to do
 * ```
 *
 * A name that the user chose is used or refused. The system's user name is used with a number when somebody has it already: a
 * script should not fail because its owner is chatting. A password is used once: the token that the server gives for it is kept
 * (`account/kept_devices.ts`).
 *
 * Who waits for longer than a moment is told for what, on standard error.
 *
 * @module
 */

import { Option } from "@commander-js/extra-typings";
import type { ChatError, Client, ConnectOptions } from "../server/wire/mod.ts";
import { askSecret, canAsk } from "./account/ask_secret.ts";
import { type Keeping, keepingFor } from "./account/keeping.ts";
import { KeptDevices } from "./account/kept_devices.ts";
import { chooseProof, type Proof } from "./account/proof.ts";
import { Failure } from "./failure.ts";
import { keepOnly, type Permission } from "./privileges.ts";
import { printError } from "./streams.ts";
import { Trust } from "./tls/trust.ts";
import { safeText } from "./tty/safe.ts";
import { type Address, address, PORT_DEFAULT, showAddress } from "./values.ts";

/** How often a password is asked for. */
const PASSWORD_TRIES = 3;
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
  return new Option(
    "-n, --name <name>",
    "your name (default: who logged in here last, else your user name)",
  ).env("CHAT_NAME");
}

/** `--token-file FILE`. */
export function tokenFileOption(): Option<"--token-file <path>"> {
  return new Option("--token-file <path>", "file with the token of an account's device");
}

/** `--invite TOKEN`. */
export function inviteOption(): Option<"--invite <token>"> {
  return new Option("--invite <token>", "an invitation, as chat invite prints it")
    .env("CHAT_INVITATION");
}

/** `--typing on|off`. */
export function typingOption(): Option<
  "--typing <when>",
  undefined,
  "on",
  undefined,
  false,
  "on" | "off"
> {
  return new Option("--typing <when>", "whether a room that wants it is told when you type")
    .env("CHAT_TYPING").choices(["on", "off"] as const).default("on" as const);
}

/** The name has an account, and nothing at hand proves whose it is. */
export class PasswordNeeded extends Failure {
  /** Whose password it is. */
  readonly account: string;

  /** @param sentence Why what was shown is not enough. */
  constructor(account: string, sentence: string) {
    super(sentence);
    this.account = account;
  }
}

/** How to log in. */
export interface LogInOptions {
  readonly server: Address;
  /** Where it is reached, if that is to be another host than it is known by. */
  readonly host?: string;
  readonly name?: string | undefined;
  readonly tokenFile?: string | undefined;
  /** A name to come in under as a guest: nothing is shown for it. */
  readonly guest?: string;
  readonly rooms?: readonly string[];
  /** Instead: those to be in, and no others. */
  readonly onlyRooms?: readonly string[];
  /** The secret of the session to go on with under a name; asked for once. */
  readonly session?: (name: string) => Promise<string | undefined>;
  /** The token of an invitation. */
  readonly invitation?: string | undefined;
  /** Whether it is shown who types. */
  readonly showsTyping?: boolean;
  /** The operator's token, or how to get it before each login. */
  readonly operator?: ConnectOptions["operator"];
  /** Ends the client, whenever it fires. */
  readonly signal: AbortSignal;
  /** How long to try, in ms; 0 tries once. Later breaks are the client's own business. */
  readonly patienceMs: number;
  /** A password is asked for elsewhere: on a page. Then nobody is asked here, and `PasswordNeeded` says whose it is. */
  readonly asksElsewhere?: boolean;
  /** Somebody is about to be asked for a password, and may take as long as it takes. */
  readonly onAsk?: () => void;
  /** What the program may do from then on; left out, it keeps all. Given up before the first byte from outside is read. */
  readonly permissions?: readonly Permission[];
}

/**
 * A client that is online.
 *
 * @throws {ClosedError} When the server cannot be reached. @throws {ChatError} When it refuses the name.
 * @throws {Failure} When the name has an account, and it cannot be proved whose it is.
 */
export async function logIn(options: LogInOptions): Promise<Client> {
  const wire = await import("../server/wire/mod.ts");
  const { permissions } = options;
  const kept = new KeptDevices(options.server);
  const proof = await chooseProof(options, kept);
  const keeping = keepingFor(options.server);
  // What a password was given for is kept.
  const keeps = options.guest === undefined && proof.device === undefined &&
    (proof.password !== undefined || canAsk() && options.asksElsewhere !== true);
  const stores = keeps || (options.server.tls instanceof Trust && options.server.tls.mayLearn);
  if (permissions !== undefined) keepOnly(...permissions, ...(stores ? STORING : []));
  const client = await new Attempts(wire, options, proof).succeed();
  if (keeps) await keepToken(client, keeping);
  if (permissions !== undefined && stores) keepOnly(...permissions);
  return client;
}

const STORING: readonly Permission[] = ["read", "write"];

/** Keeps the token that a client was given for its password. That it cannot be kept is no reason not to talk. */
async function keepToken(client: Client, keeping: Keeping): Promise<void> {
  try {
    await keeping.keep(await client.online());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    printError(`This machine will ask for the password again: its token cannot be kept. ${why}\n`);
  }
}

/** Tries to come in, with other words when the first are refused. */
class Attempts {
  readonly #wire: typeof import("../server/wire/mod.ts");
  readonly #options: LogInOptions;
  readonly #proof: Proof;
  /** Name → the session to go on with: it is held from then on. */
  readonly #sessions = new Map<string, Promise<string | undefined> | undefined>();

  constructor(
    wire: typeof import("../server/wire/mod.ts"),
    options: LogInOptions,
    proof: Proof,
  ) {
    this.#wire = wire;
    this.#options = options;
    this.#proof = proof;
  }

  async succeed(): Promise<Client> {
    const { names, device, password } = this.#proof;
    let refusal: unknown;
    for (const [index, name] of names.entries()) {
      const secret = device === undefined ? password === undefined ? {} : { password } : { device };
      const outcome = await this.#try(name, secret);
      if (outcome instanceof this.#wire.ChatError) {
        refusal = outcome;
        if (outcome.code === "auth_failed") {
          const client = await this.#ask(name, outcome, index + 1 < names.length);
          if (client !== undefined) return client;
        } else if (outcome.code !== "name_taken") throw outcome;
      } else return outcome;
    }
    throw refusal;
  }

  /** A client that is online, or why it is not let in. */
  async #try(
    name: string,
    secret: Pick<ConnectOptions, "password" | "device">,
  ): Promise<Client | ChatError> {
    const { server, rooms = [], onlyRooms, patienceMs, signal } = this.#options;
    const { operator, invitation, showsTyping = false } = this.#options;
    const { host = server.host } = this.#options;
    const session = await this.#sessionOf(name);
    const client = this.#wire.connect({
      ...server,
      host,
      name,
      ...secret,
      deviceName: this.#proof.machine,
      ...(onlyRooms === undefined ? { rooms } : { onlyRooms }),
      patienceMs,
      signal,
      typing: showsTyping,
      ...(operator === undefined ? {} : { operator }),
      ...(session === undefined ? {} : { session }),
      ...(invitation === undefined ? {} : { invitation }),
    });
    using _telling = telling(() => printError(`${waitingFor(server, client)}\n`));
    try {
      await client.online();
      return client;
    } catch (error) {
      await client.close();
      if (error instanceof this.#wire.ChatError) return error;
      // It has several lines, so that nobody overlooks it.
      if (error instanceof this.#wire.UntrustedError) throw new Failure(error.message);
      throw error;
    }
  }

  #sessionOf(name: string): Promise<string | undefined> | undefined {
    if (!this.#sessions.has(name)) this.#sessions.set(name, this.#options.session?.(name));
    return this.#sessions.get(name);
  }

  /**
   * Somebody has to prove that the name is his.
   *
   * @param others Whether there is another name to try.
   * @returns `undefined` when he would rather have another name.
   */
  async #ask(
    name: string,
    refusal: Error,
    others: boolean,
  ): Promise<Client | undefined> {
    const { device, origin, password } = this.#proof;
    const shown = safeText(name);
    if (this.#options.guest !== undefined) throw refusal;
    if (device !== undefined && origin !== "kept") {
      throw new Failure(`The server does not know the token of ${origin} any more.`);
    }
    const { asksElsewhere = false } = this.#options;
    if (!asksElsewhere && !canAsk()) throw new Failure(this.#whatToDo(shown, refusal));
    const why = device !== undefined
      ? `This machine is not logged in as ${shown} any more.`
      : password !== undefined
      ? "CHAT_PASSWORD is not the password."
      : safeText(refusal.message);
    if (asksElsewhere) throw new PasswordNeeded(name, why);
    this.#options.onAsk?.();
    printError(`${why}\n`);
    const other = others ? " (none: another name)" : "";
    for (let tries = 1;; tries++) {
      const typed = await askSecret(`Password for ${shown}${other}: `);
      if (!typed && others) return undefined;
      if (!typed) throw new Failure("No password was typed.");
      const outcome = await this.#try(name, { password: typed });
      if (!(outcome instanceof this.#wire.ChatError)) return outcome;
      if (outcome.code !== "auth_failed" || tries >= PASSWORD_TRIES) throw outcome;
      printError(`${safeText(outcome.message)}\n`);
    }
  }

  #whatToDo(name: string, refusal: Error): string {
    const { device, password } = this.#proof;
    if (device === undefined && password !== undefined) return safeText(refusal.message);
    const what = device === undefined
      ? safeText(refusal.message)
      : `This machine is not logged in as ${name} any more.`;
    const where = showAddress(this.#options.server);
    return `${what} Run 'chat login ${where} -n ${name}' once, or set CHAT_PASSWORD or CHAT_TOKEN.`;
  }
}

/** Calls `tell` once, unless it is disposed of before. */
function telling(tell: () => void): Disposable {
  const timer = setTimeout(tell, TOLD_MS);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/** What is waited for, as a sentence. */
function waitingFor(server: Address, { status, reached }: Client): string {
  const where = showAddress(server);
  if (status.kind === "offline") return `${safeText(status.reason)} Trying again…`;
  if (reached) {
    return `${where} took the connection and says nothing. Waiting for its answer…`;
  }
  return `Waiting for a connection to ${where}…`;
}
