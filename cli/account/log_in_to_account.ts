/**
 * What `chat login` does: a password once, and then a token that this machine keeps.
 *
 * Who is logged in already is told so, and asked for nothing: each password that is shown makes one more device.
 *
 * @module
 */

import type { Client, ConnectOptions, Welcome } from "../../server/wire/mod.ts";
import { Failure } from "../failure.ts";
import { keepOnly } from "../privileges.ts";
import { endSignal } from "../signals.ts";
import { print, printError } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { type Address, showAddress } from "../values.ts";
import { askSecret } from "./ask_secret.ts";
import { KeptDevices, readDevice, writeDevice } from "./kept_devices.ts";
import { demandTerminal, givenPassword, newPassword } from "./password.ts";
import { machineName, systemName } from "./proof.ts";

/** How often a password is asked for. */
const PASSWORD_TRIES = 3;

/** How long an answer to the knock is waited for, in ms: as long as a client waits for a connection. */
const KNOCK_MS_MAX = 10_000;

/** How to log in. */
export interface AccountLogin {
  readonly server: Address;
  readonly name?: string | undefined;
  readonly register: boolean;
  /** The token of an invitation. */
  readonly invite?: string | undefined;
  readonly passwordFile?: string | undefined;
  /** Where the token is kept, if not among this machine's. */
  readonly tokenFile?: string | undefined;
}

/** Logs in, and keeps the token. @throws {Failure | ChatError | ClosedError} When that is not possible. */
export async function logInToAccount(options: AccountLogin): Promise<void> {
  const { server, register, passwordFile, tokenFile } = options;
  using end = endSignal();
  const kept = new KeptDevices(server);
  const before = tokenFile === undefined
    ? await kept.find(options.name)
    : await readDevice(tokenFile);
  const name = options.name ?? before?.name ?? systemName();
  const entry = new Entry(server, name, end.signal, options.invite);
  const fresh = register ? await newPassword(name, passwordFile) : undefined;
  const given = register ? undefined : await givenPassword(passwordFile);
  keepOnly("net", "read", "write");
  if (before !== undefined && !register) {
    if (await entry.isKnown(before.token)) return say(`${name} is logged in here already.`);
    printError(`This machine is not logged in as ${safeText(name)} any more.\n`);
  }
  // Nobody is asked for what nobody listens to.
  if (given === undefined) await knock(server, end.signal);
  const password = await fresh?.() ?? given;
  const welcome = password === undefined
    ? await entry.ask()
    : await entry.prove({ password, register });
  const { username, device: token, deviceId } = welcome;
  if (token === undefined) throw new Failure("The server gave no token: it knows no accounts.");
  const device = { name: username, token, ...(deviceId === undefined ? {} : { device: deviceId }) };
  if (tokenFile === undefined) await kept.keep(device);
  else await writeDevice(tokenFile, { ...device, server: showAddress(server).toLowerCase() });
  const whose = register ? `${username} is yours now.` : `Logged in as ${username}.`;
  say(
    tokenFile === undefined
      ? `${whose} This machine needs no password for it.`
      : `${whose} The token is in ${tokenFile}.`,
  );
}

/**
 * Looks whether anything listens there, and over TLS who that is.
 *
 * @throws {ClosedError} When nothing does. @throws {Failure} When it is not proved to be the one that is meant.
 */
async function knock(server: Address, signal: AbortSignal): Promise<void> {
  const { dialStream, UntrustedError } = await import("../../server/wire/mod.ts");
  try {
    (await dialStream({ ...server, timeoutMs: KNOCK_MS_MAX, signal })).close();
  } catch (error) {
    if (error instanceof UntrustedError) throw new Failure(error.message);
    throw error;
  }
}

/** The ways in to one account. */
class Entry {
  readonly #server: Address;
  readonly #name: string;
  readonly #signal: AbortSignal;
  readonly #machine = machineName();
  readonly #invitation: Pick<ConnectOptions, "invitation">;

  constructor(
    server: Address,
    name: string,
    signal: AbortSignal,
    invitation: string | undefined,
  ) {
    this.#invitation = invitation === undefined ? {} : { invitation };
    this.#server = server;
    this.#name = name;
    this.#signal = signal;
  }

  /** Whether a token opens the account. @throws {ClosedError} When the server cannot be reached. */
  async isKnown(device: string): Promise<boolean> {
    const { ChatError } = await import("../../server/wire/mod.ts");
    try {
      await this.prove({ device });
      return true;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      // Somebody is in under this name: its owner, since nobody else can be.
      if (error.code === "name_taken") return true;
      if (error.code === "auth_failed") return false;
      throw error;
    }
  }

  /** Asks for the password until it fits. */
  async ask(): Promise<Welcome> {
    demandTerminal();
    const { ChatError } = await import("../../server/wire/mod.ts");
    for (let tries = 1;; tries++) {
      const password = await askSecret(`Password for ${safeText(this.#name)}: `);
      if (!password) throw new Failure("No password was typed: nothing was done.");
      try {
        return await this.prove({ password });
      } catch (error) {
        if (!(error instanceof ChatError) || error.code !== "auth_failed") throw error;
        if (tries >= PASSWORD_TRIES) throw error;
        printError(`${safeText(error.message)}\n`);
      }
    }
  }

  /** Comes in and leaves again, seen by nobody. */
  async prove(
    secret: Pick<ConnectOptions, "password" | "device" | "register">,
  ): Promise<Welcome> {
    await using client: Client = (await import("../../server/wire/mod.ts")).connect({
      ...this.#server,
      name: this.#name,
      ...secret,
      ...this.#invitation,
      deviceName: this.#machine,
      onlyRooms: [],
      patienceMs: 0,
      signal: this.#signal,
    });
    return await client.online();
  }
}

function say(sentence: string): void {
  print(`${safeText(sentence)}\n`);
}
