/**
 * The real disk, as one directory. Nothing else of the room touches the runtime.
 *
 * What is done about the ways of the kernel and the runtime:
 *
 * - *Interrupted* (EINTR): every call is made again, but for a sync. A call that was interrupted has done nothing; a sync
 *   may have taken the report of pages that were lost and then told of the interruption instead, and the next one would
 *   say that all is well. So what comes through of that kind has failed. (The runtime's own library makes a sync again
 *   that a signal interrupted; no file system on a local disk is known to answer so.)
 * - *Listing*: the runtime's synchronous calls leave out silently what the kernel fails to list; only the asynchronous
 *   one tells. An empty list that is none made a full store look new.
 * - *Renaming*: the kernel's `rename` replaces what bears the name. A link does not, nor does making a new file.
 * - *Who a file is*: its device, inode and time of birth, since inodes are used again and their numbers may be too large
 *   for a number of JavaScript.
 *
 * @module
 */

import * as fs from "node:fs";
import { dirname } from "node:path";
import { isFull, NotAFileError, otherThanFile, StoreError, systemCode } from "./errors.ts";
import { INTERRUPTIONS_MAX, LOCK_TRIES_MAX } from "./limits.ts";
import {
  type Lock,
  LOCK_NAME,
  type LockOutcome,
  type LockPurpose,
  type Space,
  type Storage,
  type StorageFile,
  type WillNeed,
} from "./storage.ts";

/**
 * A directory on the real disk. It need not exist yet.
 *
 * @param willNeed The runtime has no such call, so whoever has a way to the kernel brings it along.
 */
export function diskStorage(path: string, willNeed?: WillNeed): Storage {
  const inside = (name: string): string => `${path}/${name}`;
  return {
    path,
    exists: () => identityAt(path) !== undefined,
    make: () => makeDirectory(path),
    list: () => listDirectory(path),
    create: (name) => diskFile(path, name, "wx+"),
    open: (name) => openRegular(path, name, willNeed),
    rename: (from, to) => renameFile(inside(from), inside(to)),
    replace: (from, to) => persist(() => fs.renameSync(inside(from), inside(to))),
    remove: (name) => persist(() => fs.unlinkSync(inside(name))),
    removeLarge: (name) => settle((done) => fs.unlink(inside(name), done)),
    link: (name, to) => persist(() => fs.linkSync(inside(name), `${to.path}/${name}`)),
    // Mostly of a name that is not there, for each group: 1 µs, and an error would be 9.
    has: (name) => fs.existsSync(inside(name)),
    filesMax: openFilesLimit,
    space: () => spaceOf(path),
    syncDirectory: () => syncDirectory(path),
    lock: (purpose = "write") => lockFile(path, purpose),
    at: (other) => diskStorage(other, willNeed),
  };
}

/** The space of the file system of a path; `undefined` where this process may not ask. */
function spaceOf(path: string): Promise<Space | undefined> {
  return new Promise((resolve) => {
    const done = (error: Error | null, stats?: fs.StatsFs): void => {
      if (error !== null || stats === undefined) return resolve(undefined);
      const { bavail, blocks, bsize } = stats;
      resolve({ free: bavail * bsize, total: blocks * bsize });
    };
    try {
      fs.statfs(path, done);
    } catch {
      // The program gave up the right to ask: then a full disk is known by its refusals.
      resolve(undefined);
    }
  });
}

/** Makes a call again as long as it is interrupted; not for ever. */
function persist<T>(call: () => T): T {
  for (let again = 0;; again++) {
    try {
      return call();
    } catch (error) {
      if (!isInterrupted(error) || again === INTERRUPTIONS_MAX) throw coded(error);
    }
  }
}

/** The same for a call on a thread. */
async function persistently<T>(call: () => Promise<T>): Promise<T> {
  for (let again = 0;; again++) {
    try {
      return await call();
    } catch (error) {
      if (!isInterrupted(error) || again === INTERRUPTIONS_MAX) throw coded(error);
    }
  }
}

function isInterrupted(error: unknown): boolean {
  return error instanceof Deno.errors.Interrupted || systemCode(error) === "EINTR";
}

