/**
 * The real disk, as one directory. Beside its lock (`disk_lock.ts`) and the calls of both (`disk_calls.ts`), nothing of the room
 * touches the runtime.
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
 * - *Following*: the runtime resolves a path before it opens it, unless it was given all permissions; then `O_NOFOLLOW` does
 *   nothing. So what was opened is used only if it is what bears the name.
 * - *Who a file is*: its device, inode and time of birth, since inodes are used again and their numbers may be too large
 *   for a number of JavaScript.
 *
 * @module
 */

import * as fs from "node:fs";
import { dirname } from "node:path";
import {
  identityAt,
  identityOf,
  identityOfName,
  persist,
  persistently,
  settle,
} from "./disk_calls.ts";
import { lockFile } from "./disk_lock.ts";
import { NotAFileError, otherThanFile, systemCode } from "./errors.ts";
import { OPEN_TRIES_MAX } from "./limits.ts";
import type { Space, Storage, StorageFile, WillNeed } from "./storage.ts";

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
  for (let again = 0; again < OPEN_TRIES_MAX; again++) {
    const what = otherThanFile(persist(() => fs.lstatSync(path)));
    if (what !== undefined) throw new NotAFileError(path, what);
    const file = diskFile(directory, name, READ_FLAGS, willNeed);
    let found = false;
    try {
      found = file.bears(name);
      if (found) return file;
    } finally {
      if (!found) file.close();
    }
  }
  throw new NotAFileError(path, "replaced again and again");
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
      (identity ??= identityOf(fs.fstatSync(fd))) === identityOfName(`${directory}/${name}`),
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
