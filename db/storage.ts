/**
 * The disk as the store sees it: a flat directory of files, and the few calls that its promises rest on.
 *
 * `Storage` is an interface so that tests can pass a disk that forgets, tears, fills up and fails.
 * `diskStorage` is the real one, and this is the only file of the room that may touch the runtime.
 *
 * What callers may rely on, and nothing more:
 * - Bytes are safe once `sync` of their file has resolved. Until then any part of them may be lost, in any order.
 * - A file's name is safe once `syncDirectory` has resolved after the call that made, moved or removed it.
 * - `write` may write less than asked. Writes and reads name their position; there is no cursor.
 * - After `sync` has failed, the file's unsynced bytes are in doubt for ever, even if a later `sync` succeeds.
 *
 * Writing is synchronous because copying 64 KiB into the page cache costs 20 µs and handing it to a
 * thread 50. Syncing always waits for a device, so it never runs on the event loop. Reading may, and there are
 * both ways; `read.ts` chooses.
 *
 * @module
 */

import * as fs from "node:fs";
import { NotAFileError, systemCode } from "./errors.ts";

/** An open file. Closing twice is allowed. */
export interface StorageFile extends Disposable {
  /** Reads into all of `into` from byte `at` on; fewer bytes only at the end of the file. */
  read(into: Uint8Array, at: number): Promise<number>;
  /** The same on the event loop, for bytes that are likely in the page cache: that takes 2 µs instead of 40. */
  readNow(into: Uint8Array, at: number): number;
  /** Writes at byte `at` and says how many bytes were taken, maybe fewer than given. */
  write(bytes: Uint8Array, at: number): number;
  /** Makes everything that was written so far durable (fdatasync). */
  sync(): Promise<void>;
  /** Cuts the file to `size` bytes. */
  truncate(size: number): void;
  /** The file's size in bytes. */
  size(): number;
  /** Closes the file. */
  close(): void;
}

/** What asking for the writer's lock gives. */
export type LockOutcome =
  | { readonly kind: "held"; readonly lock: Disposable }
  | { readonly kind: "taken"; readonly pid: number | undefined };

/** What the writer's lock is taken for. */
export type LockPurpose = "write" | "keep_out";

/** One directory of files. */
export interface Storage {
  /** The directory's name, for messages. */
  readonly path: string;
  /** Whether the directory exists. */
  exists(): boolean;
  /** Makes the directory if it is missing, for its owner alone, and makes that durable. */
  make(): Promise<void>;
  /** Names of the files in the directory. */
  list(): string[];
  /** Makes a new file, for its owner alone, open for reading and writing. Fails when the name is taken. */
  create(name: string): StorageFile;
  /**
   * Opens a file for reading. Never waits.
   *
   * @throws {NotAFileError} When something else has the name.
   */
  open(name: string): StorageFile;
  /** Gives a file another name, replacing what bore it. */
  rename(from: string, to: string): void;
  /** Removes a file. */
  remove(name: string): void;
  /** Removes a large file on a thread: giving back 64 MiB takes the kernel 20 ms. */
  removeLarge(name: string): Promise<void>;
  /** Lets a file appear under the same name in another directory too (a hard link). */
  link(name: string, to: Storage): void;
  /** How many files the process may have open at once. Without it no limit is known. */
  filesMax?(): number;
  /** Makes all changes of names durable. */
  syncDirectory(): Promise<void>;
  /**
   * Takes the writer's lock, which ends with the process at the latest.
   *
   * @param purpose `write` (default): the file is made if it is missing, and says who has it. `keep_out`: only to keep
   * writers out, so the file must be there and stays as it is, maybe on a disk that cannot be written.
   */
  lock(purpose?: LockPurpose): LockOutcome;
  /** Another directory on the same kind of storage. */
  at(path: string): Storage;
}

/** Name of the lock file. It stays when the store is closed: only the kernel's lock on it counts. */
export const LOCK_NAME = "LOCK";

/**
 * A directory on the real disk.
 *
 * @param path The directory. It need not exist yet.
 */