/** The error with the code that the runtime leaves out of this one alone. */
function coded(error: unknown): unknown {
  if (!(error instanceof Deno.errors.Interrupted)) return error;
  return Object.assign(new Error(error.message, { cause: error }), { code: "EINTR" });
}

/** Makes a directory and all that are missing above it, and the names of all of them durable. */
async function makeDirectory(path: string): Promise<void> {
  const missing: string[] = [];
  for (let at = path; identityAt(at) === undefined; at = dirname(at)) missing.push(at);
  for (const directory of missing.reverse()) {
    try {
      persist(() => fs.mkdirSync(directory, { mode: 0o700 }));
    } catch (error) {
      // Somebody else was faster; whether it is a directory is seen by the next call.
      if (systemCode(error) !== "EEXIST") throw error;
    }
    await syncDirectory(dirname(directory));
  }
}

function listDirectory(path: string): Promise<string[]> {
  const list = () =>
    new Promise<string[]>((resolve, reject) => {
      fs.readdir(path, (error, names) => {
        if (error) reject(error);
        else resolve(names);
      });
    });
  return persistently(list);
}

/** Where the file system knows no links, an empty file of our own keeps the name until it is taken. */
function renameFile(from: string, to: string): void {
  try {
    persist(() => fs.linkSync(from, to));
  } catch (error) {
    const code = systemCode(error) ?? "";
    if (!["EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(code)) throw error;
    fs.closeSync(persist(() => fs.openSync(to, "wx", 0o600)));
    return persist(() => fs.renameSync(from, to));
  }
  persist(() => fs.unlinkSync(from));
}

/** Reading only; no link is followed, and a FIFO that came in between does not wait for its other end. */
const READ_FLAGS = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/** Opens what is a file and nothing else: reading a FIFO would wait for ever, opening a device may do anything. */
function openRegular(directory: string, name: string, willNeed?: WillNeed): StorageFile {
  const path = `${directory}/${name}`;
  const what = otherThanFile(persist(() => fs.lstatSync(path)));
  if (what !== undefined) throw new NotAFileError(path, what);
  return diskFile(directory, name, READ_FLAGS, willNeed);
}

function diskFile(
  directory: string,
  name: string,
  flags: "wx+" | number,
  willNeed: WillNeed = () => {},
): StorageFile {
  const path = `${directory}/${name}`;
  const fd = persist(() => fs.openSync(path, flags, 0o600));
  const here = <T>(call: () => T): T => {
    try {
      return persist(call);
    } catch (error) {
      throw located(error, path);
    }
  };
  const there = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw located(error, path);
    }
  };
  let identity: string | undefined;
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
        const got = await there(() => persistently(() => readOnce(fd, into, have, at + have)));
        if (got === 0) break;
        have += got;
      }
      return have;
    },
    readNow: (into, at) => {
      let have = 0;
      while (have < into.length) {
        const left = into.length - have;
        const got = here(() => fs.readSync(fd, into, have, left, at + have));
        if (got === 0) break;
        have += got;
      }
      return have;
    },
    willNeed: (at, bytes) => willNeed(fd, at, bytes),
    write: (bytes, at) => here(() => fs.writeSync(fd, bytes, 0, bytes.length, at)),
    sync: () => there(() => settle((done) => fs.fdatasync(fd, done))),
    truncate: (size) => here(() => fs.ftruncateSync(fd, size)),
    size: () => here(() => fs.fstatSync(fd).size),
    bears: (name) =>
      (identity ??= identityOf(fs.fstatSync(fd))) === identityAt(`${directory}/${name}`),
    close,
    [Symbol.dispose]: close,
  };
}

/** Numbers of errors to which the runtime gives no code of the system, but only a text that ends with the number. */
const CODES: ReadonlyMap<string, string> = new Map([
  ["27", "EFBIG"],
  [Deno.build.os === "darwin" ? "69" : "122", "EDQUOT"],
]);

/** The error with the file that it is about and its code: what the system says of an open file names none. */
function located(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = systemCode(error) ??
    CODES.get(/ \(os error (\d+)\)$/.exec(error.message)?.[1] ?? "");
  if (code === undefined || "path" in error) return error;
  return Object.assign(error, { path, code });
}

