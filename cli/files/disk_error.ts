/**
 * What a disk refuses, as a sentence.
 *
 * Every error of the system becomes one here, known or not: a stranger's offer must not end a client because a folder
 * cannot be read. What is no error of the system is a defect of ours, and stays what it is.
 *
 * @module
 */

import { Failure } from "../failure.ts";
import { codeOf } from "./disk.ts";

const WHY: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "it is not permitted",
  EROFS: "the file system can only be read",
  ENOSPC: "the disk is full",
  EDQUOT: "your share of the disk is used up",
  EIO: "the disk reports an error",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open on this machine",
  ENAMETOOLONG: "the name is too long for this file system",
  ENOENT: "it is not there any more",
  ENOTDIR: "a file is on the way to it",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links lead in a circle",
  EBUSY: "it is in use",
  EFBIG: "the file is too large for this file system",
  ESTALE: "the network's disk does not know it any more",
  ENOTCONN: "the network's disk is not connected",
  ETIMEDOUT: "the disk does not answer",
};

/** What to say of an error of the disk; `undefined` when it is none. */
export function diskSentence(error: unknown): string | undefined {
  if (error instanceof Failure) return error.message;
  if (error instanceof Deno.errors.NotCapable) {
    const path = /"(?<path>[^"]+)"/.exec(error.message)?.groups?.["path"] ?? "This path";
    return /^\/(dev|proc|sys)(\/|$)/.test(path)
      ? `${path} is closed to this program, as all of /dev, /proc and /sys is: use another folder.`
      : `${path} is closed to this program.`;
  }
  const code = codeOf(error) ?? (error instanceof Error ? CODES[error.name] : undefined);
  if (code === undefined || !(error instanceof Error)) return undefined;
  const path = "path" in error && typeof error.path === "string" ? error.path : "the disk";
  return `Cannot use ${path}: ${WHY[code] ?? "the system refuses"} (${code}).`;
}

/** The runtime's own names for some of them. */
const CODES: Readonly<Record<string, string>> = {
  PermissionDenied: "EACCES",
  NotFound: "ENOENT",
  FilesystemLoop: "ELOOP",
  IsADirectory: "EISDIR",
  NotADirectory: "ENOTDIR",
  Busy: "EBUSY",
};
