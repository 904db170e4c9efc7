/**
 * Files that profiles are written to: new ones, for their owner alone.
 *
 * A file is made by name, and only where nothing has that name: so nothing is written over, and no link is followed. What was
 * opened is written to also when the permission to open files was given up meanwhile.
 *
 * A server that is ended at once leaves a file that is empty, or breaks off: there is no profile in it. So that it can be
 * started with the same words again, such a file makes room, unless somebody holds its lock, who is still about to write it.
 *
 * @module
 */

import { resolve } from "node:path";
import { EXIT, Failure, reasonOf } from "../failure.ts";
import { safeText } from "../tty/safe.ts";
import { NAME_TOLD_MAX, NAMES_MAX } from "./limits.ts";

const BEGINS = new TextEncoder().encode('{"nodes":');
const LINE_FEED = 0x0a, CLOSING = 0x7d;

/** A file that is there, and empty. */
export class ProfileFile {
  /** From the root, so that it is found from everywhere. */
  readonly path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.path = path;
    this.#file = file;
  }

  /** Makes a file. @throws {Deno.errors.AlreadyExists} When something has that name. */
  static make(path: string): ProfileFile {
    const whole = resolve(path);
    const file = Deno.openSync(whole, { write: true, createNew: true, mode: 0o600 });
    file.tryLockSync(true);
    return new ProfileFile(whole, file);
  }

  /** Makes the file that a user has named. @throws {Failure} When that cannot be. */
  static makeNamed(path: string): ProfileFile {
    try {
      const why = makeRoom(path);
      if (why !== undefined) throw new Failure(cannot(path, why));
      return ProfileFile.make(path);
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      const there = cause instanceof Deno.errors.AlreadyExists;
      const why = there ? IS_THERE : sentenceOf(cause);
      throw new Failure(cannot(path, why), EXIT.failed, { cause });
    }
  }

  /** Makes one in a directory, named after the time. @throws When that cannot be. */
  static makeIn(directory: string, at: Date): ProfileFile {
    const time = at.toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
    for (let count = 1;; count++) {
      const name = `chat-${time}${count === 1 ? "" : `-${count}`}.cpuprofile`;
      try {
        return ProfileFile.make(`${directory}/${name}`);
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists) || count === NAMES_MAX) throw error;
      }
    }
  }

  /** Writes all of a text behind what is there. */
  async write(text: string): Promise<void> {
    let rest: Uint8Array = new TextEncoder().encode(text);
    while (rest.length > 0) rest = rest.subarray(await this.#file.write(rest));
  }

  /** Closes it. */
  close(): void {
    this.#file.close();
  }

  /** Closes and removes it. Where that is not permitted any more, it is emptied. Throws nothing. */
  async drop(): Promise<void> {
    try {
      await this.#file.truncate(0);
      this.#file.close();
    } catch {
      // What cannot be emptied stays: that there is no profile in it is said all the same.
    }
    await Deno.remove(this.path).catch(() => {});
  }
}

const IS_THERE = "it is there already, and nothing is written over";

function cannot(path: string, why: string): string {
  return `Cannot write a profile to ${safeText(path).slice(0, NAME_TOLD_MAX)}: ${why}.`;
}

/** Removes what was left of a profile that was never finished. @returns Why not, if something else is there. */
function makeRoom(path: string): string | undefined {
  try {
    if (!Deno.lstatSync(path).isFile) return IS_THERE;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  using file = Deno.openSync(path, { read: true, write: true });
  if (!file.tryLockSync(true)) return "another program is writing to it";
  if (!isUnfinished(file)) return IS_THERE;
  Deno.removeSync(path);
  return undefined;
}

/** Whether it is empty, or breaks off: a profile of ours begins in one way, and ends in a line break. */
function isUnfinished(file: Deno.FsFile): boolean {
  const { size } = file.statSync();
  if (size === 0) return true;
  const begin = new Uint8Array(BEGINS.length);
  const count = file.readSync(begin) ?? 0;
  if (!begin.subarray(0, count).every((byte, at) => byte === BEGINS[at])) return false;
  const last = new Uint8Array(1);
  file.seekSync(-1, Deno.SeekMode.End);
  file.readSync(last);
  return last[0] !== LINE_FEED && last[0] !== CLOSING;
}

/** Whether there is a directory of that name. */
export function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** Why something failed, as a part of a sentence. */
export function sentenceOf(error: unknown): string {
  const { AlreadyExists, NotADirectory, NotFound, PermissionDenied } = Deno.errors;
  if (error instanceof NotFound || error instanceof NotADirectory) {
    return "there is no such directory";
  }
  if (error instanceof PermissionDenied) return "that is not permitted";
  if (error instanceof Deno.errors.NotCapable) return reasonOf(error);
  if (error instanceof AlreadyExists) return "all names for it are taken";
  if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
    return "the disk is full";
  }
  if (error instanceof Error && "code" in error && error.code === "ENAMETOOLONG") {
    return "the name is too long";
  }
  const message = error instanceof Error ? error.message : String(error);
  // Without the runtime's word for what it did, and the name, which is told already.
  return safeText(message.replace(/: \w+ '.*$/s, ""));
}
