/**
 * How a command ends when it cannot do its work: one sentence and an exit code.
 *
 * Exit codes of the contract: 0 done; 1 failed; 2 wrong usage; 3 damage found; 77 not possible on this
 * machine. A stack trace is for developers and only shown with `CHAT_DEBUG=1`.
 *
 * @module
 */

import { safeLines, safeText } from "./tty/safe.ts";

/** Exit codes, by name. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  damage: 3,
  impossible: 77,
  interrupted: 130,
} as const;

/** A failure that the user can be told in one sentence. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: number;

  constructor(sentence: string, exitCode: number = EXIT.failed, options?: ErrorOptions) {
    super(sentence, options);
    this.exitCode = exitCode;
  }
}

/** Why a file cannot be used, behind its name and a colon. */
export function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) {
    return "it belongs to the system, and this program keeps out of it";
  }
  if (!(error instanceof Error)) return String(error);
  const isFolder = error instanceof Deno.errors.IsADirectory || codeOf(error) === "EISDIR";
  return isFolder ? "it is a directory" : error.message;
}

/** The path to which the runtime refuses access. */
function pathIn({ message }: Error): string {
  return /"(?<path>[^"]+)"/.exec(message)?.groups?.["path"] ?? "It";
}

function codeOf(error: Error): unknown {
  return "code" in error ? error.code : undefined;
}

/**
 * What to tell the user of anything that was thrown, safe to print: the sentence may be a server's, who may want to
 * drive the terminal with it. Only a `Failure`, worded here, may have several lines.
 */
export function explain(error: unknown): { readonly sentence: string; readonly exitCode: number } {
  if (error instanceof Failure) {
    return { sentence: safeLines(error.message).join("\n"), exitCode: error.exitCode };
  }
  const sentence = safeText(
    error instanceof Deno.errors.NotCapable
      ? `${pathIn(error)}: ${reasonOf(error)}.`
      : error instanceof Error
      ? error.message
      : String(error),
  );
  return { sentence, exitCode: EXIT.failed };
}
