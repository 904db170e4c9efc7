/**
 * From what a store or the disk throws to the one sentence that a person gets.
 *
 * A store's own refusals are sentences already; they only lack the full stop. What the operating system says
 * is a code, and its sentence is here.
 *
 * @module
 */

import { StoreError } from "../../db/mod.ts";
import { EXIT, Failure } from "../failure.ts";

const SYSTEM: Readonly<Record<string, string>> = {
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
  EPERM: "it is not permitted",
  EROFS: "the disk can only be read",
};

/** Does something with the store in `directory`. @throws {Failure} When it is refused or the disk fails. */
export async function explained<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error, directory) ?? error;
  }
}

/** What to tell the user of an error; `undefined` when it is a defect of ours, or told already. */
export function failureOf(error: unknown, directory: string): Failure | undefined {
  if (error instanceof StoreError) {
    return new Failure(`${error.message}.`, EXIT.failed, { cause: error });
  }
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const reason = SYSTEM[String(error.code)];
  if (reason === undefined) return undefined;
  const named = pathIn(error) ?? directory;
  // Of a file in what is no directory, the system names the file.
  const inIt = error.code === "ENOTDIR" && named.startsWith(`${directory}/`);
  const path = inIt ? directory : named;
  return new Failure(`Cannot use ${path}: ${reason}.`, EXIT.failed, { cause: error });
}

/** What to say when checking has found damage. */
export function damagedStore(directory: string): Failure {
  return new Failure(
    `The store in ${directory} is damaged; 'chat db verify' shows the damage, ` +
      "'chat db repair' saves the rest into a new directory.",
    EXIT.damage,
  );
}

/** The file that an error of the operating system is about: a field of Node's errors, in the text of Deno's. */
function pathIn(error: Error): string | undefined {
  if ("path" in error && typeof error.path === "string") return error.path;
  return /'([^']+)'$/.exec(error.message)?.[1];
}
