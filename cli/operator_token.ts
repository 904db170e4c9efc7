/**
 * The operator's token: who can read the data directory may ask the server how it stands.
 *
 * It comes from the environment (`CHAT_OPERATOR_TOKEN`), or is made anew at each start and left in the file
 * `operator.token` of the data directory, for its owner alone. The file goes when the server goes; what a crash
 * leaves behind is replaced by the next start, and opens nothing.
 *
 * @module
 */

import { isLoopback } from "../ground/mod.ts";
import { EXIT, Failure } from "./failure.ts";
import { printError } from "./streams.ts";

/** The file's name in the data directory. */
export const TOKEN_FILE = "operator.token";
/** Bytes of chance in a token. */
const TOKEN_BYTES = 32;
/** The server's own limit, told here as a sentence about the variable. */
const CHARS_MIN = 16;

/** A token, for as long as the server runs. */
export interface OperatorToken extends Disposable {
  /** `undefined` when nobody is an operator. */
  readonly token: string | undefined;
}

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
    return { token: given, [Symbol.dispose]: () => {} };
  }
  if (directory === undefined) return { token: undefined, [Symbol.dispose]: () => {} };
  const path = `${directory}/${TOKEN_FILE}`;
  const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toHex();
  removeIfThere(path);
  try {
    // A new file, so that nobody can have opened it before, nor given it other permissions.
    Deno.writeTextFileSync(path, `${token}\n`, { createNew: true, mode: 0o600 });
  } catch (cause) {
    if (isFull(cause)) {
      removeIfThere(path);
      tell("The disk is full: until the next start nobody is this server's operator.\n");
      return { token: undefined, [Symbol.dispose]: () => {} };
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(`Cannot write ${path}: ${why}.`, EXIT.failed, { cause });
  }
  return {
    token,
    [Symbol.dispose]: () => {
      // Whoever was given the directory meanwhile keeps the token of his own.
      if (tokenIn(path) === token) removeIfThere(path);
    },
  };
}

/**
 * Finds the token for the server on a host; `undefined` without one.
 *
 * That in a directory is of a server on this machine: another machine's would learn it, and be this one's operator. Whoever
 * sets the variable says himself for which server it is.
 */
export function findOperatorToken(directory: string, host: string): string | undefined {
  const given = Deno.env.get("CHAT_OPERATOR_TOKEN");
  if (given) return given;
  return isLoopback(host) ? tokenIn(`${directory}/${TOKEN_FILE}`) : undefined;
}

/** The token in a file, if it is there and may be read. */
function tokenIn(path: string): string | undefined {
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
