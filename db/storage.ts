/**
 * The disk as the store sees it: a flat directory of files, and the few calls that its promises rest on.
 *
 * `Storage` is an interface so that tests can pass a disk that forgets, tears, fills up and fails; `disk.ts` is the
 * real one.
 *
 * What callers may rely on, and nothing more:
 * - Bytes are safe once `sync` of their file has resolved. Until then any part of them may be lost, in any order.
 * - A file's name is safe once `syncDirectory` has resolved after the call that made, moved or removed it.
 * - `write` may write less than asked. Writes and reads name their position; there is no cursor.
 * - After `sync` has failed, the file's unsynced bytes are in doubt for ever, even if a later `sync` succeeds.
 * - `list` gives all names or fails. No name is ever given to a file while another one bears it.
 * - Names are looked up anew at each call. Whoever holds a file or the lock can ask whether its name still leads to
 *   it: somebody may have removed, renamed or replaced it behind the program's back.
 *
 * Writing is synchronous because copying 64 KiB into the page cache costs 20 µs and handing it to a
 * thread 50. Syncing always waits for a device, so it never runs on the event loop. Reading may, and there are
 * both ways; `read.ts` chooses.
 *
 * @module
 */

/** An open file. Closing twice is allowed. */
export interface StorageFile extends Disposable {
  /** Reads into all of `into` from byte `at` on; fewer bytes only at the end of the file. */
  read(into: Uint8Array, at: number): Promise<number>;
  /** The same on the event loop, for bytes that are likely in the page cache: that takes 2 µs instead of 40. */
  readNow(into: Uint8Array, at: number): number;
  /**
   * Tells the disk what will be read soon, so that it is on its way before the first read waits for it. Never waits for the disk,
   * and may do nothing. Without it, nothing can be told.
   */
  willNeed?(at: number, bytes: number): void;
  /** Writes at byte `at` and says how many bytes were taken, maybe fewer than given. */
  write(bytes: Uint8Array, at: number): number;
  /** Makes everything that was written so far durable (fdatasync). */
  sync(): Promise<void>;
  /** Cuts the file to `size` bytes. */
  truncate(size: number): void;
  /** The file's size in bytes. */
  size(): number;
  /** Whether a name in the directory leads to this file. */
  bears(name: string): boolean;
  /** Closes the file. */
  close(): void;
}

/** The writer's lock. Disposing it gives it back. */
export interface Lock extends Disposable {
  /**
   * Whether it still keeps others out: the directory and the lock file that were locked are those that their names lead
   * to. A lock on a file that was removed, or whose directory was moved away, keeps nobody out.
   */
  holds(): boolean;
}

/** What asking for the writer's lock gives. */
export type LockOutcome =
  | { readonly kind: "held"; readonly lock: Lock }
  /** `by`: what the other one has it for; only of who writes the process may be known. */
  | { readonly kind: "taken"; readonly by: LockPurpose; readonly pid: number | undefined };

/** What the writer's lock is taken for. */
export type LockPurpose = "write" | "keep_out";

/** The space of a file system, in bytes. */
export interface Space {
  /** What may still be written. */
  readonly free: number;
  /** What there is in all. */
  readonly total: number;
}

/** Tells the kernel that bytes of a file, by its descriptor, will be read soon (`posix_fadvise`). */
export type WillNeed = (descriptor: number, at: number, bytes: number) => void;

/** One directory of files. */
export interface Storage {
  /** The directory's name, for messages. */
  readonly path: string;
  /** Whether the directory exists. */
  exists(): boolean;
  /** Makes the directory, and those above it, if they are missing, for their owner alone, and makes that durable. */
  make(): Promise<void>;
  /** Names of all files in the directory. */
  list(): Promise<string[]>;
  /** Makes a new file, for its owner alone, open for reading and writing. Fails when the name is taken. */
  create(name: string): StorageFile;
  /**
   * Opens a file for reading. Never waits.
   *
   * @throws {NotAFileError} When something else has the name.
   */
  open(name: string): StorageFile;
  /** Gives a file another name. Fails when that is taken. */
  rename(from: string, to: string): void;
  /** Gives a file the name of another one, which is gone then. At no moment, nor after a crash, is there none of that name. */
  replace(from: string, to: string): void;
  /** Removes a file. */
  remove(name: string): void;
  /** Removes a large file on a thread: giving back 64 MiB takes the kernel 20 ms. */
  removeLarge(name: string): Promise<void>;
  /** Lets a file appear under the same name in another directory too (a hard link). */
  link(name: string, to: Storage): void;
  /** Whether a name leads to something. Without it, that is not asked. */
  has?(name: string): boolean;
  /** The space of the file system that it lies on. Without it, or where it cannot be known, nothing is known of it. */
  space?(): Promise<Space | undefined>;
  /** How many files the process may have open at once. Without it no limit is known. */
  filesMax?(): number;
  /** Makes all changes of names durable. */
  syncDirectory(): Promise<void>;
  /**
   * Takes the writer's lock, which ends with the process at the latest.
   *
   * @param purpose `write` (default): the file is made if it is missing, and says who has it. `keep_out`: only to keep
   * writers out, beside others who do, so the file must be there and stays as it is, maybe on a disk that cannot be written.
   */
  lock(purpose?: LockPurpose): LockOutcome;
  /** Another directory on the same kind of storage. */
  at(path: string): Storage;
}

/** Name of the lock file. It stays when the store is closed: only the kernel's lock on it counts. */
export const LOCK_NAME = "LOCK";
