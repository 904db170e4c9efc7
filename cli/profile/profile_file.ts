/**
 * Files that profiles are written to: new ones, for their owner alone.
 *
 * A file is made by name, and only where nothing has that name: so nothing is written over, and no link is followed. What was
 * opened is written to also when the permission to open files was given up meanwhile.
 *
 * @module
 */

import { resolve } from "node:path";
import { EXIT, Failure } from "../failure.ts";
import { NAMES_MAX } from "./limits.ts";

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
    return new ProfileFile(whole, file);
  }

  /** Makes the file that a user has named. @throws {Failure} When that cannot be. */
  static makeNamed(path: string): ProfileFile {
    try {
      return ProfileFile.make(path);
    } catch (cause) {
      const there = cause instanceof Deno.errors.AlreadyExists;
      const why = there ? "it is there already, and nothing is written over" : sentenceOf(cause);
      throw new Failure(`Cannot write a profile to ${path}: ${why}.`, EXIT.failed, { cause });
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
  if (error instanceof AlreadyExists) return "all names for it are taken";
  if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
    return "the disk is full";
  }
  return error instanceof Error ? error.message : String(error);
}