function readOnce(fd: number, into: Uint8Array, from: number, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(fd, into, from, into.length - from, at, (error, got) => {
      if (error) reject(error);
      else resolve(got);
    });
  });
}

/** The soft limit of this process; a very low one when the runtime does not let it look. */
function openFilesLimit(): number {
  const low = 128;
  try {
    const limits = fs.readFileSync("/proc/self/limits", "utf8");
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? low);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || systemCode(error) !== undefined) return low;
    throw error;
  }
}

/** Linux allows that on a directory opened for reading. */
async function syncDirectory(path: string): Promise<void> {
  const fd = persist(() => fs.openSync(path, "r"));
  try {
    await settle((done) => fs.fsync(fd, done));
  } catch (error) {
    throw located(error, path);
  } finally {
    fs.closeSync(fd);
  }
}

function settle(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error) reject(coded(error));
      else resolve();
    });
  });
}

/** Which file a path leads to; `undefined` when it leads nowhere. */
function identityAt(path: string): string | undefined {
  try {
    // Deno's own takes 3 µs, node's 10, and this is asked for each group.
    return identityOf(persist(() => Deno.statSync(path)));
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

function identityOf(
  { dev, ino, birthtime }: Pick<Deno.FileInfo, "dev" | "ino" | "birthtime">,
): string {
  return `${dev} ${ino} ${birthtime?.getTime()}`;
}

/**
 * `flock` on the lock file, which also keeps out a second store in the same process. Who writes holds it alone; who only
 * keeps writers out shares it with others of that kind.
 */
function lockFile(directory: string, purpose: LockPurpose): LockOutcome {
  const path = `${directory}/${LOCK_NAME}`;
  for (let again = 0; again < LOCK_TRIES_MAX; again++) {
    const outcome = tryLock(directory, path, purpose);
    if (outcome !== undefined) return outcome;
  }
  throw new StoreError("busy", `Cannot lock ${path}: it is removed again and again`);
}

/** Once; `undefined` when the file that was locked has lost its name meanwhile, and so keeps nobody out. */
function tryLock(directory: string, path: string, purpose: LockPurpose): LockOutcome | undefined {
  const writes = purpose === "write";
  const file = openLock(path, writes);
  if (file === undefined) return undefined;
  try {
    if (!persist(() => file.tryLockSync(writes))) {
      // The file tells who wrote last. Where the lock is shared that is somebody who has gone long since.
      const shared = writes && persist(() => file.tryLockSync(false));
      file.close();
      return shared
        ? { kind: "taken", by: "keep_out", pid: undefined }
        : { kind: "taken", by: "write", pid: ownerOf(path) };
    }
    if (identityOf(file.statSync()) !== identityAt(path)) {
      file.close();
      return undefined;
    }
    if (writes) signLock(file);
    return { kind: "held", lock: heldLock(file, directory, path) };
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Opens the lock file, which is made if it is missing and to be written; `undefined` when it has come or gone meanwhile.
 * A link is not followed, so that nothing elsewhere is made or overwritten, and a FIFO is not waited for.
 */
function openLock(path: string, writes: boolean): Deno.FsFile | undefined {
  try {
    const what = otherThanFile(persist(() => fs.lstatSync(path)));
    if (what !== undefined) {
      throw new StoreError("busy", `Cannot lock ${path}: it is ${what}, and must be a file`);
    }
    return persist(() => Deno.openSync(path, { read: true, write: writes }));
  } catch (error) {
    if (!writes || systemCode(error) !== "ENOENT") throw error;
  }
  try {
    const options = { createNew: true, read: true, write: true, mode: 0o600 };
    return persist(() => Deno.openSync(path, options));
  } catch (error) {
    if (systemCode(error) === "EEXIST") return undefined;
    throw error;
  }
}

/** Who holds the lock is a help for people; a full disk must not keep anybody from reading. */
function signLock(file: Deno.FsFile): void {
  try {
    file.truncateSync(0);
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

function heldLock(file: Deno.FsFile, directory: string, path: string): Lock {
  const locked = [identityAt(directory), identityAt(path)];
  let held = true;
  return {
    holds: () => held && locked[0] === identityAt(directory) && locked[1] === identityAt(path),
    [Symbol.dispose]: () => {
      if (held) file.close();
      held = false;
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
