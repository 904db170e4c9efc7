/**
 * The file of a recording: for whoever asked for it and nobody else, since it tells who talks from where, and how much.
 *
 * A path may stand in a directory in which others make names, and root could be led by a link to any file of the machine. So a
 * file that is new is made so that nothing of that name may be there; one that is there must be a regular file of our own
 * with no second name, and is emptied only when what was opened is what was looked at. `O_NOFOLLOW` alone would not do:
 * with anything less than all permissions the runtime looks up where a link leads, and opens that.
 *
 * @module
 */

import * as fs from "node:fs";
import process from "node:process";
import { EXIT, Failure, reasonOf } from "../failure.ts";
import { Acting, callerOf, type Owner } from "./acting.ts";
import type { Sink } from "./recorded.ts";

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
/** Its owner alone. */
const MODE = 0o600;

/**
 * Opens an empty file at a path, as the user that called `sudo` where one did.
 *
 * @throws {Failure} When something else is there, or it cannot be made.
 */
export function openRecordingFile(path: string): Sink {
  const owner = callerOf();
  using _user = new Acting(owner);
  try {
    const fd = madeNew(path) ?? emptied(path);
    return {
      writeSync: (bytes) => fs.writeSync(fd, bytes),
      close: () => fs.closeSync(fd),
    };
  } catch (cause) {
    if (cause instanceof Failure || !(cause instanceof Error)) throw cause;
    throw refused(path, why(cause, owner), cause);
  }
}

/** A new file; undefined when something is there. No link is followed by this, not even one that leads nowhere. */
function madeNew(path: string): number | undefined {
  try {
    return fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, MODE);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return undefined;
    throw error;
  }
}

/** The file that is there, emptied. */
function emptied(path: string): number {
  const there = fs.lstatSync(path, { bigint: true });
  const reason = otherThanOwn(there);
  if (reason !== undefined) throw refused(path, reason);
  // A pipe that came in between would wait for its other end.
  const fd = fs.openSync(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const opened = fs.fstatSync(fd, { bigint: true });
    if (opened.dev !== there.dev || opened.ino !== there.ino) {
      throw refused(path, "somebody changes what is there");
    }
    fs.fchmodSync(fd, MODE);
    fs.ftruncateSync(fd);
    return fd;
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
}

/** Why what is there may not be emptied. */
function otherThanOwn(there: fs.BigIntStats): string | undefined {
  if (there.isSymbolicLink()) return "it is a link, and a recording follows none";
  if (there.isDirectory()) return "it is a directory";
  if (!there.isFile()) return "it is no regular file";
  if (Number(there.uid) !== process.geteuid?.()) return "it is another user's";
  if (there.nlink > 1n) return "it has a second name elsewhere";
  return undefined;
}

function refused(path: string, reason: string, cause?: Error): Failure {
  return new Failure(`${path} cannot be opened: ${reason}.`, EXIT.failed, { cause });
}

function why(cause: Error, owner: Owner | undefined): string {
  const code = codeOf(cause);
  if (code === "ENOENT") return "its directory is not there";
  if (code === "EACCES" && owner !== undefined) {
    return `user ${owner.uid}, for whom it would be, may not do that`;
  }
  return reasonOf(cause);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
