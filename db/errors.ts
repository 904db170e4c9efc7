/**
 * What can go wrong with a store, as classes with a code for programs and a sentence for people.
 *
 * @module
 */

import type { Stats } from "node:fs";

/** Why a store refuses. */
export type StoreErrorCode =
  /** Another process has the store open for writing. */
  | "locked"
  /** The directory holds no store, or something else. */
  | "not_a_store"
  /** A directory that must be empty is not. */
  | "not_empty"
  /** The store was written by a version of the format that this program does not know. */
  | "newer_format"
  /** Acknowledged data is damaged. */
  | "damaged"
  /** The disk is full: nothing was written, and writing works again once there is space. */
  | "full"
  /** The disk failed: no more writes until the store is opened again. */
  | "failed"
  /** There are as many streams as may be: nothing was written. */
  | "too_many"
  /** More bytes wait for the disk than may, or more files are open: it can be tried again. */
  | "busy"
  /** The store is closed or closing, or was opened for reading only. */
  | "closed"
  /** What was to be changed or removed is not there. */
  | "not_found";

/** What became of the writes that an error rejects. */
export type WriteOutcome =
  /** They are not in the store and never will be. */
  | "not_written"
  /** They may or may not be there when the store is opened again. */
  | "unknown";

/** A store's refusal. */
export class StoreError extends Error {
  /** The name of the class. */
  override readonly name: string = "StoreError";
  /** The reason for programs. */
  readonly code: StoreErrorCode;
  /** What became of the writes, when the error rejects writes. */
  readonly outcome: WriteOutcome;

  /**
   * Makes a refusal.
   *
   * @param code The reason for programs.
   * @param message The reason for people: a sentence without a full stop.
   * @param options The cause, and what became of the writes (default: not written).
   */
  constructor(
    code: StoreErrorCode,
    message: string,
    options: { cause?: unknown; outcome?: WriteOutcome } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.outcome = options.outcome ?? "not_written";
  }
}

/** One damaged place of a store. */
export interface Damage {
  /** Name of the file in the store's directory. */
  readonly file: string;
  /** Where in the file, in bytes from its start. */
  readonly offset: number;
  /** How many bytes are affected; 0 when it is not known or nothing is there. */
  readonly bytes: number;
  /** What is wrong, as a sentence without a full stop. */
  readonly reason: string;
}

/** Acknowledged data is damaged: the store will not open, or a record cannot be read. */
export class DamageError extends StoreError {
  /** The name of the class. */
  override readonly name: string = "DamageError";
  /** The damaged places, at least one. */
  readonly damages: readonly Damage[];

  /**
   * Makes a refusal that names the damage.
   *
   * @param what What cannot be done, as the beginning of a sentence.
   * @param damages The damaged places, at least one.
   */
  constructor(what: string, damages: readonly Damage[]) {
    const first = damages[0];
    const where = first === undefined
      ? "unknown place"
      : `${first.file} at byte ${first.offset}: ${first.reason}`;
    const more = damages.length > 1 ? ` (and ${damages.length - 1} more)` : "";
    super(
      "damaged",
      `${what}: ${where}${more}; 'chat db verify' shows the damage, 'chat db repair' saves the rest into a new directory`,
    );
    this.damages = damages;
  }
}

/** Another process has the store open for writing, or keeps writers out of it. */
export class LockedError extends StoreError {
  /** The name of the class. */
  override readonly name: string = "LockedError";
  /** The other process, when it could be read from the lock file. */
  readonly pid: number | undefined;
  /** Whether the other one writes, or only keeps writers out, because it repairs. */
  readonly by: "write" | "keep_out";

  /**
   * Makes a refusal that names the owner.
   *
   * @param directory The store's directory.
   * @param owner The process that holds it, if known, and what it has it for.
   */
  constructor(
    directory: string,
    { pid, by }: { readonly pid: number | undefined; readonly by: "write" | "keep_out" },
  ) {
    const owner = pid === undefined ? "another process" : `process ${pid}`;
    super(
      "locked",
      `Cannot open the store in ${directory} for writing: ` +
        (by === "write" ? `${owner} has it open` : "it is being repaired into another directory"),
    );
    this.pid = pid;
    this.by = by;
  }
}

/** A file that was open for reading is gone: compaction has replaced it meanwhile. Looking again from scratch helps. */
export class GoneError extends StoreError {
  /** The name of the class. */
  override readonly name: string = "GoneError";

  /**
   * Makes a refusal that names the file.
   *
   * @param file Name of the file in the store's directory.
   */
  constructor(file: string) {
    super("busy", `Cannot read ${file}: the store was compacted meanwhile; try again`);
  }
}

/** Something has the name of a file of the store and is none. It is never opened for reading: a FIFO would wait for ever. */
export class NotAFileError extends Error {
  /** The name of the class. */
  override readonly name: string = "NotAFileError";
  /** As the codes of the operating system, which has none for this. */
  readonly code = "ENOTFILE";
  /** Where it is. */
  readonly path: string;

  /**
   * Makes an error that says what is there.
   *
   * @param path Where it is.
   * @param what What it is: "a directory", "a FIFO", …
   */
  constructor(path: string, what: string) {
    super(`${path} is ${what}, and must be a file`);
    this.path = path;
  }
}

/** The refusal of a file that a later version of this program has written. */
export function newerFormat(file: string): StoreError {
  return new StoreError("newer_format", `${file} was written by a newer version of this program`);
}

/** The code that the operating system gave an error (`ENOSPC`, `EIO`, …), if it gave one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Whether an error says that too many files are open, here or in the whole system. */
export function isOutOfFiles(error: unknown): boolean {
  const code = systemCode(error);
  return code === "EMFILE" || code === "ENFILE";
}

/** Whether an error says that there is no space left. */
export function isFull(error: unknown): boolean {
  const code = systemCode(error);
  return code === "ENOSPC" || code === "EDQUOT";
}

/** What something is that is no file. */
export function otherThanFile(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return "a directory";
  if (stats.isSymbolicLink()) return "a symbolic link";
  if (stats.isFIFO()) return "a FIFO";
  if (stats.isSocket()) return "a socket";
  return "a device";
}
