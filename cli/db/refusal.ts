/**
 * From what a store or the disk throws to the one sentence that a person gets.
 *
 * A store's own refusals are sentences already; they only lack the full stop. What the operating system says
 * is a code, and its sentence is here. Names may hold anything, so what they hold is made safe to print.
 *
 * @module
 */

import { StoreError } from "../../db/mod.ts";
import { EXIT, Failure } from "../failure.ts";
import { safeText } from "../tty/safe.ts";
import { makeWhole } from "./whole.ts";

const SYSTEM: Readonly<Record<string, string>> = {
  EINTR: "the system was interrupted in it; try again",
  EACCES: "the permission is missing",
  EISDIR: "it is a directory",
  EMFILE: "too many files are open; raise the limit with 'ulimit -n'",
  ENFILE: "too many files are open on this machine",
  EBUSY: "it is a mount point; name a new directory below it",
  EIO: "the disk failed",
  EEXIST: "something came into it meanwhile",
  ENOENT: "it does not exist",
  ENOSPC: "the disk is full",
  ENOTDIR: "it is not a directory",
  ENOTEMPTY: "something came into it meanwhile",
  EDQUOT: "the quota is used up",
  EFBIG: "the file would be larger than files may be",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  ENOTFILE: "it is no file",
  EPERM: "it is not permitted",
  EROFS: "the disk can only be read",
};

/** Codes of what only writing meets. */
const WRITING: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EROFS", "EFBIG"]);

/** Does something with the store in `directory`. @throws {Failure} When it is refused or the disk fails. */
export async function explained<T>(directory: string, work: () => Promise<T>): Promise<T> {
  refuseName(directory);
  try {
    return await work();
  } catch (error) {
    throw failureOf(error, directory) ?? error;
  }
}

/** Refuses a name that nothing can have. @throws {Failure} */
export function refuseName(name: string): void {
  if (name === "") throw new Failure("Cannot use '': a name must not be empty.", EXIT.usage);
  if (!name.includes("\0")) return;
  throw new Failure(`Cannot use ${safeText(name)}: no name can hold a zero byte.`, EXIT.usage);
}

/**
 * Makes a new directory out of the store in `from`.
 *
 * @param fill Fills `part`, which becomes `to` when it is whole.
 * @throws {Failure} That names the one of the two at which it failed.
 */
export async function explainedInto<T>(
  { from, to }: { readonly from: string; readonly to: string },
  fill: (part: string) => Promise<T>,
): Promise<T> {
  return await explained(to, () =>
    makeWhole(to, async (part) => {
      try {
        return await fill(part);
      } catch (error) {
        throw isAbout(error, part) ? failureAt(to, error) : failureOf(error, from) ?? error;
      }
    }));
}

/** Whether an error is about what is written into a directory: `from` is only read. */
function isAbout(error: unknown, part: string): boolean {
  if (error instanceof StoreError) return error.code === "full" || error.code === "failed";
  if (!(error instanceof Error) || !("code" in error)) return false;
  // Of two names the second one is what was to be made.
  const path = "dest" in error ? String(error.dest) : pathIn(error) ?? "";
  return WRITING.has(error.code) || path === part || path.startsWith(`${part}/`);
}

/** What to tell of an error at a directory, whatever name it had then. */
function failureAt(directory: string, error: unknown): unknown {
  const cause = error instanceof StoreError ? error.cause : error;
  const reason = reasonOf(cause);
  if (reason === undefined) return failureOf(error, directory) ?? error;
  return refusal(directory, reason, error);
}

/** What to tell the user of an error; `undefined` when it is a defect of ours, or told already. */
export function failureOf(error: unknown, directory: string): Failure | undefined {
  if (error instanceof StoreError) {
    return new Failure(`${safeText(error.message)}.`, exitCodeOf(error), { cause: error });
  }
  const reason = reasonOf(error);
  if (!(error instanceof Error) || reason === undefined) return undefined;
  const named = pathIn(error) ?? directory;
  // Of a file in what is no directory, the system names the file.
  const inIt = "code" in error && error.code === "ENOTDIR" && named.startsWith(`${directory}/`);
  return refusal(inIt ? directory : named, reason, error);
}

/** With what a program ends that a store has refused: damage is told from all else. */
function exitCodeOf(error: StoreError): number {
  return error.code === "damaged" ? EXIT.damage : EXIT.failed;
}

/** Why the system or the runtime refuses; `undefined` when it is neither of them. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof Deno.errors.NotCapable) {
    return "it belongs to the system, and this program keeps out of it";
  }
  if (error instanceof Deno.errors.Interrupted) return SYSTEM["EINTR"];
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const code = String(error.code);
  if (code in SYSTEM) return SYSTEM[code];
  return /^E[A-Z0-9]+$/.test(code) ? `the system refuses it (${code})` : undefined;
}

function refusal(path: string, reason: string, cause: unknown): Failure {
  return new Failure(`Cannot use ${safeText(path)}: ${reason}.`, EXIT.failed, { cause });
}

/** What to tell of something that failed beside the work: a sentence, or of a defect of ours where it is. */
export function troubleText(error: unknown, directory = "the store"): string {
  const failure = failureOf(error, directory);
  if (failure !== undefined) return failure.message;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** What to say when checking has found damage. */
export function damagedStore(directory: string): Failure {
  return new Failure(
    `The store in ${safeText(directory)} is damaged; 'chat db verify' shows the damage, ` +
      "'chat db repair' saves the rest into a new directory.",
    EXIT.damage,
  );
}

/** The file that an error of the operating system is about: a field of Node's errors, in the text of Deno's. */
function pathIn(error: Error): string | undefined {
  if ("path" in error && typeof error.path === "string") return error.path;
  // The runtime's own refusals have it in double quotes.
  return /'([^']+)'$/.exec(error.message)?.[1] ?? /access to "([^"]+)"/.exec(error.message)?.[1];
}
