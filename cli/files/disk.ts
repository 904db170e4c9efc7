/**
 * The few calls to the disk on which receiving rests. None of them follows a symbolic link in the last component of
 * a path, and none replaces what it did not make.
 *
 * Everything is asynchronous: a disk that is busy makes the writer wait, and the chat must not wait with it.
 *
 * @module
 */

import * as fs from "node:fs/promises";
import { type BigIntStats, constants, statfs } from "node:fs";

/** An open file. */
export type Handle = fs.FileHandle;

/** Who may do what with a received file, before the umask: nobody may run it. */
const MODE = 0o644;
/** The same of what is kept beside it: a secret is in it. */
const PRIVATE_MODE = 0o600;

/** What stands at a path; `undefined` when nothing does, because there is a file on the way to it, say. */
export async function lookAt(path: string): Promise<BigIntStats | undefined> {
  return await orMissing(fs.lstat(path, { bigint: true }), ["ENOTDIR"]);
}

/** Errors of a path by which nothing can be had that is ours. */
const NOTHING_OF_OURS = ["ELOOP", "EISDIR", "ENXIO", "EACCES", "EPERM"];

/**
 * Opens a regular file for reading, or for both; `undefined` when it is missing or something else.
 *
 * The runtime resolves a path before it opens it, unless it was given all permissions; then `O_NOFOLLOW` does nothing. So what was
 * opened has to be what was seen under this name before.
 */
export async function openRegular(
  path: string,
  access: "read" | "write",
): Promise<Handle | undefined> {
  const seen = await orMissing(fs.lstat(path, { bigint: true }), NOTHING_OF_OURS);
  if (seen === undefined || !seen.isFile()) return undefined;
  // Without O_NONBLOCK, a pipe that nobody writes to would never open.
  const how = access === "read" ? constants.O_RDONLY : constants.O_RDWR;
  const opened = fs.open(path, how | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const handle = await orMissing(opened, NOTHING_OF_OURS);
  if (handle === undefined) return undefined;
  if (isSame(seen, await handle.stat({ bigint: true }))) return handle;
  await handle.close();
}

/** Makes a new file; `undefined` when there is something of that name, be it a link to nothing. */
export async function createFile(path: string, mode: number = MODE): Promise<Handle | undefined> {
  const how = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  return await orMissing(fs.open(path, how, mode), ["EEXIST"]);
}

/** Whether two looks saw the same file. */
export function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

/**
 * Takes the lock (`flock`) on an open file, found again under its path; `undefined` when somebody else holds it or the path
 * leads elsewhere by now. It ends with the process at the latest.
 */
export async function lockFile(path: string, handle: Handle): Promise<Disposable | undefined> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { read: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  let locked = false;
  try {
    if (!file.tryLockSync(true)) return undefined;
    // The last owner may have renamed or removed it between our opening and its closing.
    const [found, own, lock] = [
      await lookAt(path),
      await handle.stat({ bigint: true }),
      await file.stat(),
    ];
    locked = found !== undefined && isSame(found, own) &&
      lock.ino === Number(own.ino) && lock.dev === Number(own.dev);
    return locked ? { [Symbol.dispose]: () => file.close() } : undefined;
  } finally {
    if (!locked) file.close();
  }
}

/** What publishing a file calls; tests hand in a disk without hard links. */
export interface Linking {
  readonly link: (from: string, to: string) => Promise<void>;
}

/**
 * Gives a file another name that is free; `false` when it is not. The old name may remain.
 *
 * Renaming would replace what is there, so this is a second link. Where the file system has none (FAT), the name is
 * taken by an empty file first, and that one is replaced.
 */
export async function publish(
  from: string,
  to: string,
  { link }: Linking = fs,
): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return false;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(code ?? "")) throw error;
  }
  const taken = await createFile(to);
  if (taken === undefined) return false;
  await taken.close();
  await fs.rename(from, to);
  return true;
}

/** Removes a name; one that is missing is no error. */
export async function removeFile(path: string): Promise<void> {
  await orMissing(fs.unlink(path));
}

/** Whether a file is this user's: he has made it, or was given it by root. */
export async function isOwn(handle: Handle): Promise<boolean> {
  const own = Deno.uid();
  return own === null || (await handle.stat()).uid === own;
}

/** Whether others than its owner may do something with a file. */
export async function isOpenToOthers(handle: Handle): Promise<boolean> {
  return Deno.uid() !== null && ((await handle.stat()).mode & 0o077) !== 0;
}

/** Writes a small file in place of one that we wrote before, for this user alone: whole or not at all, and durable. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  // Only what a crash has left can be there: its name cannot be that of a received file.
  await removeFile(fresh);
  const handle = await createFile(fresh, PRIVATE_MODE);
  if (handle === undefined) throw new Error(`Somebody else writes ${fresh}.`);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await removeFile(fresh);
    throw error;
  } finally {
    await handle.close();
  }
  await fs.rename(fresh, path);
}

/** Makes all changes of names in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await fs.open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Bytes that may still be written to the file system of a directory; `undefined` when that cannot be known, also
 * because the process has given up the permission to ask.
 */
export function freeBytes(path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    try {
      statfs(path, (error, stats) => {
        resolve(error === null && stats ? stats.bavail * stats.bsize : undefined);
      });
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) return resolve(undefined);
      throw error;
    }
  });
}

/** Whether an error says that there is no space left. */
export function isFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? "");
}

/** The system's code for an error. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

async function orMissing<T>(
  promise: Promise<T>,
  alike: readonly string[] = [],
): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (["ENOENT", ...alike].includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}
