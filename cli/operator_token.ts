/**
 * The operator's token: who can read the data directory may ask the server how it stands.
 *
 * It comes from the environment (`CHAT_OPERATOR_TOKEN`), or is made anew at each start and left in the file
 * `operator.token` of the data directory, for its owner alone. Beside it, in `operator.port`, stands on which port and address that
 * server listens: on others of this machine may be somebody else's. The files go when the server goes; what a crash
 * leaves behind is replaced by the next start, and opens nothing.
 *
 * @module
 */

import { isLoopback } from "../ground/mod.ts";
import { EXIT, Failure } from "./failure.ts";
import { printError } from "./streams.ts";
import type { Address } from "./values.ts";

/** The file's name in the data directory. */
export const TOKEN_FILE = "operator.token";
/** And that of the port. */
const PORT_FILE = "operator.port";
/** Bytes of chance in a token. */
const TOKEN_BYTES = 32;
/** The server's own limit, told here as a sentence about the variable. */
const CHARS_MIN = 16;

/** A token, for as long as the server runs. */
export interface OperatorToken extends Disposable {
  /** `undefined` when nobody is an operator. */
  readonly token: string | undefined;
  /** The server listens there now: its token in the directory is shown to no other port or address of this machine. */
  listensOn(where: Address): void;
}

const NOT_IN_A_FILE = { listensOn: () => {}, [Symbol.dispose]: () => {} };

/**
 * The token of a server that keeps its data in `directory`.
 *
 * @param directory `undefined` when nothing is kept: then only the environment gives one.
 * @param tell Hears that there is none for want of room.
 * @throws {Failure} When the one in the environment is too short, or the file cannot be written though there is room.
 */
export function operatorToken(
  directory: string | undefined,
  tell: (text: string) => void = printError,
): OperatorToken {
  const given = Deno.env.get("CHAT_OPERATOR_TOKEN");
  if (given) {
    if (given.length < CHARS_MIN) {
      const msg = `CHAT_OPERATOR_TOKEN must have ${CHARS_MIN} characters or more.`;
      throw new Failure(msg, EXIT.usage);
    }
    return { token: given, ...NOT_IN_A_FILE };
  }
  if (directory === undefined) return { token: undefined, ...NOT_IN_A_FILE };
  const path = `${directory}/${TOKEN_FILE}`;
  const portPath = `${directory}/${PORT_FILE}`;
  const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toHex();
  removeIfThere(path);
  removeIfThere(portPath);
  try {
    // A new file, so that nobody can have opened it before, nor given it other permissions.
    Deno.writeTextFileSync(path, `${token}\n`, { createNew: true, mode: 0o600 });
  } catch (cause) {
    if (isFull(cause)) {
      removeIfThere(path);
      tell("The disk is full: until the next start nobody is this server's operator.\n");
      return { token: undefined, ...NOT_IN_A_FILE };
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(`Cannot write ${path}: ${why}.`, EXIT.failed, { cause });
  }
  return {
    token,
    listensOn: ({ host, port }) => {
      try {
        Deno.writeTextFileSync(portPath, `${port} ${host}\n`, { createNew: true, mode: 0o600 });
      } catch (error) {
        // Without room for it, the token is shown to whatever listens on this machine.
        if (!isFull(error)) throw error;
        removeIfThere(portPath);
      }
    },
    [Symbol.dispose]: () => {
      // Whoever was given the directory meanwhile keeps the token of his own.
      if (textIn(path) !== token) return;
      removeIfThere(portPath);
      removeIfThere(path);
    },
  };
}

/**
 * Finds the token for the server at an address; `undefined` without one.
 *
 * That in a directory is of a server on this machine, on one port and one address: another machine's, or what somebody else has put
 * on another one here, would learn it, and be this one's operator. Whoever sets the variable says himself for which server it is.
 */
export function findOperatorToken(
  directory: string,
  { host, port }: Address,
): string | undefined {
  const given = Deno.env.get("CHAT_OPERATOR_TOKEN");
  if (given) return given;
  if (!isLoopback(host)) return undefined;
  const own = noted(directory);
  const isOwn = own === undefined || own.port === port && leadsTo(host, own.host);
  return isOwn ? textIn(`${directory}/${TOKEN_FILE}`) : undefined;
}

/**
 * The address of the server whose token was found. `localhost` may be several addresses, and what listens on another one of them may
 * be somebody else's.
 */
export function addressOfToken(directory: string, asked: Address): Address {
  const own = noted(directory);
  const isAmbiguous = isLocalhost(asked.host) && asked.tls === undefined;
  if (!isAmbiguous || own?.port !== asked.port || own.host === undefined) return asked;
  const host = own.host === "0.0.0.0" ? "127.0.0.1" : own.host === "::" ? "::1" : own.host;
  return isLoopback(host) ? { ...asked, host } : asked;
}

/** Whether a name or an address of this machine leads to the server that listens on an address; where that was not noted, it may. */
function leadsTo(asked: string, own: string | undefined): boolean {
  if (own === undefined || own === "::") return true;
  if (isLocalhost(asked)) return own === "0.0.0.0" || isLoopback(own);
  const host = asked.replace(/^\[(.*)\]$/, "$1");
  return own === "0.0.0.0" ? !host.includes(":") : host === own;
}

function isLocalhost(host: string): boolean {
  return host.toLowerCase() === "localhost";
}

/**
 * The same, if there is a server. Of one that was killed the token's file is left, and whatever listens on its port since is not that
 * server: it is told nothing.
 */
export function findServedToken(directory: string, server: Address): string | undefined {
  const isGiven = Boolean(Deno.env.get("CHAT_OPERATOR_TOKEN"));
  return isGiven || isServed(directory) ? findOperatorToken(directory, server) : undefined;
}

/** Whether somebody has the store in a directory for himself. */
function isServed(directory: string): boolean {
  try {
    using lock = Deno.openSync(`${directory}/LOCK`, { read: true });
    return !lock.tryLockSync(false);
  } catch (error) {
    const { NotADirectory, NotFound, PermissionDenied } = Deno.errors;
    const isNone = [NotADirectory, NotFound, PermissionDenied].some((kind) =>
      error instanceof kind
    );
    if (isNone) return false;
    throw error;
  }
}

/** On which port the server of a directory listens, if it has noted that. */
export function notedPort(directory: string): number | undefined {
  return noted(directory)?.port;
}

/** The same with the address, which an earlier version did not note. */
function noted(
  directory: string,
): { readonly port: number; readonly host: string | undefined } | undefined {
  const [first, host] = textIn(`${directory}/${PORT_FILE}`)?.split(" ") ?? [];
  const port = Number(first);
  return Number.isInteger(port) && port > 0 ? { port, host } : undefined;
}

/** What stands in a file, if it is there and may be read. */
function textIn(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path).trim() || undefined;
  } catch (error) {
    const { NotADirectory, NotFound, PermissionDenied } = Deno.errors;
    if ([NotADirectory, NotFound, PermissionDenied].some((kind) => error instanceof kind)) {
      return undefined;
    }
    throw error;
  }
}

/** Whether an error says that there is no room: the chat that is there can be served all the same. */
function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    (error.code === "ENOSPC" || error.code === "EDQUOT");
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