export function diskStorage(path: string): Storage {
  const inside = (name: string): string => `${path}/${name}`;
  return {
    path,
    exists: () => fs.existsSync(path),
    make: async () => {
      const made = fs.mkdirSync(path, { recursive: true, mode: 0o700 });
      if (made !== undefined) await syncPath(`${path}/..`);
    },
    list: () => fs.readdirSync(path),
    create: (name) => diskFile(inside(name), "wx+"),
    open: (name) => openRegular(inside(name)),
    rename: (from, to) => fs.renameSync(inside(from), inside(to)),
    remove: (name) => fs.unlinkSync(inside(name)),
    removeLarge: (name) => settle((done) => fs.unlink(inside(name), done)),
    link: (name, to) => fs.linkSync(inside(name), `${to.path}/${name}`),
    filesMax: openFilesLimit,
    syncDirectory: () => syncPath(path),
    lock: (purpose = "write") => lockFile(inside(LOCK_NAME), purpose),
    at: diskStorage,
  };
}

/** Reading only; no link is followed, and a FIFO that came in between does not wait for its other end. */
const READ_FLAGS = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/** Opens what is a file and nothing else: reading a FIFO would wait for ever, opening a device may do anything. */
function openRegular(path: string): StorageFile {
  const what = otherThanFile(fs.lstatSync(path));
  if (what !== undefined) throw new NotAFileError(path, what);
  return diskFile(path, READ_FLAGS);
}

/** What something is that is no file. */
function otherThanFile(stats: fs.Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return "a directory";
  if (stats.isSymbolicLink()) return "a symbolic link";
  if (stats.isFIFO()) return "a FIFO";
  if (stats.isSocket()) return "a socket";
  return "a device";
}

function diskFile(path: string, flags: "wx+" | number): StorageFile {
  const fd = fs.openSync(path, flags, 0o600);
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    fs.closeSync(fd);
  };
  return {
    read: async (into, at) => {
      let have = 0;
      while (have < into.length) {
        const got = await readOnce(fd, into, have, at + have);
        if (got === 0) break;
        have += got;
      }
      return have;
    },
    readNow: (into, at) => {
      let have = 0;
      while (have < into.length) {
        const got = fs.readSync(fd, into, have, into.length - have, at + have);
        if (got === 0) break;
        have += got;
      }
      return have;
    },
    write: (bytes, at) => fs.writeSync(fd, bytes, 0, bytes.length, at),
    sync: () => settle((done) => fs.fdatasync(fd, done)),
    truncate: (size) => fs.ftruncateSync(fd, size),
    size: () => fs.fstatSync(fd).size,
    close,
    [Symbol.dispose]: close,
  };
}

function readOnce(fd: number, into: Uint8Array, from: number, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(fd, into, from, into.length - from, at, (error, got) => {
      if (error) reject(error);
      else resolve(got);
    });
  });
}

/** The soft limit of this process; the smallest usual one when the kernel does not say. */
function openFilesLimit(): number {
  const usual = 256;
  try {
    const limits = fs.readFileSync("/proc/self/limits", "utf8");
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? usual);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || systemCode(error) !== undefined) return usual;
    throw error;
  }
}

/** Syncs a directory, which Linux allows on a directory opened for reading. */
async function syncPath(path: string): Promise<void> {
  const fd = fs.openSync(path, "r");
  try {
    await settle((done) => fs.fsync(fd, done));
  } finally {
    fs.closeSync(fd);
  }
}

function settle(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** `flock` on the lock file, which also keeps out a second store in the same process. */
function lockFile(path: string, purpose: LockPurpose): LockOutcome {
  const writes = purpose === "write";
  const file = writes
    ? Deno.openSync(path, { create: true, read: true, write: true, mode: 0o600 })
    : Deno.openSync(path, { read: true });
  if (!file.tryLockSync(true)) {
    file.close();
    return { kind: "taken", pid: ownerOf(path) };
  }
  if (writes) {
    file.truncateSync(0);
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  }
  let held = true;
  return {
    kind: "held",
    lock: {
      [Symbol.dispose]: () => {
        if (held) file.close();
        held = false;
      },
    },
  };
}

function ownerOf(path: string): number | undefined {
  try {
    const pid = Number.parseInt(fs.readFileSync(path, "utf8"), 10);
    return Number.isSafeInteger(pid) ? pid : undefined;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
