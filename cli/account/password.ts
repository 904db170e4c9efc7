/**
 * Where a password comes from: `CHAT_PASSWORD`, a file, or somebody who is asked. Never from an argument: those are seen by
 * everybody on the machine, and are kept in the shell's history.
 *
 * @module
 */

import { Option } from "@commander-js/extra-typings";
import { EXIT, Failure, reasonOf } from "../failure.ts";
import { safeText } from "../tty/safe.ts";
import { askSecret, canAsk } from "./ask_secret.ts";

/** Bytes of a password's file that are read: more than any password has. */
const FILE_BYTES_MAX = 4_096;

/** `--password-file FILE`. */
export function passwordFileOption(): Option<"--password-file <path>"> {
  return new Option("--password-file <path>", "file whose first line is the password");
}

/** The password that the environment or a file gives, if one does. @throws {Failure} When the file gives none. */
export async function givenPassword(path?: string): Promise<string | undefined> {
  if (path !== undefined) return await inFile(path);
  return Deno.env.get("CHAT_PASSWORD") || undefined;
}

/**
 * A new password: given, or asked for twice when it is called for. That is once it is known that it can be used: who was asked in
 * vain has to think of it and type it again.
 *
 * @throws {Failure} Without one, and where nobody can be asked.
 */
export async function newPassword(name: string, path?: string): Promise<() => Promise<string>> {
  const given = await givenPassword(path);
  if (given === undefined) demandTerminal();
  return async () => given ?? await askTwice(name);
}

async function askTwice(name: string): Promise<string> {
  const password = await askSecret(`New password for ${safeText(name)}: `);
  if (!password) throw new Failure("No password was typed: nothing was done.");
  if (await askSecret("The same again: ") !== password) {
    throw new Failure("The two are not the same: nothing was done.");
  }
  return password;
}

/** @throws {Failure} When there is nobody to ask. */
export function demandTerminal(): void {
  if (canAsk()) return;
  throw new Failure(
    "There is nobody to ask for the password here: set CHAT_PASSWORD, or give --password-file.",
    EXIT.failed,
  );
}

async function inFile(path: string): Promise<string> {
  let text: string;
  try {
    // It may be a pipe: `<(pass show chat)`.
    using file = await Deno.open(path);
    text = await beginning(file);
  } catch (cause) {
    throw new Failure(
      `The password cannot be read from ${path}: ${reasonOf(cause)}.`,
      EXIT.failed,
      { cause },
    );
  }
  const [line = ""] = text.split(/\r?\n/);
  if (line === "") throw new Failure(`${path} begins with an empty line: it holds no password.`);
  return line;
}

async function beginning(file: Deno.FsFile): Promise<string> {
  const bytes = new Uint8Array(FILE_BYTES_MAX);
  let end = 0;
  while (end < bytes.length) {
    const count = await file.read(bytes.subarray(end));
    if (count === null) break;
    end += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, end));
}
